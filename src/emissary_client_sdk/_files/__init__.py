"""Files: dataset checks, uploads and downloads."""

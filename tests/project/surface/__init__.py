"""The public surface: names, signatures, import paths, and what importing costs."""

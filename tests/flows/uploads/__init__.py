"""Uploads of data files, from the check to the platform."""

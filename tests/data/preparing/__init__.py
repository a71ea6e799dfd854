"""Preparing data files."""

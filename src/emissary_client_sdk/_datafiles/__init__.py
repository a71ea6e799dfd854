"""Data files: reading and checking them."""

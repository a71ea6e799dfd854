"""Preparing a data file: from a table or another layout to the formats of the platform."""

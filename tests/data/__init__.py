"""Tests of data files, models and their display."""

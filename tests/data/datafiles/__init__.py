"""Tests of the dataset checks and of the data that an upload accepts."""

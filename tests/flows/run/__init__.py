"""Runs from a data file to a model that answers."""

"""The display of models."""

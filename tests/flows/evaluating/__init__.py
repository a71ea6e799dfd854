"""Evaluation of models on files."""

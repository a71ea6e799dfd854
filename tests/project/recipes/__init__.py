"""Tests of ``docs/recipes``, with the libraries that they are about."""

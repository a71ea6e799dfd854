"""Tests of the repository: API description, documentation, packages, imports and types."""

"""Benchmarks of the SDK against code written by hand and against other libraries: ``python -m tests.benchmarks``."""

"""Benchmarks of the SDK against code written by hand and against other libraries.

``python -m tests.benchmarks`` measures time and memory; ``python -m tests.benchmarks.instructions`` counts machine
instructions, which a busy machine does not change.
"""

"""The SDK measured against a hand-written script and against the published generated SDK.

``python -m tests.benchmarks`` times; ``python -m tests.benchmarks.instructions`` counts instructions.
"""

"""Real, small models: what ``serve(learn=True)`` trains, and what answers with them.

A job is trained in a worker, a process of its own, which ``trainer`` starts and reads. ``worker`` and the modules that
it uses need the extra ``learning``; ``plan``, ``frames``, ``trainer`` and ``learning`` do not import it, so that a
database of made-up jobs needs no more than the emulator.
"""

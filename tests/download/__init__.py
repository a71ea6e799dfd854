"""Downloading checkpoints: over real connections, and against a host that misbehaves."""

"""Resumable downloads of checkpoints."""

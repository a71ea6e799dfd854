"""Waiting, watching, and creating something and waiting for it."""

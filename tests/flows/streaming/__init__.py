"""Streamed completions: the parser of server-sent events, and whole streams."""

"""Answers that nobody should send: whatever comes, only documented errors come out."""

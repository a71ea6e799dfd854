"""Responses that no server should send: whatever arrives, only documented errors are raised."""

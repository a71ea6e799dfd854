"""Implementations of the same work: this SDK, other libraries, and scripts written by hand."""

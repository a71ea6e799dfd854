"""Tests of what keeps an account in order: what an interrupt leaves, and what exists already."""

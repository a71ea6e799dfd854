"""Tests of one call: its request, its attempts, its errors, and the sockets beneath."""

"""Tests of methods that make more than one request."""

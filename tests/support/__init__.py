"""Helpers of several folders of tests: servers that follow a script, and calls in several modes."""

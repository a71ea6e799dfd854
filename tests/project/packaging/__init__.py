"""The built distributions, their dependencies, and releases."""

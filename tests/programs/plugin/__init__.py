"""The pytest plugin, in sessions of their own."""

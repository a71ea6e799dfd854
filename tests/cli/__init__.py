"""The command ``emissary``."""

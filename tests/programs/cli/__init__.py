"""Tests of the command ``emissary``."""

"""Tests of the emulator, the command line and the pytest plugin."""

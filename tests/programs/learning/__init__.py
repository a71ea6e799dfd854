"""Tests of what the emulator learns."""

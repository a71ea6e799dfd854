"""Tests of the models and of the packages' exports."""

"""Tests of waiting for training jobs and of watching them."""

"""The core of the SDK, stepped by hand or driven with an HTTP library whose transport is a function."""

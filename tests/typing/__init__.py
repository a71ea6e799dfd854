"""What a type checker says of the SDK, and of a caller's code."""

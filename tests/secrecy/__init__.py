"""What must be seen nowhere, and what must not be smuggled anywhere, from end to end."""

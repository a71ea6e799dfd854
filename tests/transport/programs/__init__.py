"""Programs that a test runs in a process of their own."""

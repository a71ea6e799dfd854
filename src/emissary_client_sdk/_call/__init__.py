"""One call: its request, its attempts, its errors, and the drivers that execute it."""

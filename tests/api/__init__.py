"""The six methods as a program meets them, synchronously and asynchronously, over a real socket."""

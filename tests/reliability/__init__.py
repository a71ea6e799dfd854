"""Guarantees that hold when the wire, the server or the program itself fails."""

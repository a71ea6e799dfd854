"""What holds when the wire, the server or the program's own end does not."""

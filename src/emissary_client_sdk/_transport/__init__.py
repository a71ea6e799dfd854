"""The SDK's own HTTP clients: a connection pool that implements the client protocols."""

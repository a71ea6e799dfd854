"""The HTTP clients: the SDK's own and the caller's, with the connections that they hold."""

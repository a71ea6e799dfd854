"""The SDK's own HTTP clients against raw servers, and the clients of a caller."""

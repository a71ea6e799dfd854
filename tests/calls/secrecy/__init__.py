"""The API key appears nowhere but in requests to the server, and no input becomes part of another request."""

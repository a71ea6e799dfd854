"""The MCP server, as an agent sees it."""

"""An MCP server: the platform as tools of an agent, from the extra ``mcp``.

``emissary mcp`` runs it over standard input and output, and ``mcpserver.server.create_server`` returns it for other
transports. The tools follow from the methods of the client. Without ``allow`` they only read; what costs money or
deletes needs a token that the tool ``preview`` returned for the same arguments. Files are read below ``root`` only.

It uses only the public package. ``docs/mcp.md`` describes it.
"""

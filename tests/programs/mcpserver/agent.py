"""An agent: the official client of the protocol, as a test uses it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, TypeVar

from mcp import Client

from emissary_client_sdk.mcpserver.server import create_server

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mcp.types import CallToolResult, Tool

    from emissary_client_sdk import EmissaryClient

T = TypeVar("T")


class Agent:
    """Calls tools.

    :ivar progress: The progress notifications received: number, total and message.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self.progress: list[tuple[float, float | None, str | None]] = []

    async def tools(self) -> dict[str, Tool]:
        """Return the tools of the server by name."""
        return {tool.name: tool for tool in (await self._client.list_tools()).tools}

    async def text(self, name: str, /, *, is_error: bool = False, **arguments: Any) -> str:
        """Call a tool and return its text."""

        async def note(progress: float, total: float | None, message: str | None) -> None:
            self.progress.append((progress, total, message))

        result: CallToolResult = await self._client.call_tool(name, arguments, progress_callback=note)
        (content,) = result.content
        assert content.type == "text"
        assert result.is_error is is_error, content.text
        return content.text

    async def call(self, name: str, /, **arguments: Any) -> Any:
        """Call a tool and return its result."""
        return json.loads(await self.text(name, **arguments))

    async def error(self, name: str, /, **arguments: Any) -> str:
        """Call a tool that fails and return the text of the error."""
        return await self.text(name, is_error=True, **arguments)

    async def confirmed(self, name: str, /, **arguments: Any) -> str:
        """Preview a call, make it and return its text."""
        preview = await self.call("preview", tool=name, arguments=arguments)
        return await self.text(name, **arguments, confirmation_token=preview["confirmation_token"])

    async def created(self, name: str, /, **arguments: Any) -> str:
        """Preview a creation, make it and return the id."""
        return str(json.loads(await self.confirmed(name, **arguments))["id"])


def with_agent(server: Any, act: Callable[[Agent], Awaitable[T]]) -> T:
    """Connect an agent to a server, a program or one in this process, and return what it does there."""

    async def main() -> T:
        async with Client(server) as client:
            return await act(Agent(client))

    return asyncio.run(main())


def with_tools(client: EmissaryClient, act: Callable[[Agent], Awaitable[T]], **options: Any) -> T:
    """Connect an agent to a server of this process that calls a client."""
    return with_agent(create_server(client, **options), act)

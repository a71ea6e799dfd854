"""Previews and calls of tools: arguments, confirmation and progress."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from ..models.misspelled import doubts, training_doubts
from .catalog import client_tools
from .confirmation import LIFETIME, Confirmations

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping
    from pathlib import Path

    from .. import EmissaryClient
    from .catalog import ClientTool

    Report = Callable[[float, float | None, str | None], Awaitable[None]]

PREVIEW = "preview"
TOKEN = "confirmation_token"  # noqa: S105  # the name of an argument


class PreviewArguments(BaseModel):
    """Arguments of the tool ``preview``."""

    model_config = ConfigDict(extra="forbid")

    tool: str = Field(description="Name of the tool.")
    arguments: dict[str, Any] = Field(description=f"Its arguments, without {TOKEN}.")


class Toolbox:
    """The tools that an agent may call.

    :param client: The client that the tools call.
    :param root: The directory whose files they may read, without links.
    :param allow: The groups of tools besides those that only read.
    """

    def __init__(self, client: EmissaryClient, root: Path, allow: Collection[str]) -> None:
        self.tools = {tool.name: tool for tool in client_tools(client, allow)}
        self._client = client
        self._root = root
        self._confirmations = Confirmations()

    async def call(self, name: str, arguments: Mapping[str, Any], report: Report) -> Any:
        """Call a tool and return its result.

        :param report: Called with the progress of a wait: a growing number, its total if that is known, and a message.
        :raises ValueError: There is no such tool, an argument is invalid, or a confirmation is missing.
        """
        if name == PREVIEW:
            return await self._preview(PreviewArguments.model_validate(arguments))
        tool = self._tool(name)
        plain = {field: value for field, value in arguments.items() if field != TOKEN}
        given = self._validated(tool, plain)
        if tool.needs_confirmation:
            self._confirmations.redeem(arguments.get(TOKEN), name, plain)
        if "on_update" in signature(tool.method).parameters:
            given["on_update"] = _Notifier(report)
        return await tool.method(**given)

    async def _preview(self, request: PreviewArguments) -> dict[str, Any]:
        tool = self._tool(request.tool)
        given = self._validated(tool, request.arguments)
        if not tool.needs_confirmation:
            raise ValueError(f"{tool.name} needs no preview: call it")
        if tool.resource is self._client.training_jobs and "request_body" in given:
            _refuse(training_doubts(dict(given["request_body"]), await self._client.base_models.list_async()))
        preview = {
            "tool": tool.name,
            "arguments": request.arguments,
            "effect": tool.description,
            "warning": "This ends or deletes something." if tool.group == "delete" else "This costs money.",
            "affected": await self._affected(tool, given),
            TOKEN: self._confirmations.issue(tool.name, request.arguments),
            "expires_in_seconds": LIFETIME,
        }
        return {name: value for name, value in preview.items() if value is not None}

    async def _affected(self, tool: ClientTool, given: Mapping[str, Any]) -> Any:
        """Return the current state of what a call would change; None if the call creates something."""
        retrieve = self.tools.get(f"{tool.name.removesuffix(tool.verb)}retrieve")
        if retrieve is None or not retrieve.arguments.model_fields.keys() <= given.keys():
            return None
        return await retrieve.method(**{name: given[name] for name in retrieve.arguments.model_fields})

    def _tool(self, name: str) -> ClientTool:
        if name not in self.tools:
            raise ValueError(f"there is no tool {name!r}; this server has those that it lists, and emissary mcp --help"
                             " shows how it allows more")  # fmt: skip
        return self.tools[name]

    def _validated(self, tool: ClientTool, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of the method."""
        given = dict(tool.arguments.model_validate(arguments, context=self._root))
        body: BaseModel | None = given.get("request_body")
        if body is not None:
            _refuse(doubts(type(body), body))
        return given


def _refuse(problems: list[str]) -> None:
    if problems:
        raise ValueError("; ".join(problems))


class _Notifier:
    """Reports each change of what a tool waits for.

    :param report: Sends a notification; its first number has to grow each time.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._done = 0.0

    async def __call__(self, state: Any) -> None:
        """Report a job, dataset, deployment or engine."""
        percent: float | None = getattr(state, "progress", None)
        self._done = max(self._done + 0.01, percent or 0)
        status = getattr(state, "status", None)
        message = None if status is None else f"{status}" if percent is None else f"{status}, {percent} %"
        await self._report(self._done, None if percent is None else 100, message)

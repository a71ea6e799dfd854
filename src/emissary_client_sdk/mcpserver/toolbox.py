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
    :param root: The directory whose files they may use, without links.
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
        plain = {field: value for field, value in arguments.items() if field != TOKEN}
        tool, given = self._validated(name, plain)
        if tool.needs_confirmation:
            self._confirmations.redeem(str(arguments.get(TOKEN)), name, plain)
        if "on_update" in signature(tool.method).parameters:
            given["on_update"] = _notifier(report)
        return await tool.method(**given)

    async def _preview(self, request: PreviewArguments) -> dict[str, Any]:
        tool, given = self._validated(request.tool, request.arguments)
        if not tool.needs_confirmation:
            raise ValueError(f"{tool.name} needs no preview: call it")
        if tool.resource is self._client.training_jobs and "request_body" in given:
            _refuse(training_doubts(dict(given["request_body"]), await self._client.base_models.list_async()))
        affected: dict[str, Any] = {}
        retrieve = self.tools.get(f"{tool.name.removesuffix(tool.verb)}retrieve")
        if retrieve and retrieve.arguments.model_fields.keys() <= given.keys():  # not a creation
            ids = {name: given[name] for name in retrieve.arguments.model_fields}
            affected["affected"] = await retrieve.method(**ids)
        return {
            "tool": tool.name,
            "arguments": request.arguments,
            "effect": tool.description,
            "warning": "This ends or deletes something." if tool.group == "delete" else "This costs money.",
            **affected,
            TOKEN: self._confirmations.issue(tool.name, request.arguments),
            "expires_in_seconds": LIFETIME,
        }

    def _validated(self, name: str, arguments: Mapping[str, Any]) -> tuple[ClientTool, dict[str, Any]]:
        """Return a tool and the arguments of its method."""
        tool = self.tools.get(name)
        if tool is None:
            raise ValueError(f"there is no tool {name!r}, or this server does not allow it; see emissary mcp --help")
        given = dict(tool.arguments.model_validate(arguments, context=self._root))
        body: BaseModel | None = given.get("request_body")
        if body is not None:
            _refuse(doubts(type(body), body))
        return tool, given


def _refuse(problems: list[str]) -> None:
    if problems:
        raise ValueError("; ".join(problems))


def _notifier(report: Report) -> Callable[[Any], Awaitable[None]]:
    """Return a function that reports a changed job, dataset, deployment or engine; the number grows each time."""
    done = 0.0

    async def notify(state: Any) -> None:
        nonlocal done
        percent: float | None = getattr(state, "progress", None)
        done = max(done + 0.01, percent or 0)
        message = str(getattr(state, "status", "waiting")) + ("" if percent is None else f", {percent} %")
        await report(done, None if percent is None else 100, message)

    return notify

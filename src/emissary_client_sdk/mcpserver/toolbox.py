"""Previews and calls of tools: arguments, confirmation and progress."""

from __future__ import annotations

import json
import secrets
import time
from inspect import signature
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..models.misspelled import doubts, training_doubts
from .catalog import client_tools

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping
    from pathlib import Path

    from .. import EmissaryClient
    from .catalog import ClientTool

    Report = Callable[[float, float | None, str], Awaitable[None]]

PREVIEW = "preview"
TOKEN = "confirmation_token"  # noqa: S105  # the name of an argument
LIFETIME = 600
"""Seconds after which a token expires."""


class PreviewArguments(BaseModel):
    """Arguments of the tool ``preview``."""

    model_config = ConfigDict(extra="forbid")

    tool: str = Field(description="Name of the tool.")
    arguments: dict[str, Any] = Field(description=f"Its arguments, without {TOKEN}.")


class Toolbox:
    """The tools that an agent may call.

    :param root: The directory whose files they may use, without links.
    :param allow: The groups of tools besides those that only read.
    :param clock: Returns the time in seconds.
    """

    def __init__(
        self, client: EmissaryClient, root: Path, allow: Collection[str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.tools = {tool.name: tool for tool in client_tools(client, allow)}
        self._client = client
        self._root = root
        self._clock = clock
        self._issued: dict[str, tuple[str, float]] = {}  # the call and the end of each unused token

    async def call(self, name: str, arguments: Mapping[str, Any], report: Report) -> Any:
        """Call a tool and return its result.

        :param report: Called with the progress of a wait: a growing number, its total if that is known, and a message.
        :raises ValueError: There is no such tool, an argument is invalid, or a confirmation is missing.
        """
        if name == PREVIEW:
            return await self._preview(**self._checked(PreviewArguments, arguments))
        plain = {field: value for field, value in arguments.items() if field != TOKEN}
        tool, given = self._validated(name, plain)
        if tool.needs_confirmation:
            call, expires = self._issued.pop(str(arguments.get(TOKEN)), ("", 0.0))
            if call != _identity(name, plain) or self._clock() > expires:
                raise ValueError(
                    f"{name} costs money or deletes something, so it needs a {TOKEN}. Call {PREVIEW} with this tool and"
                    " the same arguments, and pass the token that it returns. It is valid once."
                )
        if "on_update" in signature(tool.method).parameters:
            given["on_update"] = _notifier(report)
        return await tool.method(**given)

    async def _preview(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        found, given = self._validated(tool, arguments)
        if not found.needs_confirmation:
            raise ValueError(f"{tool} needs no preview: call it")
        if found.resource is self._client.training_jobs and "request_body" in given:
            _refuse(training_doubts(dict(given["request_body"]), await self._client.base_models.list_async()))
        affected: dict[str, Any] = {}
        retrieve = self.tools.get(f"{tool.removesuffix(found.verb)}retrieve")
        if retrieve and retrieve.arguments.model_fields.keys() <= given.keys():  # not a creation
            ids = {name: given[name] for name in retrieve.arguments.model_fields}
            affected["affected"] = await retrieve.method(**ids)
        token = secrets.token_urlsafe(12)
        self._issued[token] = _identity(tool, arguments), self._clock() + LIFETIME
        return {
            "tool": tool,
            "arguments": arguments,
            "effect": found.description,
            "warning": "This ends or deletes something." if found.group == "delete" else "This costs money.",
            **affected,
            TOKEN: token,
            "expires_in_seconds": LIFETIME,
        }

    def _validated(self, name: str, arguments: Mapping[str, Any]) -> tuple[ClientTool, dict[str, Any]]:
        """Return a tool and the arguments of its method."""
        tool = self.tools.get(name)
        if tool is None:
            raise ValueError(f"there is no tool {name!r}, or this server does not allow it; see emissary mcp --help")
        given = self._checked(tool.arguments, arguments)
        body: BaseModel | None = given.get("request_body")
        if body is not None:
            _refuse(doubts(type(body), body))
        return tool, given

    def _checked(self, kind: type[BaseModel], arguments: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return dict(kind.model_validate(arguments, context=self._root))
        except ValidationError as error:
            problems = error.errors(include_url=False, include_context=False, include_input=False)
            texts = [
                f"{'.'.join(map(str, one['loc']))}: {one['msg'].removeprefix('Value error, ')}" for one in problems
            ]
            known = ", ".join(kind.model_fields) or "none"
            raise ValueError(f"{'; '.join(texts)}. The arguments of this tool: {known}") from None


def _identity(tool: str, arguments: Mapping[str, Any]) -> str:
    return json.dumps([tool, arguments], sort_keys=True)


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

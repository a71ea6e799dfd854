"""The tools of an agent, and the methods of the client that they follow from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from inspect import getdoc
from typing import TYPE_CHECKING, Any

from .arguments import arguments_model

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterator

    from pydantic import BaseModel

    from .. import EmissaryClient

GROUPS = ("create", "delete", "inference")
"""What a server does only if it is allowed to."""

_VERBS = {
    "read": ("check", "list", "list_checkpoints", "best_checkpoint", "compare", "retrieve", "wait"),
    "create": ("create", "create_grpo", "deploy", "prepare", "reactivate", "upload"),
    "delete": ("cancel", "deactivate", "delete", "undeploy"),
    "inference": ("evaluate",),
}
"""The methods of each group. A method that is not named here is not a tool."""

_INFERENCE = ("chat_completions", "completions", "embeddings", "classification", "regression", "ner", "tool_calling")
_FREE = ("projects_create", "datasets_upload", "datasets_prepare")
_LEFT_OUT = ("datasets_create",)  # it needs an open file
_FIELD = re.compile(r"^:(param \w+|returns): (.+?)(?=^:|\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class ClientTool:
    """One method of the client as a tool; its group is ``read``, or one of ``GROUPS``."""

    name: str
    verb: str
    group: str
    resource: Any

    @property
    def method(self) -> Callable[..., Awaitable[Any]]:
        """The asynchronous method."""
        method: Callable[..., Awaitable[Any]] = getattr(self.resource, f"{self.verb}_async")
        return method

    @property
    def needs_confirmation(self) -> bool:
        """Whether it costs money or deletes something."""
        return self.group != "read" and self.name not in _FREE

    @cached_property
    def arguments(self) -> type[BaseModel]:
        """The model of the arguments."""
        return arguments_model(self.name, getattr(self.resource, self.verb), self._fields)

    @cached_property
    def description(self) -> str:
        """The first paragraph of the docstring, and the result."""
        text = " ".join(self._doc.partition("\n\n")[0].split())
        return f"{text} Returns: {self._fields['returns']}" if "returns" in self._fields else text

    @property
    def _doc(self) -> str:
        return getdoc(getattr(self.resource, self.verb)) or ""

    @cached_property
    def _fields(self) -> dict[str, str]:
        """The descriptions of the parameters by name, and that of the result."""
        return {field.removeprefix("param "): " ".join(text.split()) for field, text in _FIELD.findall(self._doc)}


def client_tools(client: EmissaryClient, allow: Collection[str]) -> Iterator[ClientTool]:
    """Yield the tools of a client that only read, and those of the allowed groups."""
    names = [name for name in dir(client) if not name.startswith("_")]
    resources = {**{name: getattr(client, name) for name in names}, "chat_completions": client.chat.completions}
    for resource_name, resource in resources.items():
        for group, verbs in _VERBS.items():
            for verb in verbs:
                name = f"{resource_name}_{verb}"
                actual = "inference" if resource_name in _INFERENCE else group
                is_allowed = actual == "read" or actual in allow
                if is_allowed and name not in _LEFT_OUT and hasattr(resource, f"{verb}_async"):
                    yield ClientTool(name, verb, actual, resource)

"""Types of arguments and options: values that the platform lists, and values of its enumerations."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

import click
from click.shell_completion import CompletionItem

from .exits import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .. import EmissaryClient

    Type = click.ParamType[str]
else:
    Type = click.ParamType  # not generic in earlier releases of click

Items: TypeAlias = "Callable[[EmissaryClient, Mapping[str, Any]], Iterable[tuple[str | None, object]]]"

_FULL_ID = 20  # characters; a shorter id may be a prefix
_COMPLETION_TIMEOUT_MS = 3000


class PlatformValue(Type):
    """A value that the platform lists.

    :ivar name: What the value is, for messages.
    :ivar items: Lists the values, each with a description; receives the client and the other arguments.
    """

    def __init__(self, name: str, items: Items) -> None:
        self.name = name
        self.items = items

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the listed values that begin with the incomplete one; none if the platform does not respond."""
        del param
        from .. import EmissaryClient

        found: list[CompletionItem] = []
        with suppress(Exception):
            url = ctx.params.get("server_url")
            with EmissaryClient(server_url=url, timeout_ms=_COMPLETION_TIMEOUT_MS, retry_config=None) as client:
                for value, description in self.items(client, ctx.params):
                    if value and value.startswith(incomplete):
                        found.append(CompletionItem(value, help=str(description or "")))
        return found


class ResourceId(PlatformValue):
    """An id, of which a unique prefix is enough.

    :ivar beginning: The beginning of every id; other texts are not looked up.
    """

    def __init__(self, name: str, items: Items, *, beginning: str = "") -> None:
        super().__init__(name, items)
        self.beginning = beginning

    def is_prefix(self, given: str) -> bool:
        """Return whether a text may be the beginning of an id, instead of a whole id."""
        # A table on a narrow terminal shortens ids with an ellipsis.
        return given.endswith("…") or (0 < len(given) < _FULL_ID and given.startswith(self.beginning))

    def expand(self, client: EmissaryClient, given: str, arguments: Mapping[str, Any]) -> str:
        """Return the only id with this prefix; without one, the prefix.

        :raises InvalidInput: Several ids have this prefix.
        """
        prefix = given.rstrip("…")
        ids = [value for value, _ in self.items(client, arguments) if value and value.startswith(prefix)]
        if not ids or prefix in ids:
            return prefix
        if len(ids) > 1:
            shown = ", ".join(ids[:3]) + (", …" if len(ids) > 3 else "")
            raise InvalidInput(f"Several {self.name} ids begin with {prefix!r}: {shown}")
        return ids[0]


class KnownValue(Type):
    """A value of an enumeration that the platform may extend: unknown values are accepted, misspelled ones are not."""

    def __init__(self, enumeration: str) -> None:
        self.name = enumeration
        self._enumeration = enumeration

    @property
    def known(self) -> list[str]:
        """The values that this version of the package knows."""
        from .. import models

        return [str(value) for value in getattr(models, self._enumeration)]

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return the known values, for the help."""
        del param, ctx
        return f"[{'|'.join(self.known)}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the known value in its own spelling, or an unknown one as given."""
        by_lower_case = {known.lower(): known for known in self.known}
        given = str(value)
        if given.lower() in by_lower_case:
            return by_lower_case[given.lower()]
        import difflib

        close = difflib.get_close_matches(given.lower(), by_lower_case, n=1, cutoff=0.9)
        if close:
            self.fail(f"{given!r} looks like a misspelled {by_lower_case[close[0]]!r}.", param, ctx)
        return given

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the known values that begin with the incomplete one."""
        del ctx, param
        return [CompletionItem(known) for known in self.known if known.lower().startswith(incomplete.lower())]


def _named(items: Iterable[Any]) -> Iterable[tuple[str | None, object]]:
    for item in items:
        yield item.id, " ".join(filter(None, [getattr(item, "status", None), item.name]))


def _models(client: EmissaryClient, given: Mapping[str, Any]) -> Iterable[tuple[str | None, object]]:
    del given  # the commands that call a model have no project
    project = os.environ.get("EMISSARY_PROJECT_ID")
    deployments = client.deployments.list(project_id=project) if project else []
    yield from ((deployment.name, deployment.status) for deployment in deployments)
    yield from ((model.name, "serverless") for model in client.base_models.list() if model.support_serverless)


# The emulator accepts any project id: a name such as demo, in each command, must not cost a request.
PROJECT = ResourceId("project", lambda client, _: _named(client.projects.list()), beginning="ms-")
DATASET = ResourceId("dataset", lambda client, given: _named(client.datasets.list(project_id=given["project"])))
JOB = ResourceId("training job", lambda client, given: _named(client.training_jobs.list(project_id=given["project"])))
DEPLOYMENT = ResourceId(
    "deployment", lambda client, given: _named(client.deployments.list(project_id=given["project"]))
)
ENGINE = ResourceId("engine", lambda client, _: _named(client.engines.list()))
BASE_MODEL = PlatformValue("base model", lambda client, _: [(model.name, None) for model in client.base_models.list()])
MODEL = PlatformValue("model", _models)
JOB_STATUS = KnownValue("TrainingJobStatus")
TASK_TYPE = KnownValue("TaskType")

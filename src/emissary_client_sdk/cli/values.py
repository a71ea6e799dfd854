"""Types of arguments and options: resources and models that the platform lists, and values of its enumerations."""

from __future__ import annotations

import os
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click
from click.shell_completion import CompletionItem

import emissary_client_sdk as sdk

from ..profiles import default_profile
from .exits import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Type = click.ParamType[str]
    Choices: TypeAlias = Callable[[sdk.EmissaryClient, Mapping[str, Any]], Iterable[tuple[str | None, object]]]
else:
    Type = click.ParamType  # not generic in earlier releases of click

_FULL_ID = 20  # characters; a shorter id may be a prefix
_NEAR_NAME = 0.8  # similarity of 1
_NEAR_VALUE = 0.9  # vlm-classification is not a misspelled classification
_LONGEST_METAVAR = 65  # characters
_COMPLETION_TIMEOUT_MS = 3000


class PlatformValue(Type):
    """A value that the platform lists.

    :ivar name: What the value is, for messages.
    :ivar choices: Returns the values, each with a description; receives the client and the other arguments.
    """

    def __init__(self, name: str, choices: Choices) -> None:
        self.name = name
        self.choices = choices

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the listed values that begin with the incomplete one; none if the platform does not respond."""
        del param
        found: list[CompletionItem] = []
        with suppress(Exception):
            url, profile = (ctx.meta.get(f"emissary_client_sdk.cli.{name}") for name in ("server_url", "profile"))
            settings = sdk.EmissaryClient(server_url=url, profile=profile or default_profile())
            with settings, settings.with_options(timeout_ms=_COMPLETION_TIMEOUT_MS, retries=None) as client:
                for value, description in self.choices(client, ctx.params):
                    if value and value.startswith(incomplete):
                        found.append(CompletionItem(value, help=str(description or "")))
        return found


class Kind(PlatformValue):
    """A kind of resource, given by its id, a unique prefix of the id, or its name.

    :ivar word: The name in commands: of a training job, "job".
    :ivar beginning: The beginning of every id; a longer text with it is not looked up.
    :ivar in_project: Whether it belongs to a project.
    """

    def __init__(self, name: str, beginning: str, *, in_project: bool = True) -> None:
        super().__init__(name, self._choices)
        self.word = name.split()[-1]
        self._key = name.replace(" ", "_")
        self.beginning = beginning
        self.in_project = in_project

    def calls(self, client: sdk.EmissaryClient) -> Any:
        """Return the methods of the client for this kind."""
        return getattr(client, f"{self._key}s")

    def scope(self, project: str | None) -> dict[str, Any]:
        """Return the arguments that every method has."""
        return {"project_id": project} if self.in_project else {}

    def target(self, identity: str, project: str | None) -> dict[str, Any]:
        """Return the arguments of a method for one resource."""
        return {**self.scope(project), f"{self._key}_id": identity}

    def _choices(self, client: sdk.EmissaryClient, given: Mapping[str, Any]) -> Iterable[tuple[str | None, object]]:
        project = given.get("project") if self.in_project else None
        if project:
            project = PROJECT.resolve(client, project, None)
        for item in self.calls(client).list(**self.scope(project)):
            yield item.id, " ".join(filter(None, [getattr(item, "status", None), item.name]))

    def resolve(self, client: sdk.EmissaryClient, given: str, project: str | None) -> str:
        """Return the id of the resource with this id, name or prefix of an id; an unknown text as it is.

        :raises InvalidInput: Several resources match, or none does and the text looks misspelled.
        """
        prefix = given.rstrip("…")  # a table on a narrow terminal shortens ids with an ellipsis
        if prefix == given and given.startswith(self.beginning) and len(given) >= _FULL_ID:
            return given
        items: Sequence[Any] = self.calls(client).list(**self.scope(project))
        if any(item.id == given for item in items):
            return given
        found = [item for item in items if item.name == given or item.id.startswith(prefix)]
        if len(found) > 1:
            shown = ", ".join(item.id for item in found[:3]) + (", …" if len(found) > 3 else "")
            raise InvalidInput(f"{given!r} can be several {self.name}s: {shown}")
        if not found:
            self._question(given, [name for item in items for name in (item.name, item.id) if name])
        return found[0].id if found else given

    def _question(self, given: str, known: Sequence[str]) -> None:
        if self is DATASET and Path(given).is_file():
            raise InvalidInput(f"{given!r} is a file, not a dataset. Upload it first: emissary datasets upload {given}")
        if close := get_close_matches(given, known, 1, _NEAR_NAME):
            raise InvalidInput(f"There is no {self.name} {given!r}. Did you mean {close[0]!r}?")


class KnownValue(Type):
    """A value of an enumeration that the platform may extend: unknown values are accepted, misspelled ones are not."""

    def __init__(self, enumeration: str) -> None:
        self.name = enumeration

    @property
    def known(self) -> list[str]:
        """The values that this version of the package knows."""
        return [str(value) for value in getattr(sdk.models, self.name)]

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return the known values for the help, if they fit into a line."""
        del ctx
        shown = f"[{'|'.join(self.known)}]"
        return shown if len(shown) <= _LONGEST_METAVAR else (param.name or "").upper()

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the known value in its own spelling, or an unknown one as given."""
        by_lower_case = {known.lower(): known for known in self.known}
        given = str(value)
        close = get_close_matches(given.lower(), by_lower_case, 1, _NEAR_VALUE)
        if close and close[0] != given.lower():
            self.fail(f"{given!r} looks like a misspelled {by_lower_case[close[0]]!r}.", param, ctx)
        return by_lower_case.get(given.lower(), given)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the known values that begin with the incomplete one."""
        del ctx, param
        return [CompletionItem(known) for known in self.known if known.lower().startswith(incomplete.lower())]


def _models(client: sdk.EmissaryClient, _: object) -> Iterable[tuple[str | None, object]]:
    project = os.environ.get("EMISSARY_PROJECT_ID")  # the commands that call a model have no option for it
    if project:
        project = PROJECT.resolve(client, project, None)
        yield from ((one.name, one.status) for one in client.deployments.list(project_id=project))
    yield from ((model.name, "serverless") for model in client.base_models.list() if model.support_serverless)


PROJECT = Kind("project", "ms-", in_project=False)
DATASET = Kind("dataset", "ds-")
JOB = Kind("training job", "tr-")
DEPLOYMENT = Kind("deployment", "dp-")
ENGINE = Kind("engine", "engine-", in_project=False)
# Values that a command resolves itself, or not at all.
NEW_PROJECT = PlatformValue("project", PROJECT.choices)
JOB_OR_MODEL = PlatformValue("training job", JOB.choices)
BASE_MODEL = PlatformValue("base model", lambda client, _: [(model.name, None) for model in client.base_models.list()])
MODEL = PlatformValue("model", _models)
TASK_TYPE = KnownValue("TaskType")

"""The kinds of values and sections that a view consists of; ``page`` and ``terminal`` render each kind."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypeAlias


class Link(NamedTuple):
    """A URL."""

    url: str


class Name(NamedTuple):
    """The name of a model, and its id if the name is not the id."""

    title: str
    id: str


Tone: TypeAlias = Literal["good", "bad", "doubtful", "busy", "idle"]
"""The meaning of a status, which selects its color."""


class Status(NamedTuple):
    """A status."""

    label: str
    tone: Tone


class Progress(NamedTuple):
    """A progress bar in the color of a status."""

    percent: float
    label: str
    tone: Tone


class Curve(NamedTuple):
    """A loss curve; ``losses`` has None for points without a finite number, ``last`` may be NaN or infinite."""

    losses: list[float | None]
    last: float | None


class Bar(NamedTuple):
    """A number as a bar on a scale from ``low`` to ``high``, which includes 0."""

    value: Any
    low: float
    high: float


Value: TypeAlias = str | Link | Name | Status | Progress | Curve | Bar


class Table(NamedTuple):
    """Rows of values; without a ``header`` the first column contains labels."""

    heading: str
    header: list[str]
    rows: list[list[Value]]
    note: str = ""


class Program(NamedTuple):
    """The lines of a program."""

    heading: str
    lines: list[str]
    note: str = ""


Section: TypeAlias = Table | Program | Curve


class View(NamedTuple):
    """Everything that is shown of one object."""

    title: str
    status: Status | None
    progress: Progress | None
    facts: list[list[Value]]
    sections: list[Section]

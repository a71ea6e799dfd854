"""Error responses in the form that the API documents."""

from dataclasses import KW_ONLY, dataclass


@dataclass(eq=False)  # an exception has to be hashable
class Problem(Exception):
    """An error response.

    :ivar status: The HTTP status.
    :ivar error: The message.
    :ivar code: The machine-readable reason of a 404.
    """

    status: int
    error: str
    _: KW_ONLY
    code: str = "object_not_found"
    headers: dict[str, str] | None = None


def missing(kind: str, object_id: str, project: str = "") -> Problem:
    """Return the 404 of an object that does not exist."""
    name = "training job" if kind == "job" else kind
    place = f" in project {_short(project)!r}" if project else ""
    return Problem(404, f"there is no {name} {_short(object_id)!r}{place}")


def _short(name: str) -> str:
    return name if len(name) <= 80 else name[:80] + "…"

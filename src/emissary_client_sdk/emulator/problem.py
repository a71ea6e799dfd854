"""Error responses in the form that the API documents."""


class Problem(Exception):
    """An error response.

    :param status: The HTTP status.
    :param error: The message.
    :param code: The machine-readable reason, if the API has one.
    :param commit: Whether the effects of the request are kept.
    """

    def __init__(
        self,
        status: int,
        error: str,
        *,
        code: str | None = None,
        headers: dict[str, str] | None = None,
        commit: bool = False,
    ) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.code = code
        self.headers = headers
        self.commit = commit


def missing(kind: str, object_id: str, project: str = "") -> Problem:
    """Return the 404 of an object that does not exist."""
    names = {"job": "training job"}
    place = f" in project {_short(project)!r}" if project else ""
    error = f"there is no {names.get(kind, kind)} {_short(object_id)!r}{place}"
    return Problem(404, error, code="object_not_found")


def _short(name: str) -> str:
    return name if len(name) <= 80 else name[:80] + "…"

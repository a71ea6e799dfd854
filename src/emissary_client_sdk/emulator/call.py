"""One request to an operation, and what a handler may return or raise. Independent of the web framework."""

import math
import secrets
import string
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from .answers import Answers
from .learning.service import Learning
from .problem import Problem, missing
from .store import Row, Transaction, fingerprint
from .testfunctions import Function

LONGEST_IDEMPOTENCY_KEY = 255  # characters
CREATED_BY = "emulator"


class Download(NamedTuple):
    """A file, which can be read in parts."""

    content: bytes
    media_type: str


class Upload(NamedTuple):
    """The parts of an uploaded dataset.

    :ivar error: Why the file is not a dataset; empty if it is one.
    :ivar labels: The labels of a classification dataset; empty if it is not one.
    :ivar exclusive: Whether each record has exactly one label.
    :ivar task: The task that the records are for; None if they fit several.
    :ivar unfit: Why a classifier cannot learn them; empty if it can.
    """

    name: str | None = None
    file_name: str = ""
    content: bytes = b""
    error: str = ""
    labels: tuple[str, ...] = ()
    exclusive: bool = True
    task: str | None = None
    unfit: str = ""


@dataclass(frozen=True)
class Settings:
    """The emulator's settings; ``serve`` documents them."""

    job_seconds: float
    deploy_seconds: float
    api_key: str | None
    strict: bool
    learn: bool
    rewards: Mapping[str, Function]
    clock: Callable[[], float]

    def __post_init__(self) -> None:
        for name, seconds in (("job_seconds", self.job_seconds), ("deploy_seconds", self.deploy_seconds)):
            if not 0 <= seconds < math.inf:  # false for NaN, too
                raise ValueError(f"{name} must be a number of seconds, zero or more, not {seconds}")
        if self.api_key == "":
            raise ValueError("api_key must not be empty")
        if self.rewards and not self.learn:
            raise ValueError("rewards need learn=True")
        for name, function in self.rewards.items():
            if not callable(function):
                raise TypeError(f"rewards[{name!r}] must be a function, not {type(function).__name__}")


@dataclass(frozen=True)
class Call:
    """One request.

    :ivar endpoint: The path of the endpoint, with names of parameters in braces.
    :ivar now: Time of arrival in UNIX seconds.
    :ivar path: The path parameters, decoded.
    :ivar query: The query parameters.
    :ivar body: The JSON body, unparsed; empty without one.
    :ivar upload: The parts of an uploaded file; empty without one.
    :ivar key: The Idempotency-Key, or None.
    :ivar url: The emulator's own URL, for links to its files.
    """

    settings: Settings
    answers: Answers
    learning: Learning
    db: Transaction
    endpoint: str
    now: float
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    upload: Upload
    key: str | None
    url: str

    @property
    def project(self) -> str:
        """The id of the project that the path names."""
        return self.path["project_id"]

    def find(self, kind: str, object_id: str, project: str = "") -> Row:
        """Return the object with this id; raise ``Problem`` if it does not exist."""
        row = self.db.find(kind, project=project, id=object_id)
        if row is None:
            raise missing(kind, object_id, project)
        return row

    def named(self, kind: str) -> Row:
        """Return the object that the path names; raise ``Problem`` if it does not exist."""
        parameter = "training_job_id" if kind == "job" else f"{kind}_id"
        return self.find(kind, self.path[parameter], "" if kind == "project" else self.path.get("project_id", ""))

    def remove(self, kind: str) -> None:
        """Remove the object that the path names; raise ``Problem`` if it does not exist."""
        row = self.named(kind)
        self.db.delete(kind, project=row.project, id=row.id)

    def listed(self, kind: str) -> list[Row]:
        """Return the objects of the project, which has to exist if the emulator is strict."""
        if self.settings.strict:
            self.named("project")
        return self.db.list(kind, project=self.project)

    def create(
        self, row: Row, request: object, check: Callable[[], Row] | None = None, content: bytes | None = None
    ) -> Row:
        """Store a new object, or return the one that an earlier request with the same Idempotency-Key created.

        The first object of a project that was not created creates the project, too.

        :param row: The object; its id is only a prefix.
        :param request: What must be equal in a repeated request.
        :param check: Checks what only a request that creates something must fulfil, and returns the final row.
        :raises Problem: The key is not valid, or was used for another request.
        """
        if self.key is not None:
            if not 0 < len(self.key) <= LONGEST_IDEMPOTENCY_KEY:
                raise Problem(400, f"Idempotency-Key must have 1 to {LONGEST_IDEMPOTENCY_KEY} characters")
            earlier = self.db.find(row.kind, project=row.project, idempotency_key=self.key)
            if earlier is not None:
                if earlier.fingerprint != fingerprint(request):
                    raise Problem(400, "Idempotency-Key: this key was used before with a different body")
                return earlier
        if row.project:
            if self.settings.strict:
                self.find("project", row.project)
            elif self.db.find("project", project="", id=row.project) is None:
                self.db.insert(Row("project", "", row.project, self.now, {"name": row.project}, {}, row.project))
        row = row if check is None else check()
        row = row._replace(id=f"{row.id}-{_unique(row.kind)}", fingerprint=fingerprint(request))
        self.db.insert(row, key=self.key, content=content)
        return row


def _unique(kind: str) -> str:
    """Return the unique part of an id, in the form that the platform uses for this kind."""
    if kind == "experiment":
        return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(22))
    return str(uuid.uuid4())

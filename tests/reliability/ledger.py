"""What calls have said of the training jobs, kept to be compared with what the platform has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

CANCELLED = "Cancelled"


@dataclass
class Entry:
    """A job as it can be, after all that was said of it.

    :ivar id: None for a job of which only its creation is known, and not whether it succeeded.
    :ivar present: whether the platform has it: one of these.
    :ivar cancelled: whether it was cancelled: one of these.
    """

    name: str
    id: str | None
    present: set[bool]
    cancelled: set[bool] = field(default_factory=lambda: {False})

    def is_there(self, status: str | None = None) -> None:
        """Take note that the platform has it, perhaps with a status."""
        assert True in self.present, f"{self.name} is there, and cannot be"
        self.present = {True}
        if status is not None:
            is_cancelled = status == CANCELLED
            assert is_cancelled in self.cancelled, f"{self.name} is {status}, and cannot be"
            self.cancelled = {is_cancelled}

    def is_gone(self) -> None:
        """Take note that the platform does not have it."""
        assert False in self.present, f"{self.name} is gone, and cannot be"
        self.present = {False}

    def was_deleted(self) -> None:
        """Take note of a success."""
        self.is_there()
        self.present = {False}

    def was_cancelled(self) -> None:
        """Take note of a success."""
        self.is_there()
        self.cancelled = {True}

    def may_be_deleted(self) -> None:
        """Take note of a failure that may have had its effect."""
        self.present = {present and may for present in self.present for may in (True, False)}

    def may_be_cancelled(self) -> None:
        """Take note of a failure that may have had its effect."""
        self.cancelled = self.cancelled | {True}


class Ledger:
    """The jobs of one project, by their names, of which no two are the same."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}

    def created(self, name: str, job: str) -> None:
        """Take note of a job's creation."""
        self.entries[name] = Entry(name, job, {True})

    def not_created(self, name: str, *, may: bool) -> None:
        """Take note of a creation that failed, but may have had its effect."""
        self.entries[name] = Entry(name, None, {True, False} if may else {False})

    def known(self) -> list[Entry]:
        """Give the jobs whose ids are known, those that are gone among them."""
        return [entry for entry in self.entries.values() if entry.id is not None]

    def compare(self, jobs: Iterable[tuple[str, str, str]]) -> None:
        """Hold all that was said against the platform's jobs: name, id and status of each.

        What was uncertain of them is known then.
        """
        found: set[str] = set()
        for name, job, status in jobs:
            assert name not in found, f"{name} is there twice"
            found.add(name)
            assert name in self.entries, f"nobody asked for {name}"
            entry = self.entries[name]
            assert entry.id in (None, job), f"{name} has another id than it was created with"
            entry.id = job
            entry.is_there(status)
        for name, entry in self.entries.items():
            if name not in found:
                entry.is_gone()

"""Calls of every kind at random, through a proxy whose connections fail at random."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx

from emissary_client_sdk import errors

from ..support.answers import BODY, KEY
from . import faults
from .ledger import Ledger

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator

    from emissary_client_sdk import EmissaryClient

    from ..support.calling import Call
    from .ledger import Entry
    from .proxy import Link, Script

FAULTS: tuple[Script, ...] = (
    faults.accept_and_close,
    faults.reset_before_the_request,
    faults.reset_after_the_request,
    faults.drop_in_the_headers,
    faults.drop_in_the_body,
    faults.promise_two_lengths,
    faults.promise_too_much,
    faults.promise_too_little,
    faults.break_off_the_chunks,
    faults.call_it_gzip,
    faults.talk_nonsense,
    faults.fail_before_acting,
    faults.fail_after_acting,
    faults.be_busy,
    faults.be_asked_too_often,
)
"""Those that cost no time."""

_METHODS = ("create", "list", "retrieve", "delete", "cancel", "list_checkpoints")
_WEIGHTS = (6, 1, 5, 4, 4, 3)
_REQUESTS_BEFORE = (0, 0, 0, 1, 2, 5)


def schedule(chance: random.Random) -> Iterator[Script]:
    """Give what befalls one connection after another: some good requests perhaps, and then a fault."""
    while True:
        yield _after(chance.choice(_REQUESTS_BEFORE), chance.choice(FAULTS))


def _after(requests: int, fault: Script) -> Script:
    def script(link: Link) -> None:
        link.relay(requests)
        fault(link)

    return script


class Workload:
    """Makes calls, and keeps a ledger of what they say for each of a few projects.

    :ivar outcomes: how many calls have ended how, by method and the name of the error's type.
    """

    def __init__(self, chance: random.Random, client: EmissaryClient, projects: int = 3) -> None:
        self._chance = chance
        self._client = client
        self._ledgers = {uuid4().hex: Ledger() for _ in range(projects)}
        self.outcomes: Counter[tuple[str, str]] = Counter()

    def step(self, call: Call) -> None:
        """Make one call, and hold what comes of it against the ledger.

        :raises AssertionError: it cannot be, after all that was said before.
        """
        project = self._chance.choice(list(self._ledgers))
        known = self._ledgers[project].known()
        (method,) = self._chance.choices(_METHODS, _WEIGHTS) if known else ("create",)
        try:
            if method == "create":
                self._create(call, project)
            elif method == "list":
                listed = call(self._client, "list", project_id=project)
                self._ledgers[project].compare((job.name, job.id, job.status) for job in listed)
            else:
                self._ask_about(call, method, project, self._chance.choice(known))
        except errors.EmissaryClientError as error:
            self.outcomes[method, type(error).__name__] += 1
        else:
            self.outcomes[method, "success"] += 1

    def _create(self, call: Call, project: str) -> None:
        name = uuid4().hex
        try:
            job = call(self._client, "create", project_id=project, request_body={**BODY, "name": name})
        except errors.EmissaryClientError as error:
            self._ledgers[project].not_created(name, may=error.request_may_have_been_processed)
            raise
        assert job.name == name
        self._ledgers[project].created(name, job.id)

    def _ask_about(self, call: Call, method: str, project: str, entry: Entry) -> None:
        try:
            value = call(self._client, method, project_id=project, training_job_id=entry.id)
        except errors.APIErrorNotFound as error:
            if method == "delete" and error.request_may_have_been_processed:
                entry.may_be_deleted()
            entry.is_gone()
            raise
        except errors.EmissaryClientError as error:
            uncertain: dict[str, Callable[[], None]] = {
                "delete": entry.may_be_deleted,
                "cancel": entry.may_be_cancelled,
            }
            if method in uncertain and error.request_may_have_been_processed:
                uncertain[method]()
            raise
        if method == "delete":
            entry.was_deleted()
        elif method == "cancel":
            entry.was_cancelled()
        elif method == "retrieve":
            assert (value.id, value.name) == (entry.id, entry.name)
            entry.is_there(value.status)
        else:
            entry.is_there()

    def settle(self, url: str) -> int:
        """Hold the ledgers against what the platform itself has, and give the number of its jobs.

        :param url: the platform's, past the proxy.
        :raises AssertionError: they contradict each other.
        """
        count = 0
        with httpx.Client(headers={"x-api-key": KEY}, trust_env=False) as direct:
            for project, ledger in self._ledgers.items():
                jobs: list[dict[str, Any]] = (
                    direct.get(f"{url}/v1/projects/{project}/training-jobs").raise_for_status().json()
                )
                ledger.compare((job["name"], job["id"], job["status"]) for job in jobs)
                count += len(jobs)
        return count

    def clear(self, url: str) -> None:
        """Remove all jobs from the platform, and from the ledgers."""
        with httpx.Client(headers={"x-api-key": KEY}, trust_env=False) as direct:
            for project, ledger in self._ledgers.items():
                jobs = f"{url}/v1/projects/{project}/training-jobs"
                for job in direct.get(jobs).raise_for_status().json():
                    direct.delete(f"{jobs}/{job['id']}").raise_for_status()
                ledger.entries.clear()

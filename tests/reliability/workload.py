"""Random calls through a proxy whose connections fail at random, and a record of what their outcomes allow."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx

from emissary_client_sdk import errors

from ..support.answers import BODY, KEY
from .faults import FAULTS

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from emissary_client_sdk import EmissaryClient

    from ..support.calling import Call
    from .proxy import Link, Script

SCRIPTS = [
    fault.script
    for fault in FAULTS
    if fault.script and not (fault.is_slow or fault.earlier or fault.is_tls or fault.nginx is not None)
]
"""The faults that take no time."""

_WEIGHTS = {"create": 6, "list": 1, "retrieve": 5, "delete": 4, "cancel": 4, "list_checkpoints": 3}
_PRESENT = {"active", "cancelled"}


def schedule(chance: random.Random) -> Iterator[Script]:
    """Yield what happens on one connection after another: some requests are relayed, then there is a fault."""
    while True:
        yield _after(chance.choice((0, 0, 0, 1, 2, 5)), chance.choice(SCRIPTS))


def _after(requests: int, script: Script) -> Script:
    def run(link: Link) -> None:
        link.relay(requests)
        link.most = 1
        script(link)

    return run


class Job:
    """A training job as the outcomes so far allow it to be.

    :ivar states: Possible states: ``absent``, ``active``, ``cancelled``.
    """

    def __init__(self, name: str, job_id: str | None, states: set[str]) -> None:
        self.name = name
        self.id = job_id
        self.states = states

    def is_in(self, states: set[str]) -> None:
        """Record that it is in one of these states."""
        assert self.states & states, f"{self.name} is in {states}, but must be in {self.states}"
        self.states = self.states & states


class Workload:
    """Makes calls and checks each outcome against those before it.

    :ivar outcomes: Number of calls by method and the name of the error's class.
    """

    def __init__(self, chance: random.Random, client: EmissaryClient, projects: int = 3) -> None:
        self._chance = chance
        self._client = client
        self._projects: dict[str, dict[str, Job]] = {uuid4().hex: {} for _ in range(projects)}
        self.outcomes: Counter[tuple[str, str]] = Counter()

    def step(self, call: Call) -> None:
        """Make one call.

        :raises AssertionError: Its outcome contradicts an earlier one.
        """
        project = self._chance.choice(list(self._projects))
        known = [job for job in self._projects[project].values() if job.id is not None]
        (method,) = self._chance.choices(list(_WEIGHTS), list(_WEIGHTS.values())) if known else ("create",)
        try:
            if method == "create":
                self._create(call, project)
            elif method == "list":
                self._compare(project, [vars(job) for job in call(self._client, "list", project_id=project)])
            else:
                self._call_on(call, method, project, self._chance.choice(known))
        except errors.EmissaryClientError as error:
            self.outcomes[method, type(error).__name__] += 1
        else:
            self.outcomes[method, "success"] += 1

    def _create(self, call: Call, project: str) -> None:
        name = uuid4().hex
        try:
            job = call(self._client, "create", project_id=project, request_body={**BODY, "name": name})
        except errors.EmissaryClientError as error:
            states = {"absent", "active"} if error.request_may_have_been_processed else {"absent"}
            self._projects[project][name] = Job(name, None, states)
            raise
        assert job.name == name
        self._projects[project][name] = Job(name, job.id, {"active"})

    def _call_on(self, call: Call, method: str, project: str, job: Job) -> None:
        try:
            value = call(self._client, method, project_id=project, training_job_id=job.id)
        except errors.EmissaryClientError as error:
            if error.request_may_have_been_processed:
                if method == "delete":
                    job.states |= {"absent"}
                elif method == "cancel" and "active" in job.states:
                    job.states |= {"cancelled"}
            if isinstance(error, errors.APIErrorNotFound):
                job.is_in({"absent"})
            raise
        job.is_in(_PRESENT)
        if method == "retrieve":
            assert (value.id, value.name) == (job.id, job.name)
            job.is_in(_state_of(value.status))
        elif method in ("delete", "cancel"):
            job.states = {"absent" if method == "delete" else "cancelled"}

    def _compare(self, project: str, found: list[dict[str, Any]]) -> None:
        jobs = self._projects[project]
        names = [entry["name"] for entry in found]
        assert len(names) == len(set(names)), "a job was created twice"
        for entry in found:
            job = jobs[entry["name"]]
            assert job.id in (None, entry["id"])
            job.id = entry["id"]
            job.is_in(_state_of(entry["status"]))
        for name in jobs.keys() - set(names):
            jobs[name].is_in({"absent"})

    def settle(self, url: str, *, clear: bool = False) -> int:
        """Compare the record with the jobs that the emulator has, and return their number.

        :param url: URL of the emulator itself.
        :param clear: Whether to delete the jobs, and to forget them.
        """
        count = 0
        with httpx.Client(headers={"x-api-key": KEY}, trust_env=False) as direct:
            for project, jobs in self._projects.items():
                path = f"{url}/v1/projects/{project}/training-jobs"
                found = direct.get(path).raise_for_status().json()
                self._compare(project, found)
                count += len(found)
                if clear:
                    for entry in found:
                        direct.delete(f"{path}/{entry['id']}").raise_for_status()
                    jobs.clear()
        return count


def _state_of(status: str) -> set[str]:
    return {"cancelled" if status == "Cancelled" else "active"}

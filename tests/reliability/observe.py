"""Makes the calls that a fault befalls, and notes what comes of them."""

from __future__ import annotations

import contextlib
import itertools
import math
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, emulator, errors

from ..support.answers import BODY, KEY
from ..support.calling import Call
from .expectations import METHODS, Fault, Scheme, Strikes
from .proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Generator

    from emissary_client_sdk.utils import RetryConfig

    from ..support.calling import Way

SLOW_MS, PATIENT_MS = 300, 10_000
_JOB_SECONDS, _MOMENT = 100.0, 70.0  # by then the first job runs, and has written two checkpoints
_CHECKPOINTS = 2


@dataclass
class Observation:
    """What came of a call.

    :ivar value: what it gave; None where it raised.
    :ivar is_right: whether that is what the method gives when nothing goes wrong.
    :ivar error: what it raised.
    :ivar target: the job that the call was about, as the platform has it now; None where it is gone.
    :ivar created: the other jobs that the platform has now, none of which was there before.
    """

    value: Any = None
    is_right: bool = False
    error: BaseException | None = None
    attempts: int = 0
    requests: int = 0
    target: dict[str, Any] | None = None
    created: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


class _Attempts(threading.local):
    """Counts the failed attempts of this thread's call, and lets none of its retries wait."""

    proxy: Proxy | None = None
    failed = 0

    def draw(self) -> float:
        """Stand in for ``random.random``, which the retry policy asks once after each failed attempt."""
        self.failed += 1
        if self.proxy is not None:
            self.proxy.attempt_failed()
        return 0.0


class Laboratory:
    """An emulator on which calls are made that faults befall."""

    def __init__(self) -> None:
        self._now = 0.0
        self._attempts = _Attempts()
        self._seen: dict[tuple[str, Strikes, Way], dict[str, Observation]] = {}
        self._server: emulator.Server
        self._direct: httpx.Client

    @contextlib.contextmanager
    def open(self) -> Generator[Laboratory, None, None]:
        """Run the emulator for the length of a block, during which no retry waits."""
        with (
            pytest.MonkeyPatch.context() as patch,
            emulator.serve(job_seconds=_JOB_SECONDS, clock=lambda: self._now) as self._server,
            httpx.Client(headers={"x-api-key": KEY}, trust_env=False) as self._direct,
        ):
            patch.setattr(random, "random", self._attempts.draw)
            yield self

    def observe(self, fault: Fault, strikes: Strikes, way: Way) -> dict[str, Observation]:
        """Call each method once, all at the same time because some of them wait for a timeout."""
        key = (fault.name, strikes, way)
        if key not in self._seen:
            projects = {method: uuid4().hex for method in METHODS}
            self._now = 0.0
            jobs = {method: self._create(project) for method, project in projects.items()}
            self._now = _MOMENT

            def run(method: str) -> Observation:
                return self._call(method, projects[method], jobs[method], fault, strikes, way, {})

            with ThreadPoolExecutor(len(METHODS)) as pool:
                self._seen[key] = dict(zip(METHODS, pool.map(run, METHODS), strict=True))
        return self._seen[key]

    def create(self, fault: Fault, strikes: Strikes, way: Way, retries: RetryConfig) -> Observation:
        """Create one job, with retries that the caller configured."""
        project = uuid4().hex
        return self._call("create", project, self._create(project), fault, strikes, way, {"retries": retries})

    def _call(
        self,
        method: str,
        project: str,
        job: str,
        fault: Fault,
        strikes: Strikes,
        way: Way,
        options: dict[str, Any],
    ) -> Observation:
        seen = Observation()
        times = 1 if strikes == "once" else math.inf
        if fault.script is None:
            proxy = Proxy(self._server.port, refusals=times)
        else:
            scripts = itertools.repeat(fault.script)
            proxy = Proxy(self._server.port, itertools.islice(scripts, 1) if strikes == "once" else scripts)
        arguments: dict[str, Any] = {"project_id": project, **options}
        if method == "create":
            arguments["request_body"] = {**BODY, "name": project}
        elif method != "list":
            arguments["training_job_id"] = job
        timeout_ms = SLOW_MS if fault.is_slow else PATIENT_MS
        url = proxy.url if fault.scheme is Scheme.HTTP else proxy.url.replace("http:", "https:")
        with proxy, EmissaryClient(KEY, server_url=url, timeout_ms=timeout_ms) as client, Call(way) as call:
            if fault.idle:
                call(client, "list", project_id=project)
            if fault.idle == "closed":
                assert proxy.wait_until_open(0)
            proxy.requests = self._attempts.failed = 0
            self._attempts.proxy = proxy
            try:
                seen.value = call(client, method, **arguments)
            except Exception as error:  # noqa: BLE001  # the test looks at it
                seen.error = error
            self._attempts.proxy = None
            seen.attempts = self._attempts.failed
            if seen.error is None or isinstance(seen.error, errors.ResponseValidationError):
                seen.attempts += 1  # no number is drawn where no retry can help
            call.close_client(client)
            seen.requests = proxy.requests
        present = {found["id"]: found for found in self._jobs(project)}
        seen.target = present.pop(job, None)
        seen.created = list(present.values())
        seen.is_right = seen.error is None and self._is_right(method, seen, project, job)
        return seen

    @staticmethod
    def _is_right(method: str, seen: Observation, project: str, job: str) -> bool:
        value = seen.value
        if method == "create":
            return (value.name, [value.id]) == (project, [found["id"] for found in seen.created])
        if method == "list":
            return [found.id for found in value] == [job]
        if method == "retrieve":
            return (value.id, value.status) == (job, "Running")
        if method == "list_checkpoints":
            return [found.checkpoint for found in value] == list(range(1, _CHECKPOINTS + 1))
        return value is None

    def _create(self, project: str) -> str:
        answer = self._direct.post(self._url(project), json=BODY)
        job: str = answer.raise_for_status().json()["id"]
        return job

    def _jobs(self, project: str) -> list[dict[str, Any]]:
        """Ask the emulator itself, past the proxy and the SDK."""
        answer = self._direct.get(self._url(project))
        jobs: list[dict[str, Any]] = answer.raise_for_status().json()
        return jobs

    def _url(self, project: str) -> str:
        return f"{self._server.url}/v1/projects/{project}/training-jobs"

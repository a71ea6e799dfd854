"""A platform that is a list of responses; it executes the commands of a flow, and only pauses move its clock."""

from __future__ import annotations

import inspect
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import httpx

from emissary_client_sdk import EmissaryClient
from emissary_client_sdk._call.commands import GetClient, Received, Resolve, Send, Wait
from emissary_client_sdk._flows.polling import Poller
from emissary_client_sdk._flows.waiting import TRAINING_JOB
from emissary_client_sdk.trainingjobs import RETRIEVE

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = Any
"""The state of a resource, a status, a response or an exception."""

BODIES = {
    "training_jobs": {"base_model": "m", "train_dataset_id": "d"},
    "deployments": {"training_job_id": "t", "checkpoint": 1},
}
_IDS = {"project_id": "p", "training_job_id": "t", "deployment_id": "d", "engine_id": "e"}


def _is_successful(job: Any) -> bool:
    return str(job.status) == "Success"


class Platform:
    """Answers each request with the next answer, or one for checkpoints with the next of ``checkpoints``.

    :ivar pauses: The lengths of the pauses, in seconds.
    :ivar timeouts: The timeout of each request, in seconds.
    """

    def __init__(self, *answers: Answer, random: float = 0.5, checkpoints: list[Answer] | None = None) -> None:
        self.answers = list(answers)
        self.checkpoints = checkpoints or []
        self.random = random
        self.client = EmissaryClient("key")
        self.now = 1000.0
        self.pauses: list[float] = []
        self.timeouts: list[float] = []
        self.requests: list[httpx.Request] = []
        self.awaitables: list[Any] = []

    def poll(
        self,
        *,
        on_update: Callable[[Any], Any] | None = None,
        tick: Callable[[], None] | None = None,
        poll_interval_ms: Any = 1000,
        total_timeout_ms: Any = None,
        **options: Any,
    ) -> Any:
        """Poll a training job until its status is Success and return its state."""
        jobs = self.client.training_jobs
        timing = {"poll_interval_ms": poll_interval_ms, "total_timeout_ms": total_timeout_ms}
        poller = Poller(
            jobs,
            TRAINING_JOB._replace(is_done=_is_successful),
            RETRIEVE,
            {**timing, **options},
            {"project_id": "p", "training_job_id": "t"},
            clock=lambda: self.now,
            random=lambda: self.random,
            tick=tick,
        )
        return self._run(poller.follow(on_update))

    def call(self, path: str, **arguments: Any) -> Any:
        """Execute the flow of a method, such as ``engines.wait``, and return its result, or all of its values."""
        method = attrgetter(path)(self.client)
        valid = {**_IDS, "request_body": BODIES.get(path.partition(".")[0])}
        names = method.__func__.__annotations__
        given = {**{name: value for name, value in valid.items() if name in names}, **arguments}
        flow: Any = inspect.unwrap(method.__func__)(method.__self__, **given)
        if path.endswith(".watch"):
            return [value for one in flow for value in self._run(one)]
        return self._run(flow)

    def _run(self, flow: Any) -> Any:
        try:
            command = next(flow)
            while True:
                try:
                    result = self._execute(command)
                except Exception as error:  # noqa: BLE001  # the flow decides what it means
                    command = flow.throw(error)
                else:
                    command = flow.send(result)
        except StopIteration as end:
            return end.value

    def _execute(self, command: Any) -> Any:
        if isinstance(command, Wait):
            self.pauses.append(command.seconds)
            self.now += command.seconds
        elif isinstance(command, GetClient):
            return self.client.sdk_configuration.client
        elif isinstance(command, Resolve):
            self.awaitables.append(command.awaitable)
        else:
            assert isinstance(command, Send)
            return self._respond(command.request)
        return None

    def _respond(self, request: httpx.Request) -> Received:
        self.requests.append(request)
        self.timeouts.append(request.extensions["timeout"]["read"])
        answer = (self.checkpoints if request.url.path.endswith("/checkpoints") else self.answers).pop(0)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, int):
            answer = httpx.Response(answer)
        response = answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)
        return Received(response, response.content)

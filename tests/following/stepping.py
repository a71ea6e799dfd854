"""A wait or a watch stepped by hand, against a server that is a list of answers."""

from collections.abc import Callable, Generator, Mapping
from typing import Any

import httpx

from emissary_client_sdk import EmissaryClient
from emissary_client_sdk._core.flow import Emit, Resolve, Send, Wait
from emissary_client_sdk._core.following import Following, following, wait, watch
from emissary_client_sdk._core.request import Options
from emissary_client_sdk.trainingjobs import TrainingJobs
from emissary_client_sdk.types import UNSET

Answer = Mapping[str, Any] | httpx.Response | Exception


class Stepped:
    """Runs a flow with a clock that only waiting moves."""

    def __init__(self, *answers: Answer, random: float = 0.5, seconds_an_answer: float = 0.0) -> None:
        self.answers = list(answers)
        self.checkpoints: list[Answer] = []
        self.random = random
        self.seconds_an_answer = seconds_an_answer
        self.now = 1000.0
        self.waits: list[float] = []
        self.emitted: list[Any] = []
        self.resolved: list[Any] = []
        self.timeouts: list[float | None] = []

    def follow(self, **settings: Any) -> Following:
        """Say what is followed, and how."""
        client = EmissaryClient("k")
        interval, total = settings.pop("poll_interval_ms", 1000), settings.pop("total_timeout_ms", None)
        chosen: dict[str, Any] = {"retries": UNSET, "server_url": None, "timeout_ms": None, "http_headers": None}
        options = Options(**{**chosen, **settings})
        ids = {"project_id": "p", "training_job_id": "t"}
        return following(client.sdk_configuration, client.sdk_configuration.client, ids, options, interval, total)

    def wait(
        self,
        on_update: Callable[[Any], Any] | None = None,
        *,
        raising: bool = True,
        tick: Callable[[], None] | None = None,
        **settings: Any,
    ) -> Any:
        """Step a wait to its end; gives its result."""
        # The rows of the operations are private to the resource; a flow takes them as arguments.
        retrieve = TrainingJobs._RETRIEVE  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        flow = wait(
            self.follow(**settings),
            retrieve,
            on_update,
            raise_on_failure=raising,
            tick=tick,
            clock=lambda: self.now,
            random=lambda: self.random,
        )
        return self._run(flow)

    def watch(self, **settings: Any) -> list[Any]:
        """Step a watch to its end; gives what it emitted."""
        jobs = TrainingJobs
        flow = watch(
            self.follow(**settings),
            jobs._RETRIEVE,  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
            jobs._LIST_CHECKPOINTS,  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
            clock=lambda: self.now,
            random=lambda: self.random,
        )
        self._run(flow)
        return self.emitted

    def _run(self, flow: Generator[Any, Any, Any]) -> Any:
        try:
            command = next(flow)
            while True:
                try:
                    answer = self._obey(command)
                except Exception as error:  # noqa: BLE001  # the flow decides what it means
                    command = flow.throw(error)
                else:
                    command = flow.send(answer)
        except StopIteration as end:
            return end.value

    def _obey(self, command: Any) -> Any:
        if isinstance(command, Wait):
            self.waits.append(command.seconds)
            self.now += command.seconds
            return None
        if isinstance(command, Emit):
            return self.emitted.append(command.value)
        if isinstance(command, Resolve):
            return self.resolved.append(command.awaitable)
        assert isinstance(command, Send)
        self.now += self.seconds_an_answer
        self.timeouts.append(command.request.extensions["timeout"]["read"])
        of_checkpoints = command.request.url.path.endswith("/checkpoints")
        answer = (self.checkpoints if of_checkpoints else self.answers).pop(0)
        if isinstance(answer, Exception):
            raise answer
        response = answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)
        return response, response.content

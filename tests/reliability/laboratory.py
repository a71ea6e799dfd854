"""Makes the calls on which faults happen, and records their outcomes."""

from __future__ import annotations

import contextlib
import itertools
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx

from emissary_client_sdk import EmissaryClient, SDKHooks

from ..support.answers import BODY, KEY
from ..support.calling import Call
from ..support.rawserver import PATIENCE, refusing_url
from .faults import METHOD_OF, stall
from .nginx import nginx
from .proxy import Link, Proxy

if TYPE_CHECKING:
    from emissary_client_sdk import emulator

    from ..support.calling import Way
    from .faults import Fault, Times
    from .nginx import Nginx

SHORT = 0.1
"""Timeout of an attempt that is not answered, in seconds; all others have minutes."""


@dataclass
class Observation:
    """The outcome of a call.

    :ivar is_right: Whether it returned what it returns without a fault.
    :ivar requests: Number of requests that reached the emulator.
    :ivar target: The job that the call is about, as the emulator has it afterwards; None if it is deleted.
    :ivar created: The other jobs that the emulator has afterwards.
    """

    value: Any = None
    is_right: bool = False
    error: BaseException | None = None
    attempts: int = 0
    requests: int = 0
    target: dict[str, Any] | None = None
    created: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


class Attempts(SDKHooks):
    """Hooks that count the attempts of a call, and prepare those on which a fault happens.

    :param faulty: Number of the first attempts that are prepared.
    :param port: A port that refuses connections, to which they are sent; None sends them as they are.
    :param is_short: Whether they have a short timeout.
    """

    def __init__(self, faulty: float, port: int | None, *, is_short: bool) -> None:
        super().__init__()
        self.count = 0
        self._faulty = faulty
        self._port = port
        self._is_short = is_short
        self.register_before_request_hook(self._before)

    def _before(self, _context: object, request: httpx.Request) -> None:
        self.count += 1
        if self.count > self._faulty:
            return
        if self._port is not None:
            request.url = request.url.copy_with(port=self._port)
        if self._is_short:
            request.extensions["timeout"] = {**request.extensions["timeout"], "read": SHORT}


class Laboratory:
    """Makes calls on an emulator; each call has a project of its own."""

    def __init__(self, server: emulator.Server, refusing_port: int) -> None:
        self._server = server
        self._refusing_port = refusing_port
        self._direct = httpx.Client(headers={"x-api-key": KEY}, trust_env=False)
        self.close = self._direct.close

    def observe(self, fault: Fault, times: Times, way: Way) -> dict[str, Observation]:
        """Call one method of each kind, all at the same time because some of them wait for a timeout."""
        with ThreadPoolExecutor(len(METHOD_OF)) as pool:
            calls = {method: pool.submit(self.call, method, fault, times, way) for method in METHOD_OF.values()}
            return {method: seen.result() for method, seen in calls.items()}

    def call(self, method: str, fault: Fault, times: Times, way: Way, **options: Any) -> Observation:
        """Make one call on which the fault happens."""
        project = uuid4().hex
        job = str(self._direct.post(self._url(project), json=BODY).raise_for_status().json()["id"])
        arguments: dict[str, Any] = {"project_id": project, **options}
        if method == "create":
            arguments["request_body"] = {**BODY, "name": project}
        elif method != "list":
            arguments["training_job_id"] = job
        seen = Observation()
        with contextlib.ExitStack() as stack:
            proxy = stack.enter_context(Proxy(self._server.port, self._scripts(fault, times)))
            url, front = proxy.url, None
            if fault.nginx is not None:
                upstream = self._refusing_port if fault.script is None else proxy.port
                front = stack.enter_context(nginx(upstream, fault.nginx))
                url = f"http://127.0.0.1:{front.port}"
            refusing = self._refusing_port if fault.script is None and front is None else None
            hooks = Attempts(1 if times == "once" else math.inf, refusing, is_short=fault.is_slow)
            server_url = url.replace("http:", "https:") if fault.is_tls else url
            client = EmissaryClient(KEY, server_url=server_url, timeout_ms=1000 * PATIENCE, hooks=hooks)
            call = stack.enter_context(Call(way))
            stack.callback(call.close_client, client)
            self._prepare(fault, proxy, front, lambda: call(client, "list", project_id=project), stack)
            hooks.count = proxy.relayed = 0
            try:
                seen.value = call(client, method, **arguments)
            except Exception as error:  # noqa: BLE001  # the test checks it
                seen.error = error
            seen.attempts = hooks.count
            call.close_client(client)
            if fault.is_slow or fault.script is stall:  # it may not have read what was sent by attempts that timed out
                assert proxy.wait_for_requests(hooks.count)
            assert proxy.wait_until_open(1 if fault.step == "busy" else 0)
            seen.requests = proxy.relayed
        present = {found["id"]: found for found in self._direct.get(self._url(project)).raise_for_status().json()}
        seen.target = present.pop(job, None)
        seen.created = list(present.values())
        seen.is_right = seen.error is None and self._is_right(method, seen, project, job)
        return seen

    @staticmethod
    def _scripts(fault: Fault, times: Times) -> Any:
        if fault.step == "busy":
            return itertools.chain([_hold], itertools.repeat(Link.relay))
        scripts = itertools.repeat(fault.script or Link.relay)
        return itertools.islice(scripts, 1) if times == "once" else scripts

    @staticmethod
    def _prepare(fault: Fault, proxy: Proxy, front: Nginx | None, list_jobs: Any, stack: contextlib.ExitStack) -> None:
        """Bring the connections into the state in which the call finds them."""
        if fault.earlier:
            list_jobs()
        if fault.step == "busy":
            assert front is not None
            stack.enter_context(front.request("/busy"))
            assert proxy.wait_for_requests(1)
        elif fault.step == "reload":
            assert front is not None
            front.reload()
        elif fault.earlier == "closed":
            if front is None:
                assert proxy.wait_until_open(0)
            else:
                front.close_idle_connections()

    @staticmethod
    def _is_right(method: str, seen: Observation, project: str, job: str) -> bool:
        value = seen.value
        if method == "create":
            return (value.name, [value.id]) == (project, [found["id"] for found in seen.created])
        if method == "list":
            return [found.id for found in value] == [job]
        return value.id == job if method == "retrieve" else not value  # there are no checkpoints yet

    def _url(self, project: str) -> str:
        return f"{self._server.url}/v1/projects/{project}/training-jobs"


def _hold(link: Link) -> None:
    link.request()
    link.hold()


@contextlib.contextmanager
def laboratory(server: emulator.Server) -> Any:
    """Open a laboratory."""
    with refusing_url() as url:
        opened = Laboratory(server, int(url.rpartition(":")[2]))
        try:
            yield opened
        finally:
            opened.close()

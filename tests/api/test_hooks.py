"""Hooks in real calls: when they run, what they may change, and what they may raise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio.lowlevel
import httpx
import pytest

from emissary_client_sdk import EmissaryClient, SDKHooks, errors, models
from emissary_client_sdk._hooks import (
    AfterErrorContext,
    AfterErrorHook,
    AfterSuccessContext,
    AfterSuccessHook,
    BeforeRequestContext,
    BeforeRequestHook,
    HookContext,
)

from ..support.answers import JOB, KEY, METHODS, Series, as_json, well_behaved
from ..support.rawserver import Answer, RawServer, answering

if TYPE_CHECKING:
    from ..support.calling import Call

OPERATION_IDS = {
    "create": "createTrainingJob",
    "list": "listTrainingJobs",
    "retrieve": "retrieveTrainingJobById",
    "delete": "deleteTrainingJobById",
    "cancel": "cancelTrainingJobById",
    "list_checkpoints": "listCheckpoints",
}


class Journal(BeforeRequestHook, AfterSuccessHook, AfterErrorHook):
    """Hooks that note when they run."""

    def __init__(self) -> None:
        self.entries: list[object] = []
        self.contexts: list[HookContext] = []

    def before_request(self, hook_ctx: BeforeRequestContext, request: httpx.Request) -> httpx.Request:
        """Note a request."""
        self.contexts.append(hook_ctx)
        self.entries.append(request.method)
        return request

    def after_success(self, hook_ctx: AfterSuccessContext, response: httpx.Response) -> httpx.Response:
        """Note a success; its content has been read."""
        self.contexts.append(hook_ctx)
        self.entries.append((response.status_code, len(response.content) > 0))
        return response

    def after_error(
        self, hook_ctx: AfterErrorContext, response: httpx.Response | None, error: Exception | None
    ) -> tuple[httpx.Response | None, Exception | None]:
        """Note a failure."""
        self.contexts.append(hook_ctx)
        self.entries.append(type(error).__name__ if response is None else response.status_code)
        return response, error


def hooks_of(**functions: Any) -> SDKHooks:
    """Register functions, or objects with the hook's method, by the hook's name."""
    hooks = SDKHooks()
    for name, function in functions.items():
        getattr(hooks, f"register_{name}_hook")(function)
    return hooks


def test_hooks_run_on_each_attempt(call: Call, waits: list[float]) -> None:
    """Before it, and after it with what came of it."""
    journal = Journal()
    hooks = hooks_of(before_request=journal, after_success=journal, after_error=journal)
    with (
        RawServer(answering(Series(Answer(503), None))) as server,
        EmissaryClient(KEY, server_url=server.url, hooks=hooks) as client,
    ):
        call(client, "retrieve")
    failed = journal.entries[3]
    assert journal.entries == ["GET", 503, "GET", failed, "GET", (200, True)]
    assert failed in ("ReadError", "RemoteProtocolError")
    assert len(waits) == 2


@pytest.mark.parametrize("method", METHODS)
def test_what_a_hook_is_told(call: Call, method: str) -> None:
    """The operation's id and where the key comes from."""
    journal = Journal()
    hooks = hooks_of(before_request=journal, after_success=journal)
    with (
        RawServer(answering(well_behaved)) as server,
        EmissaryClient(KEY, server_url=server.url, hooks=hooks) as client,
    ):
        call(client, method)
    assert [type(context) for context in journal.contexts] == [BeforeRequestContext, AfterSuccessContext]
    for context in journal.contexts:
        assert context.operation_id == OPERATION_IDS[method]
        assert context.oauth2_scopes == []
        source: Any = context.security_source
        assert source().api_key == KEY


def test_a_hook_adds_the_authentication(call: Call, waits: list[float]) -> None:
    """Without an API key, on each attempt; a fresh token each time if it likes."""
    tokens = iter(["one", "two"])

    def authenticate(_context: BeforeRequestContext, request: httpx.Request) -> None:
        request.headers["Authorization"] = f"Bearer {next(tokens)}"

    with (
        RawServer(answering(Series(Answer(503)))) as server,
        EmissaryClient(server_url=server.url, hooks=hooks_of(before_request=authenticate)) as client,
    ):
        call(client, "list")
    assert [request.headers["authorization"] for request in server.requests] == ["Bearer one", "Bearer two"]
    assert len(waits) == 1


def test_a_hook_that_takes_the_key_away(call: Call) -> None:
    """Then nothing authenticates the request, and nothing is sent."""

    def remove(_context: BeforeRequestContext, request: httpx.Request) -> None:
        del request.headers["X-API-Key"]

    with (
        RawServer(answering(well_behaved)) as server,
        EmissaryClient(KEY, server_url=server.url, hooks=hooks_of(before_request=remove)) as client,
        pytest.raises(errors.MissingAPIKeyError),
    ):
        call(client, "list")
    assert server.connections == 0


@pytest.mark.parametrize("call", ["async", "trio"], indirect=True)
def test_hooks_of_an_asynchronous_call_may_be_asynchronous(call: Call, waits: list[float]) -> None:
    """All three, and beside them ordinary ones."""
    entries: list[str] = []

    async def before(_context: BeforeRequestContext, request: httpx.Request) -> httpx.Request:
        await anyio.lowlevel.checkpoint()
        request.headers["X-Team"] = "blue"
        entries.append("before")
        return request

    async def success(_context: AfterSuccessContext, _response: httpx.Response) -> None:
        await anyio.lowlevel.checkpoint()
        entries.append("success")

    async def failure(_context: AfterErrorContext, response: httpx.Response | None, _error: Exception | None) -> None:
        await anyio.lowlevel.checkpoint()
        entries.append(f"error {response and response.status_code}")

    hooks = hooks_of(before_request=before, after_success=success, after_error=failure)
    hooks.register_before_request_hook(Journal())
    with (
        RawServer(answering(Series(Answer(500)))) as server,
        EmissaryClient(KEY, server_url=server.url, hooks=hooks) as client,
    ):
        call(client, "list")
    assert entries == ["before", "error 500", "before", "success"]
    assert {request.headers["x-team"] for request in server.requests} == {"blue"}
    assert len(waits) == 1


@pytest.mark.parametrize("call", ["sync"], indirect=True)
def test_an_asynchronous_hook_on_a_synchronous_call(call: Call) -> None:
    """It cannot run, and the error says what to do; no coroutine is left behind to warn."""

    async def before(_context: BeforeRequestContext, request: httpx.Request) -> httpx.Request:
        raise AssertionError(request)

    class Later:
        def __await__(self) -> Any:
            raise AssertionError

    def later(*_: object) -> Later:
        return Later()

    hooks: list[Any] = [before, later]
    for hook in hooks:
        with (
            RawServer(answering(well_behaved)) as server,
            EmissaryClient(KEY, server_url=server.url, hooks=hooks_of(before_request=hook)) as client,
            pytest.raises(TypeError, match="call the method with _async instead"),
        ):
            call(client, "list")
        assert server.connections == 0


@pytest.mark.parametrize("hook", ["before_request", "after_success", "after_error"])
@pytest.mark.parametrize("how", ["raised", "returned"])
def test_a_hook_s_exception_ends_the_call(call: Call, hook: str, how: str) -> None:
    """Raised or returned; it comes out as it is, and nothing is retried."""

    def object_(*_arguments: object) -> Any:
        if how == "raised":
            raise LookupError("no")
        return LookupError("no")

    answer = Answer(503) if hook == "after_error" else as_json([])
    with (
        RawServer(answering(Series(answer))) as server,
        EmissaryClient(KEY, server_url=server.url, hooks=hooks_of(**{hook: object_})) as client,
        pytest.raises(LookupError, match="no"),
    ):
        call(client, "list")
    assert len(server.requests) == (0 if hook == "before_request" else 1)


def test_hooks_may_replace_request_and_response(call: Call) -> None:
    """The replaced ones are what is sent and what is read."""

    def before(_context: BeforeRequestContext, request: httpx.Request) -> httpx.Request:
        return httpx.Request("GET", str(request.url) + "?page=2", headers=request.headers)

    def success(_context: AfterSuccessContext, response: httpx.Response) -> httpx.Response:
        assert response.json() == JOB
        return httpx.Response(200, json={**JOB, "id": "replaced"})

    with (
        RawServer(answering(lambda _: as_json(JOB))) as server,
        EmissaryClient(
            KEY, server_url=server.url, hooks=hooks_of(before_request=before, after_success=success)
        ) as client,
    ):
        assert call(client, "retrieve").id == "replaced"
    assert server.requests[0].target.endswith("/training-jobs/job?page=2")


@pytest.mark.parametrize("answer", [Answer(404), None])
def test_an_after_error_hook_may_turn_a_failure_into_a_success(call: Call, answer: Answer | None) -> None:
    """Or into another answer; a hook after success then sees it too."""
    seen: list[int] = []

    def rescue(*_: object) -> tuple[httpx.Response, None]:
        return httpx.Response(200, json=JOB), None

    def success(_context: AfterSuccessContext, response: httpx.Response) -> None:
        seen.append(response.status_code)

    with (
        RawServer(answering(Series(answer))) as server,
        EmissaryClient(KEY, server_url=server.url, hooks=hooks_of(after_error=rescue, after_success=success)) as client,
    ):
        assert call(client, "retrieve").id == "job"
    assert (len(server.requests), seen) == (1, [200])


def test_a_hook_that_finds_fault_with_a_success(call: Call) -> None:
    """What it makes of it is the call's error."""

    def success(*_: object) -> httpx.Response:
        return httpx.Response(404, json={"status": 404, "error": "not for you"})

    with (
        RawServer(answering(well_behaved)) as server,
        EmissaryClient(KEY, server_url=server.url, hooks=hooks_of(after_success=success)) as client,
        pytest.raises(models.APIErrorNotFound, match="not for you"),
    ):
        call(client, "retrieve")


def test_an_sdk_init_hook_chooses_the_server(call: Call) -> None:
    """It runs once, when the client is made."""
    runs: list[str] = []
    with RawServer(answering(well_behaved)) as server:

        def init(base_url: str, client: Any) -> tuple[str, Any]:
            runs.append(base_url)
            return server.url, client

        hooks = hooks_of(sdk_init=init)
        with EmissaryClient(KEY, server_url="http://platform.invalid", hooks=hooks) as client:
            for method in METHODS:
                call(client, method)
    assert runs == ["http://platform.invalid"]
    assert len(server.requests) == len(METHODS)

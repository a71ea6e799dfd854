"""Hooks on driven calls, and what a driver asks of the SDK's own HTTP clients."""

import logging
from typing import Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, SDKHooks
from emissary_client_sdk._hooks import AfterErrorContext, AfterSuccessContext, BeforeRequestContext

from .support import CANARY, call, client_of, in_both_ways


@pytest.mark.parametrize("suffix", in_both_ways)
def test_hooks_of_driven_calls(suffix: str) -> None:
    """Hooks work in real calls of both kinds, and their changes reach the server."""
    seen: list[str] = []

    def before(hook_ctx: BeforeRequestContext, request: httpx.Request) -> None:
        request.headers["X-Operation"] = hook_ctx.operation_id

    def success(hook_ctx: AfterSuccessContext, response: httpx.Response) -> None:
        seen.append(f"{hook_ctx.operation_id} {response.text}")

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["X-Operation"])
        return httpx.Response(200, json=[])

    hooks = SDKHooks()
    hooks.register_before_request_hook(before)
    hooks.register_after_success_hook(success)
    assert call(client_of(answer, hooks=hooks), f"list{suffix}", project_id="p") == []
    assert seen == ["listTrainingJobs", "listTrainingJobs []"]


def test_asynchronous_hooks_of_an_asynchronous_call() -> None:
    """On an asynchronous call every hook of a call may be a coroutine function."""
    seen: list[str] = []

    async def before(_: BeforeRequestContext, request: httpx.Request) -> httpx.Request:
        seen.append("before")
        return request

    async def success(_: AfterSuccessContext, response: httpx.Response) -> None:
        seen.append(f"success {response.status_code}")

    async def error(_: AfterErrorContext, response: httpx.Response | None, __: Exception | None) -> Any:
        seen.append(f"error {response and response.status_code}")
        return httpx.Response(200, json=[]), None

    hooks = SDKHooks()
    hooks.register_before_request_hook(before)
    hooks.register_after_success_hook(success)
    hooks.register_after_error_hook(error)
    client = client_of(lambda _: httpx.Response(404), hooks=hooks)
    assert call(client, "list_async", project_id="p") == []
    assert seen == ["before", "error 404", "success 200"]


@pytest.mark.parametrize("suffix", in_both_ways)
@pytest.mark.parametrize("looker", [None, "hook", "log"])
def test_what_nobody_looks_at(
    suffix: str, looker: str | None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The SDK's own HTTP clients are told whether a hook or a log will look at more of a success than its content."""
    told: list[bool] = []
    hooks = SDKHooks()
    if looker == "hook":
        hooks.register_after_success_hook(lambda _, response: response)
    client = EmissaryClient(CANARY, hooks=hooks)
    caplog.set_level(logging.DEBUG if looker == "log" else logging.WARNING, "emissary_client_sdk")

    def fetch(_: Any, request: httpx.Request, *, bare: bool) -> tuple[httpx.Response, bytes]:
        told.append(bare)
        return httpx.Response(200, content=b"[]", request=request), b"[]"

    async def fetch_async(own: Any, request: httpx.Request, *, bare: bool) -> tuple[httpx.Response, bytes]:
        return fetch(own, request, bare=bare)

    config = client.sdk_configuration
    own: Any = config.async_client if suffix else config.client
    monkeypatch.setattr(own.__class__, "fetch", fetch_async if suffix else fetch)
    assert call(client, f"list{suffix}", project_id="p") == []
    assert told == [looker is None]

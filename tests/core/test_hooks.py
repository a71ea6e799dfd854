"""Hooks on calls stepped by hand: order, forms, results, authentication."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, errors, models
from emissary_client_sdk._hooks import (
    AfterErrorContext,
    AfterErrorHook,
    AfterSuccessContext,
    AfterSuccessHook,
    BeforeRequestContext,
    BeforeRequestHook,
    HookContext,
    Hooks,
    SDKHooks,
)

from .support import CANARY, Call, Done, resolved, seconds

KINDS = ("before_request", "after_success", "after_error")


def _each(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]  # pyright: ignore[reportUnknownVariableType]


def hooked(**hooks: Any) -> EmissaryClient:
    """Make a client with one hook of each given kind, or with several."""
    registry = SDKHooks()
    for kind, given in hooks.items():
        for hook in _each(given):
            getattr(registry, f"register_{kind}_hook")(hook)
    return EmissaryClient(CANARY, hooks=registry)


def giving(outcome: Any) -> Callable[..., Any]:
    """Make a hook that returns this."""
    return lambda *_: outcome


class Recorder(BeforeRequestHook, AfterSuccessHook, AfterErrorHook):
    """Notes what it is called with."""

    def __init__(self, name: str = "", seen: list[Any] | None = None) -> None:
        self.name = name
        self.seen: list[Any] = [] if seen is None else seen

    def before_request(self, hook_ctx: BeforeRequestContext, request: httpx.Request) -> httpx.Request:
        """Note the request."""
        self.seen.append((self.name, hook_ctx, request))
        return request

    def after_success(self, hook_ctx: AfterSuccessContext, response: httpx.Response) -> httpx.Response:
        """Note the response."""
        self.seen.append((self.name, hook_ctx, response))
        return response

    def after_error(
        self, hook_ctx: AfterErrorContext, response: httpx.Response | None, error: Exception | None
    ) -> tuple[httpx.Response | None, Exception | None]:
        """Note the failure."""
        self.seen.append((self.name, hook_ctx, response, error))
        return response, error


def recorded(*names: str) -> tuple[EmissaryClient, list[Any]]:
    """Make a client with recorders of these names, and the list that they write into."""
    seen: list[Any] = []
    recorders = [Recorder(name, seen) for name in names]
    return hooked(**dict.fromkeys(KINDS, recorders)), seen


def test_order() -> None:
    """Hooks of a kind run in the order of their registration; each attempt runs those that it concerns."""
    client, seen = recorded("a", "b")
    stepped = Call(client)
    stepped.start()
    stepped.answer(500)
    stepped.wait()
    assert isinstance(stepped.answer(200), Done)
    kinds = [(name, type(context).__name__) for name, context, *_ in seen]
    assert kinds == [
        (name, context)
        for context in ("BeforeRequestContext", "AfterErrorContext", "BeforeRequestContext", "AfterSuccessContext")
        for name in ("a", "b")
    ]


def test_contexts() -> None:
    """A context names the operation and gives the security; its repr shows no key."""
    client, seen = recorded("a")
    Call(client).start()
    context = seen[0][1]
    assert isinstance(context, BeforeRequestContext)
    assert isinstance(context, HookContext)
    assert (context.operation_id, context.oauth2_scopes) == ("retrieveTrainingJobById", [])
    source: Any = context.security_source
    assert source() == models.Security(api_key=CANARY)
    assert CANARY not in repr(source) + repr(source()) + repr(context)
    assert repr(context) == "BeforeRequestContext(operation_id='retrieveTrainingJobById')"


def test_contexts_by_hand() -> None:
    """A context has Speakeasy's arguments, and is made of another one."""
    context = HookContext("id", oauth2_scopes=["a"], security_source=None)
    for derived in (BeforeRequestContext, AfterSuccessContext, AfterErrorContext):
        copy = derived(context)
        assert (copy.operation_id, copy.oauth2_scopes, copy.security_source) == ("id", ["a"], None)


def test_what_an_after_error_hook_is_told() -> None:
    """It is told of the response or of the exception, and never of a success."""
    client, seen = recorded("a")
    stepped = Call(client)
    stepped.start()
    stepped.answer(500)
    stepped.wait()
    dropped = httpx.ReadError("x")
    stepped.fail(dropped)
    failures = [entry[2:] for entry in seen if len(entry) == 4]
    assert failures[0][0].status_code == 500
    assert failures == [(failures[0][0], None), (None, dropped)]


def test_before_request_runs_on_each_attempt() -> None:
    """What a hook adds is on each attempt, and on a fresh request each time."""
    count = iter(range(9))

    def stamp(_: BeforeRequestContext, request: httpx.Request) -> None:
        assert "x-attempt" not in request.headers
        request.headers["x-attempt"] = str(next(count))

    stepped = Call(hooked(before_request=stamp))
    assert stepped.request().headers["x-attempt"] == "0"
    stepped.answer(429)
    assert stepped.wait().headers["x-attempt"] == "1"


def test_before_request_may_replace_the_request() -> None:
    """The request that a hook returns is the one that is sent, and the next hook sees it."""
    other = httpx.Request("GET", "https://elsewhere.example", headers={"authorization": "mine"})

    def mark(_: BeforeRequestContext, request: httpx.Request) -> None:
        request.headers["x-seen"] = "1"

    client = hooked(before_request=[giving(other), mark])
    assert Call(client).request() is other
    assert other.headers["x-seen"] == "1"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_async", [False, True])
def test_a_hook_that_returns_an_exception(kind: str, is_async: bool) -> None:
    """An exception that a hook returns is raised."""
    mine = KeyError("mine")

    async def later(*_: Any) -> Exception:
        return mine

    stepped = Call(hooked(**{kind: later if is_async else giving(mine)}))

    def run() -> None:
        command = stepped.start()
        if kind != "before_request":
            command = stepped.answer(200 if kind == "after_success" else 500)
        stepped.reply(resolved(command))

    with pytest.raises(KeyError) as raised:
        run()
    assert raised.value is mine


def test_a_hook_that_raises() -> None:
    """An exception that a hook raises comes out, whether the hook is awaited or not."""
    mine = KeyError("mine")

    async def later(*_: Any) -> None:
        raise mine

    stepped = Call(hooked(before_request=later))
    command = stepped.start()
    with pytest.raises(KeyError):
        resolved(command)
    with pytest.raises(KeyError):
        stepped.fail(mine)


@pytest.mark.parametrize(("kind", "expected"), [("before_request", "request"), ("after_success", "response")])
@pytest.mark.parametrize("rubbish", ["text", 3, {}, False])
def test_a_hook_that_returns_rubbish(kind: str, expected: str, rubbish: Any) -> None:
    """Something else than a hook may return is a TypeError that names the hook."""
    stepped = Call(hooked(**{kind: giving(rubbish)}))
    if kind != "before_request":
        stepped.start()
    with pytest.raises(TypeError, match=f"a {kind} hook must return a {expected}, an exception or None, not"):
        stepped.start() if kind == "before_request" else stepped.answer(200)


@pytest.mark.parametrize(
    "rubbish",
    [
        *["text", 3, (None, None), (None,), (1, 2, 3), httpx.Response(200)],
        *["xy", ("x", None), (None, "x"), ("x", "y")],
    ],
    ids=repr,
)
def test_an_after_error_hook_that_returns_rubbish(rubbish: Any) -> None:
    """Something else than a response and an error is a TypeError that names the hook."""
    stepped = Call(hooked(after_error=giving(rubbish)))
    stepped.start()
    with pytest.raises(TypeError, match="an after_error hook must return a response and an error"):
        stepped.answer(500)


@pytest.mark.parametrize("kind", KINDS)
def test_none_stands_for_what_was_passed_in(kind: str) -> None:
    """A hook that returns nothing changes nothing."""
    stepped = Call(hooked(**{kind: giving(None)}))
    stepped.start()
    assert seconds(stepped.answer(500)) == 0.5
    stepped.wait()
    done = stepped.answer(200, json={"id": "t"})
    assert done.result.id == "t"


def test_after_success_may_replace_the_response() -> None:
    """The response that a hook returns is the one that is read."""
    stepped = Call(hooked(after_success=giving(httpx.Response(200, json={"id": "other"}))))
    stepped.start()
    assert stepped.answer(200, json={"id": "t"}).result.id == "other"


def test_after_success_may_make_it_a_failure() -> None:
    """A response that is no success is treated as the server's."""
    stepped = Call(hooked(after_success=giving(httpx.Response(500))))
    stepped.start()
    assert seconds(stepped.answer(200)) == 0.5


def test_after_error_may_make_it_a_success() -> None:
    """A success in place of an error is the call's, and goes through the hooks of a success."""
    client, seen = recorded("a")
    client.sdk_configuration.get_hooks().register_after_error_hook(
        giving((httpx.Response(200, json={"id": "rescued"}), None))
    )
    stepped = Call(client)
    stepped.start()
    assert stepped.fail(httpx.ReadError("x")).result.id == "rescued"
    assert isinstance(seen[-1][1], AfterSuccessContext)


def test_after_error_may_replace_the_response() -> None:
    """Another answer in place of the server's decides what comes of the call, retries included."""
    stepped = Call(hooked(after_error=giving((httpx.Response(404, json={"status": 404, "error": "no"}), None))))
    stepped.start()
    with pytest.raises(errors.APIErrorNotFound) as raised:
        stepped.answer(500)
    assert raised.value.data.error == "no"


def test_after_error_may_replace_the_error() -> None:
    """An error in place of a response, or of another error, is the one that is raised or retried."""
    mine = ValueError("mine")
    stepped = Call(hooked(after_error=giving((None, mine))))
    stepped.start()
    with pytest.raises(ValueError, match="mine"):
        stepped.answer(500)
    stepped = Call(hooked(after_error=giving((httpx.Response(200), httpx.ConnectError("x")))))
    stepped.start()
    assert seconds(stepped.answer(404)) == 0.5


@pytest.mark.parametrize("header", ["X-API-Key", "Authorization"])
def test_a_hook_that_authenticates(header: str) -> None:
    """A hook that adds the header itself makes a key needless; one that adds none does not."""

    def authenticate(_: BeforeRequestContext, request: httpx.Request) -> None:
        request.headers[header] = "by the hook"

    client = hooked(before_request=authenticate)
    client.sdk_configuration.key = EmissaryClient().sdk_configuration.key
    assert Call(client).request().headers[header] == "by the hook"
    client.sdk_configuration.set_hooks(hooked(before_request=giving(None)).sdk_configuration.get_hooks())
    with pytest.raises(errors.MissingAPIKeyError):
        Call(client).start()


def test_a_hook_that_takes_the_key_away() -> None:
    """A request from which a hook removed the key is not sent."""

    def forget(_: BeforeRequestContext, request: httpx.Request) -> None:
        del request.headers["X-API-Key"]

    client = hooked(before_request=forget)
    with pytest.raises(errors.MissingAPIKeyError):
        Call(client).start()


@pytest.mark.parametrize("kind", ["sdk_init", *KINDS])
@pytest.mark.parametrize("wrong", [None, "name", object()])
def test_what_is_no_hook(kind: str, wrong: Any) -> None:
    """What has no such method and is no function is refused when it is registered."""
    with pytest.raises(TypeError, match=f"hook must have a method {kind} or be a function, not {type(wrong).__name__}"):
        getattr(SDKHooks(), f"register_{kind}_hook")(wrong)


def test_the_registry_is_a_registry() -> None:
    """``SDKHooks`` is the ``Hooks`` that Speakeasy's registration functions take."""
    assert isinstance(SDKHooks(), Hooks)

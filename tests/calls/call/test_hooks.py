"""Hooks of a call: when they run, what they may change, and what they may raise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, errors, hooks, models
from emissary_client_sdk.hooks import AfterErrorContext, AfterSuccessContext, BeforeRequestContext, HookContext

from ...support.calling import client_of
from .stepping import CANARY, Done, Stepped, pause, resolved

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...support.calling import Call

KINDS = ("before_request", "after_success", "after_error")
STATUS = {"before_request": 200, "after_success": 200, "after_error": 500}
by_kind = pytest.mark.parametrize("kind", KINDS)


def _each(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]  # pyright: ignore[reportUnknownVariableType]


def registry(**functions: Any) -> hooks.SDKHooks:
    """Register hooks by kind: a hook or a list of hooks."""
    registered = hooks.SDKHooks()
    for kind, given in functions.items():
        for hook in _each(given):
            getattr(registered, f"register_{kind}_hook")(hook)
    return registered


def stepped(**functions: Any) -> Stepped:
    """Return a call with hooks."""
    return Stepped(EmissaryClient(CANARY, hooks=registry(**functions)))


def returning(result: Any) -> Callable[..., Any]:
    """Return a hook that returns this."""
    return lambda *_: result


def recorded(*names: str) -> tuple[dict[str, Any], list[Any]]:
    """Return hooks of each kind that record their arguments, and the records."""
    seen: list[Any] = []

    def recording(name: str) -> Callable[..., None]:
        def record(*values: Any) -> None:
            seen.append((name, *values))

        return record

    return {kind: [recording(name) for name in names] for kind in KINDS}, seen


def test_hooks_run_in_the_order_of_their_registration() -> None:
    """Each attempt runs the hooks that it concerns, in the order of their registration, with the outcome."""
    functions, seen = recorded("a", "b")
    call = stepped(**functions)
    call.respond(500)
    dropped = httpx.ReadError("x")
    call.fail(dropped)
    assert isinstance(call.respond(200), Done)
    before, error, success = BeforeRequestContext, AfterErrorContext, AfterSuccessContext
    kinds = [before, error, before, error, before, success]
    assert [(name, type(context)) for name, context, *_ in seen] == [(name, kind) for kind in kinds for name in "ab"]
    outcomes = [record[2:] for record in seen if type(record[1]) is error]
    assert [(response and response.status_code, failure) for response, failure in outcomes] == [
        *[(500, None)] * 2,
        *[(None, dropped)] * 2,
    ]


def test_contexts_do_not_show_the_key() -> None:
    """A context has the operation ID and a source of the key, which its repr does not show."""
    functions, seen = recorded("a")
    stepped(**functions).start()
    context = seen[0][1]
    assert (context.operation_id, context.oauth2_scopes) == ("retrieveTrainingJobById", [])
    source: Any = context.security_source
    assert source() == models.Security(api_key=CANARY)
    assert CANARY not in repr(source) + repr(source()) + repr(context)
    assert repr(context) == "BeforeRequestContext(operation_id='retrieveTrainingJobById')"
    base = HookContext("id", oauth2_scopes=["a"], security_source=None)
    copies = [derived(base) for derived in (BeforeRequestContext, AfterSuccessContext, AfterErrorContext)]
    assert {(copy.operation_id, *(copy.oauth2_scopes or ())) for copy in copies} == {("id", "a")}


def test_before_request_runs_on_each_attempt() -> None:
    """A hook adds a header to each attempt, on a new request each time; the next hook sees it."""
    count = iter(range(9))

    def stamp(_: BeforeRequestContext, request: httpx.Request) -> None:
        assert "x-attempt" not in request.headers
        request.headers["x-attempt"] = str(next(count))

    call = stepped(before_request=stamp)
    assert call.request().headers["x-attempt"] == "0"
    call.respond(429)
    assert call.wait().headers["x-attempt"] == "1"
    other = httpx.Request("GET", "https://elsewhere.example", headers={"authorization": "mine"})
    assert stepped(before_request=[returning(other), stamp]).request() is other
    assert other.headers["x-attempt"] == "2"


@by_kind
@pytest.mark.parametrize("how", ["returned", "raised", "awaited"])
def test_exception_of_a_hook_ends_the_call(kind: str, how: str) -> None:
    """An exception that a hook returns or raises ends the call as it is."""
    mine = KeyError("mine")

    async def later(*_: Any) -> Exception:
        return mine

    def raising(*_: Any) -> None:
        raise mine

    call = stepped(**{kind: {"returned": returning(mine), "raised": raising, "awaited": later}[how]})

    with pytest.raises(KeyError) as caught:
        call.reply(resolved(call.start() if kind == "before_request" else call.fail(STATUS[kind])))
    assert caught.value is mine


INVALID: list[tuple[str, Any]] = [
    *[(kind, wrong) for kind in ("before_request", "after_success") for wrong in ("text", 3, (), False)],
    *[("after_error", wrong) for wrong in ("text", 3, (None, None), (None,), (1, 2, 3), httpx.Response(200), "xy")],
    *[("after_error", wrong) for wrong in (("x", None), (None, "x"), ("x", "y"))],
]


@pytest.mark.parametrize(("kind", "wrong"), INVALID, ids=repr)
def test_invalid_result_is_refused(kind: str, wrong: Any) -> None:
    """A hook that returns something else is a TypeError that names the hook and what it must return."""
    expected = {"before_request": "request, an ", "after_success": "response, an ", "after_error": "response and an "}
    article = "an" if kind == "after_error" else "a"
    with pytest.raises(TypeError, match=f"{article} {kind} hook must return a {expected[kind]}(error|exception)"):
        stepped(**{kind: returning(wrong)}).fail(STATUS[kind])


def test_after_success_replaces_the_response() -> None:
    """The response that a hook returns is parsed, or handled as a failure."""
    other = returning(httpx.Response(200, json={"id": "other"}))
    assert stepped(after_success=other).respond(200).result.id == "other"
    failing = stepped(after_success=[returning(httpx.Response(500)), returning(None)])
    assert pause(failing.respond(200)) == 0.5


def test_after_error_replaces_the_outcome() -> None:
    """A hook turns a failure into a success, another response or another error."""
    rescued = httpx.Response(200, json={"id": "rescued"})
    functions, seen = recorded("a")
    call = stepped(**{**functions, "after_error": returning((rescued, None))})
    assert call.fail(httpx.ReadError("x")).result.id == "rescued"
    assert isinstance(seen[-1][1], AfterSuccessContext)
    missing = httpx.Response(404, json={"status": 404, "error": "no"})
    with pytest.raises(errors.APIErrorNotFound):
        stepped(after_error=returning((missing, None))).respond(500)
    with pytest.raises(ValueError, match="mine"):
        stepped(after_error=returning((None, ValueError("mine")))).respond(500)
    both = stepped(after_error=returning((httpx.Response(200), httpx.ConnectError("x"))))
    assert pause(both.respond(404)) == 0.5


@pytest.mark.parametrize("header", ["X-API-Key", "Authorization"])
def test_hooks_may_add_credentials(header: str) -> None:
    """A hook may add the credentials, and its credentials are redacted; it may not remove all of them."""

    def authenticate(_: BeforeRequestContext, request: httpx.Request) -> None:
        request.headers[header] = f"Bearer {CANARY}"

    def remove(_: BeforeRequestContext, request: httpx.Request) -> None:
        request.headers.pop(header, None)

    keyless = EmissaryClient(hooks=registry(before_request=authenticate))
    call = Stepped(keyless)
    assert call.request().headers[header] == f"Bearer {CANARY}"
    with pytest.raises(errors.SDKError) as caught:
        call.respond(400, text=f"bad token {CANARY}")
    assert caught.value.body == "bad token [redacted]"
    with pytest.raises(errors.MissingAPIKeyError):
        Stepped(EmissaryClient(hooks=registry(before_request=[authenticate, remove]))).start()
    if header == "X-API-Key":
        with pytest.raises(errors.MissingAPIKeyError):
            stepped(before_request=remove).start()


@pytest.mark.parametrize("kind", ["sdk_init", *KINDS])
@pytest.mark.parametrize("wrong", [None, "name", object()])
def test_registration_refuses_other_objects(kind: str, wrong: Any) -> None:
    """A hook has a method of its kind or is a function."""
    registered = hooks.SDKHooks()
    assert isinstance(registered, hooks.Hooks)
    with pytest.raises(TypeError, match=f"hook must have a method {kind} or be a function, not {type(wrong).__name__}"):
        getattr(registered, f"register_{kind}_hook")(wrong)
    getattr(registered, f"register_{kind}_hook")(type("Hook", (), {kind: returning(None)})())
    assert registered.has_call_hooks == (kind != "sdk_init")


@pytest.mark.usefixtures("waits")
def test_hooks_of_an_asynchronous_call_may_be_asynchronous(call: Call) -> None:
    """The hooks of each kind; those of a synchronous call may not."""
    functions, seen = recorded("a")
    hooked = registry(**{kind: [call.hook(function) for function in given] for kind, given in functions.items()})
    responses = [httpx.Response(429), httpx.Response(200, json=[])]
    assert call(client_of(lambda _: responses.pop(0), hooks=hooked, retry_config=1), "list") == []
    assert [type(context) for _, context, *_ in seen] == [
        BeforeRequestContext,
        AfterErrorContext,
        BeforeRequestContext,
        AfterSuccessContext,
    ]

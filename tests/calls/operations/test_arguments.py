"""The arguments of every operation: IDs, call options, missing and unexpected ones. Nothing invalid is sent."""

from __future__ import annotations

from inspect import signature
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import errors

from ...support.calling import client_of
from .declared import OPERATIONS, Declared, by_operation, never, sent

if TYPE_CHECKING:
    from ...support.calling import Call

IDS = [(declared, name) for declared in OPERATIONS for name in declared.operation.path_parameters]
by_id = pytest.mark.parametrize(("declared", "name"), IDS, ids=str)


def _refused(call: Call, declared: Declared, error: type[Exception], message: str, **arguments: Any) -> None:
    with pytest.raises(error, match=message):
        call(client_of(never), declared.method, **{**declared.arguments, **arguments})


@by_id
def test_invalid_ids_are_refused(call: Call, declared: Declared, name: str) -> None:
    """An empty, blank or relative ID is a ValueError, another type a TypeError; both name the argument."""
    for value in ("", " \t", "\u00a0", ".", ".."):
        _refused(call, declared, ValueError, f"^{name} must not be", **{name: value})
    _refused(call, declared, ValueError, f"^{name} contains a character", **{name: "\ud800"})
    for other in (None, 3, b"id", ["id"]):
        _refused(call, declared, TypeError, f"^{name} must be a str, not {type(other).__name__}", **{name: other})


@by_operation
def test_unexpected_arguments_are_refused(call: Call, declared: Declared) -> None:
    """A missing, unknown or positional argument is a TypeError, as of any function."""
    _refused(call, declared, TypeError, "projectid", projectid="p")
    method = attrgetter(declared.method)(client_of(never))
    for name, parameter in signature(method).parameters.items():
        if parameter.default is parameter.empty:
            arguments = {other: value for other, value in declared.arguments.items() if other != name}
            with pytest.raises(TypeError, match=f"missing .*'{name}'"):
                call(client_of(never), declared.method, **arguments)
    with pytest.raises(TypeError, match="positional"):
        method("p")


@by_operation
def test_call_options_replace_those_of_the_client(call: Call, declared: Declared) -> None:
    """Headers, server and timeout of a call replace those of the client."""
    request = sent(
        call,
        declared,
        http_headers={"X-Team": "blue", "USER-AGENT": "mine/1", "X-Api-Key": "another key"},
        server_url="http://127.0.0.1:8765/api/",
        timeout_ms=2500,
    )
    assert (request.headers["x-team"], request.headers["user-agent"]) == ("blue", "mine/1")
    assert request.headers.get_list("x-api-key") == ["another key"]
    assert str(request.url).startswith("http://127.0.0.1:8765/api/v1/")
    assert set(request.extensions["timeout"].values()) == {2.5}


INVALID_OPTIONS: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"http_headers": {"X-Team": "a\r\nb"}}, ValueError, "http_headers: the value of X-Team contains a line break"),
    ({"http_headers": "X-Team: a"}, TypeError, "http_headers must be a mapping"),
    ({"server_url": "platform.invalid"}, ValueError, "server_url must be a URL"),
    ({"server_url": 1}, TypeError, "server_url must be a str"),
    ({"timeout_ms": 0}, ValueError, "timeout_ms must be a finite number greater than zero"),
    ({"timeout_ms": "5"}, TypeError, "timeout_ms must be a number of milliseconds"),
    ({"retries": "3"}, TypeError, "retries must be a RetryConfig, an int or None"),
    ({"retries": -1}, ValueError, "retries must be zero or greater"),
]


@by_operation
def test_invalid_options_are_refused(call: Call, declared: Declared) -> None:
    """An invalid option is refused with its name."""
    for options, error, message in INVALID_OPTIONS:
        _refused(call, declared, error, message, **options)


@by_operation
def test_missing_key_is_refused(call: Call, declared: Declared) -> None:
    """Without a key nothing is sent."""
    with pytest.raises(errors.MissingAPIKeyError, match="EMISSARY_CLIENT_API_KEY"):
        call(client_of(never, None), declared.method, **declared.arguments)


@by_operation
def test_closed_client_makes_no_calls(call: Call, declared: Declared) -> None:
    """A closed client makes no calls."""
    client = client_of(never)
    call.close_client(client)
    with pytest.raises(errors.ClientClosedError):
        call(client, declared.method, **declared.arguments)

"""The request of a call: path, server URL, headers, timeout and JSON body."""

import json
from collections import OrderedDict, UserDict
from datetime import datetime, timezone
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import numpy as np
import pytest

from emissary_client_sdk import EmissaryClient, errors, models
from emissary_client_sdk.types import UNSET, Nullable, OptionalNullable

from ...support.calling import client_of
from .stepping import BODY, CANARY, CHAT, CREATE, Stepped

INVALID_URLS = [
    "nonsense",
    "//example.com",
    "/path",
    "ftp://example.com",
    "file:///etc",
    "https://",
    "https:///path",
    "https://[::1",
    "https://host:99999",
    "https://host:0",
    "https://host:port",
    "https://user:pass@host",
    "https://me@host",
    "https://host?x=1",
    "https://host/#f",
    "https://host?",
    "https://host/#",
    "https://host/a b",
    "https://host\n",
    "https://hö.st",
    "http s://host",
    " https://host",
    "https://host\r\nX: 1",
    "https://host/\x7f",
    "https://xn--",
    "https://xn--a.example",
    "https://host/{a}",
    "https://localhost..",
]


@pytest.mark.parametrize("url", INVALID_URLS)
def test_invalid_server_urls_are_refused(url: str) -> None:
    """An invalid URL is refused by the client and by a call."""
    with pytest.raises(ValueError, match=r"^server_url must be a URL such as"):
        EmissaryClient(CANARY, server_url=url).training_jobs.list(project_id="p")
    with pytest.raises(ValueError, match=r"^server_url must be a URL such as"):
        Stepped(server_url=url).start()


@pytest.mark.parametrize(
    ("url", "start"),
    [
        *[(f"https://host{slashes}", "https://host/v1/") for slashes in ("", "/", "//")],
        ("http://[::1]:8765/api/", "http://[::1]:8765/api/v1/"),
        ("https://host/a/b%20c/", "https://host/a/b%20c/v1/"),
        ("https://xn--mnchen-3ya.de", "https://xn--mnchen-3ya.de/v1/"),
    ],
)
def test_server_url_may_have_a_path(url: str, start: str) -> None:
    """A URL may have a path; slashes at its end are removed."""
    assert str(Stepped(server_url=url).request().url).startswith(start)
    assert str(Stepped(EmissaryClient(CANARY, server_url=url)).request().url).startswith(start)


@pytest.mark.parametrize(
    ("headers", "value"),
    [(None, None), ({}, None), (httpx.Headers({"X-New": "a\tb"}), "a\tb"), (UserDict({"X-New": ""}), "")],
)
def test_headers_are_any_mapping(headers: Any, value: str | None) -> None:
    """Headers are any mapping of str to str."""
    assert Stepped(http_headers=headers).request().headers.get("x-new") == value


@pytest.mark.parametrize(
    ("headers", "error", "message"),
    [
        *[
            (one, TypeError, "http_headers must be a mapping of str to str, not")
            for one in ("X: 1", [("X", "1")], 3, "", ())
        ],
        *[
            ({k: v}, TypeError, "http_headers must be a mapping of str to str; the header")
            for k, v in ((1, "a"), ("X", 1))
        ],
        *[
            ({name: "a"}, ValueError, "http_headers: .* is not a valid header name")
            for name in ("", " ", "X New", "X:New", "X\nNew", "Ü", "a\u0661", "-", "(x)")
        ],
        *[
            ({"X": f"secret{c}"}, ValueError, "the value of X contains a (line break|non-A)")
            for c in ("\r\n", "\x00", "é")
        ],
        *[({"X": one}, ValueError, "the value of X starts or ends with whitespace") for one in (" secret", "secret\t")],
        ({"Content-Length": "3"}, ValueError, "Content-Length is derived from the body"),
        ({"transfer-encoding": "x"}, ValueError, "transfer-encoding is derived from the body"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value),
)
def test_invalid_headers_are_refused_without_their_values(headers: Any, error: type[Exception], message: str) -> None:
    """An invalid header is refused with its name, without its value."""
    with pytest.raises(error, match=message) as caught:
        Stepped(http_headers=headers).start()
    assert "secr" not in str(caught.value)


@pytest.mark.parametrize(("timeout_ms", "seconds"), [(1, 0.001), (0.5, 0.0005), (1e13, 2_000_000.0)])
def test_timeout_of_a_call_replaces_that_of_the_client(timeout_ms: Any, seconds: float) -> None:
    """A timeout applies to every part of a request; a call's replaces the client's; a huge one is shortened."""
    expected = dict.fromkeys(("connect", "read", "write", "pool"), seconds)
    assert Stepped(timeout_ms=timeout_ms).request().extensions["timeout"] == expected
    assert Stepped(EmissaryClient(CANARY, timeout_ms=timeout_ms)).request().extensions["timeout"] == expected
    assert (
        Stepped(EmissaryClient(CANARY, timeout_ms=9), timeout_ms=timeout_ms).request().extensions["timeout"] == expected
    )


@pytest.mark.parametrize("timeout_ms", [0, -1, float("nan"), float("inf"), pytest.param(10**400, id="huge")])
def test_invalid_timeouts_are_refused(timeout_ms: Any) -> None:
    """A timeout is finite and greater than zero."""
    for refused in (lambda: EmissaryClient(CANARY, timeout_ms=timeout_ms), Stepped(timeout_ms=timeout_ms).start):
        with pytest.raises(ValueError, match="timeout_ms must be a finite number greater than zero"):
            refused()


def test_request_that_cannot_be_built_is_an_error_of_the_sdk() -> None:
    """A cookie of a caller's client that is not a valid header is an error of the SDK."""
    http = httpx.Client(cookies={"name": "\udc80"})
    with pytest.raises(errors.NoResponseError, match="the HTTP client cannot build the request") as caught:
        Stepped(http=http).start()
    assert not caught.value.request_may_have_been_processed


def written(body: Any) -> str:
    """Return the JSON of a body after the required fields."""
    text = Stepped(operation=CREATE, request_body=body).request().content.decode()
    start = '{"base_model":"llama","train_dataset_id":"ds"'
    assert text.startswith(start)
    return text.removeprefix(start)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "}"),
        ({"name": None, "parameters": None}, "}"),
        ({"name": ""}, ',"name":""}'),
        ({"name": "ü \U0001f680"}, ',"name":"ü \U0001f680"}'),
        ({"parameters": {"a": 1, "b": True, "c": "1", "d": 1.0}}, ',"parameters":{"a":1,"b":true,"c":"1","d":1.0}}'),
        ({"parameters": {"big": 2**70, "small": 2e-4}}, f',"parameters":{{"big":{2**70},"small":0.0002}}}}'),
        ({"name": "NaN and Infinity"}, ',"name":"NaN and Infinity"}'),
        ({"task_type": models.TaskType.EMBEDDING}, ',"task_type":"embedding"}'),
        ({"brand_new": [None, {"a": 1.5}]}, ',"brand_new":[null,{"a":1.5}]}'),
    ],
)
def test_unset_fields_are_left_out(fields: dict[str, Any], text: str) -> None:
    """A field that is unset or None is left out; an int stays an int and a bool a bool, in any mapping or model."""
    body = {**BODY, **fields}
    for form in (dict, MappingProxyType, OrderedDict, UserDict, models.CreateTrainingJobRequestBody.model_validate):
        assert written(form(body)) == text


class Color(str, Enum):
    """An enumeration of the caller."""

    RED = "red"


class OwnBody(models.CreateTrainingJobRequestBody):
    """A request body of the caller."""

    note: OptionalNullable[str] = UNSET
    maybe: Nullable[str] = None
    color: Color | None = None


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "}"),
        ({"note": UNSET, "maybe": None, "color": None}, "}"),
        ({"note": None}, ',"note":null}'),
        ({"note": "a", "maybe": "b", "color": Color.RED}, ',"note":"a","maybe":"b","color":"red"}'),
    ],
)
def test_fields_of_a_subclass_are_sent(fields: dict[str, Any], text: str) -> None:
    """Fields of a subclass are sent; None means null only in a field that can be UNSET."""
    assert written(OwnBody(**BODY, **fields)) == text


@pytest.mark.parametrize(
    "value", [object(), "\ud800", float("nan"), float("-inf")], ids=["object", "surrogate", "nan", "infinity"]
)
def test_values_that_are_not_json_are_refused(value: Any) -> None:
    """A value that JSON cannot represent is refused, also if it was added after the validation."""
    body = models.CreateTrainingJobRequestBody(**BODY, parameters={"a": 1})
    parameters: Any = body.parameters
    parameters["late"] = value
    with pytest.raises(ValueError, match="the request body cannot be represented as JSON"):
        Stepped(operation=CREATE, request_body=body).start()
    with pytest.raises(ValueError, match="JSON"):
        Stepped(operation=CHAT, extra_body={"late": value}).start()


@pytest.mark.parametrize("value", [datetime(2026, 1, 1, tzinfo=timezone.utc), {1}, b"a"], ids=repr)
def test_extra_body_must_be_json(value: Any) -> None:
    """A value of ``extra_body`` that JSON does not have is refused by its name; numbers keep their type."""
    with pytest.raises(
        ValueError, match=rf"extra_body\.deep\[0\] is of type {type(value).__name__}, which JSON does not have"
    ):
        Stepped(operation=CHAT, extra_body={"deep": [value]}).start()
    numbers = {"n": np.int64(2), "echo": np.bool_(True), "min_p": Decimal("0.5")}
    sent = json.loads(Stepped(operation=CHAT, extra_body=numbers).request().content)
    assert {name: sent[name] for name in numbers} == {"n": 2, "echo": True, "min_p": 0.5}


def test_misspelled_role_emits_a_warning() -> None:
    """A value that looks like a named one emits a warning, and is sent."""
    client = client_of(lambda _: httpx.Response(200, json={"choices": []}))
    with pytest.warns(UserWarning, match=r"but messages\[0\]\.role is 'asistant'; did you mean 'assistant'"):
        client.chat.completions.create(model="m", messages=[{"role": "asistant", "content": "a"}])


def test_misspelled_field_emits_a_warning() -> None:
    """A field that looks misspelled emits a warning that points at the caller's line; other new fields do not."""
    client = client_of(lambda _: httpx.Response(201, json={"id": "t"}))
    body: Any = {**BODY, "paramaters": {}, "brand_new": 1}
    expected = "sent as given, but there is no field 'paramaters'; did you mean 'parameters'"
    with pytest.warns(UserWarning, match=expected) as caught:
        client.training_jobs.create(project_id="p", request_body=body)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    line = Path(__file__).read_text(encoding="utf-8").splitlines()[caught[0].lineno - 1]
    assert "client.training_jobs.create(" in line

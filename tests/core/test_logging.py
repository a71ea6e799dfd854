"""The debug log: silent unless asked for, redacted, and never the root logger's business."""

import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, SDKHooks, errors
from emissary_client_sdk.utils import get_default_logger

from .support import CANARY, CREATE, Call, Done, client_of

Alone = Callable[[], logging.Logger]

VARIABLE = "EMISSARY_CLIENT_DEBUG"


class Own:
    """The least that a debug logger must have."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def debug(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Keep a message."""
        assert not kwargs
        self.lines.append(msg % args)


def logged(call: Call, status: int = 200, **response: Any) -> None:
    """Step a call to its end."""
    call.start()
    assert isinstance(call.answer(status, **response), Done)


def test_silence(alone: Alone, capsys: pytest.CaptureFixture[str]) -> None:
    """By default nothing is logged, and the logger is left as it was."""
    logger = alone()
    logged(Call())
    assert get_default_logger() is logger
    assert (logger.level, logger.handlers) == (logging.NOTSET, [])
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("value", ["", "0", "false", "False"])
def test_values_that_mean_no(value: str, alone: Alone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some values of the variable mean no."""
    logger = alone()
    monkeypatch.setenv(VARIABLE, value)
    EmissaryClient(CANARY)
    assert (logger.level, logger.handlers) == (logging.NOTSET, [])


@pytest.mark.parametrize("value", ["1", "true", "yes"])
def test_the_variable(
    value: str, alone: Alone, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The variable makes the SDK log to standard error, once a message, however many clients there are."""
    alone()
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    monkeypatch.setenv(VARIABLE, value)
    client = EmissaryClient(CANARY)
    EmissaryClient(CANARY)
    logged(Call(client))
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("Request: GET https://api.withemissary.com/v1/projects/p/training-jobs/t") == 1
    assert err.count("Response: 200") == 1
    assert " emissary_client_sdk DEBUG " in err
    assert CANARY not in err
    assert (root.level, list(root.handlers)) == before


def test_an_application_that_logs_already(alone: Alone, monkeypatch: pytest.MonkeyPatch) -> None:
    """An application's own handler is enough; no second one is added."""
    logger = alone()
    monkeypatch.setenv(VARIABLE, "1")
    own = logging.NullHandler()
    logger.addHandler(own)
    EmissaryClient(CANARY)
    assert (logger.handlers, logger.level) == ([own], logging.DEBUG)


@pytest.mark.parametrize(("level", "messages"), [(logging.DEBUG, 2), (logging.INFO, 0), (logging.WARNING, 0), (1, 2)])
def test_levels(level: int, messages: int, caplog: pytest.LogCaptureFixture) -> None:
    """An application that sets the logger's level decides, and is asked for each call."""
    client = EmissaryClient(CANARY)
    with caplog.at_level(level, "emissary_client_sdk"):
        logged(Call(client))
    assert len(caplog.records) == messages
    assert {record.levelno for record in caplog.records} <= {logging.DEBUG}
    assert CANARY not in caplog.text


def test_a_logger_of_a_callers_own(alone: Alone, monkeypatch: pytest.MonkeyPatch) -> None:
    """A logger of the caller's gets everything, and then the default one is left alone."""
    logger = alone()
    monkeypatch.setenv(VARIABLE, "1")
    own = Own()
    logged(
        Call(EmissaryClient(CANARY, debug_logger=own), CREATE),
        201,
        content=b'{"id":"t"}',
        headers={"Set-Cookie": "secret"},
    )
    request, response = own.lines
    assert request.startswith("Request: POST https://api.withemissary.com/v1/projects/p/training-jobs, headers {")
    assert request.endswith('body {"base_model":"llama","train_dataset_id":"ds"}')
    assert "'x-api-key': '[redacted]'" in request
    assert response.startswith("Response: 201, headers {")
    assert response.endswith('body {"id":"t"}')
    assert "'set-cookie': '[redacted]'" in response
    assert "secret" not in response
    assert (logger.level, logger.handlers) == (logging.NOTSET, [])


@pytest.mark.parametrize("header", ["Authorization", "Proxy-Authorization", "Cookie", "X-Api-Key"])
def test_secret_headers(header: str) -> None:
    """Whatever a caller authenticates with is concealed; other headers are shown."""
    own = Own()
    client = EmissaryClient(CANARY, debug_logger=own)
    Call(client, http_headers={header: "secret", "X-Other": "shown"}).start()
    assert "secret" not in own.lines[0]
    assert "shown" in own.lines[0]


def test_retries() -> None:
    """A failure is logged, and the wait before the next attempt."""
    own = Own()
    call = Call(EmissaryClient(CANARY, debug_logger=own))
    call.start()
    call.fail(httpx.ReadError(f"broken {CANARY}"))
    call.wait()
    call.answer(503, text=f"busy {CANARY}")
    call.wait()
    with pytest.raises(errors.SDKError):
        call.answer(400)
    assert [line.partition(" ")[0] for line in own.lines] == [
        *["Request:", "No", "Retrying"],
        *["Request:", "Response:", "Retrying"],
        *["Request:", "Response:"],
    ]
    assert own.lines[1] == "No response: ReadError('broken [redacted]')"
    assert own.lines[2] == "Retrying in 0.500 s after: No response after 1 attempt: ReadError: broken [redacted]"
    assert own.lines[5] == "Retrying in 1.000 s after: API error occurred: Status 503\nbusy [redacted]"


def test_long_and_binary_bodies() -> None:
    """Of a long body the beginning is logged, and of a binary one what can be read."""
    own = Own()
    call = Call(EmissaryClient(CANARY, debug_logger=own, retry_config=None))
    call.start()
    with pytest.raises(errors.SDKError):
        call.answer(500, content=b"\xff" + b"x" * 2000)
    assert own.lines[1].endswith("body \ufffd" + "x" * 999 + "… (2001 bytes in all)")


def test_a_request_whose_body_is_a_stream() -> None:
    """A hook may replace a request by one whose body is not in memory; the log survives that."""

    def stream(_: Any, request: httpx.Request) -> httpx.Request:
        return httpx.Request("POST", request.url, headers=request.headers, content=iter([b"a", b"b"]))

    own = Own()
    hooks = SDKHooks()
    hooks.register_before_request_hook(stream)
    logged(Call(EmissaryClient(CANARY, debug_logger=own, hooks=hooks)))
    assert own.lines[0].startswith("Request: POST")


@pytest.mark.parametrize(
    "wrong", [3, "logger", object(), type("NoMethod", (), {"debug": True})()], ids=lambda wrong: type(wrong).__name__
)
def test_what_is_no_logger(wrong: Any) -> None:
    """What has no method ``debug`` is refused."""
    with pytest.raises(TypeError, match=f"debug_logger must have a method debug.*{type(wrong).__name__} has none"):
        EmissaryClient(CANARY, debug_logger=wrong)


@pytest.mark.parametrize("name", ["list", "list_async"])
def test_driven_calls(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """A real call is logged as a stepped one is."""
    from .support import call as run  # apart from the class ``Call``

    with caplog.at_level(logging.DEBUG, "emissary_client_sdk"):
        run(client_of(lambda _: httpx.Response(200, json=[])), name, project_id="p")
    ours = [record.getMessage() for record in caplog.records if record.name == "emissary_client_sdk"]
    assert [line.partition(":")[0] for line in ours] == ["Request", "Response"]

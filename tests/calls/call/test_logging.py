"""The debug log: silent by default, redacted, and never the root logger's."""

import logging
from typing import Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, SDKHooks, errors
from emissary_client_sdk.utils import get_default_logger

from ...support.calling import Call, client_of
from .stepping import CANARY, CREATE, Stepped

NAME, VARIABLE = "emissary_client_sdk", "EMISSARY_CLIENT_DEBUG"


class Lines:
    """The least that a debug logger needs."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def debug(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Record a message."""
        assert not kwargs
        self.lines.append(msg % args)


def logging_client(**options: Any) -> tuple[EmissaryClient, list[str]]:
    """Return a client and the list of its messages."""
    logger = Lines()
    return EmissaryClient(CANARY, debug_logger=logger, **options), logger.lines


def isolated(monkeypatch: pytest.MonkeyPatch) -> logging.Logger:
    """Return the SDK's logger without a level and handlers; a fixture would run before pytest adds its own."""
    logger = logging.getLogger(NAME)
    isolation: dict[str, Any] = {"handlers": [], "propagate": False, "level": logging.NOTSET, "_cache": {}}
    for name, value in isolation.items():
        monkeypatch.setattr(logger, name, value)
    return logger


@pytest.mark.parametrize("value", [None, "", "0", "false", "False"])
def test_nothing_is_logged_by_default(
    value: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the variable nothing is logged, and the logger is not changed."""
    logger = isolated(monkeypatch)
    if value is not None:
        monkeypatch.setenv(VARIABLE, value)
    Stepped().respond(200)
    assert get_default_logger() is logger
    assert (logger.level, logger.handlers, capsys.readouterr()) == (logging.NOTSET, [], ("", ""))


def test_variable_turns_on_logging(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The variable turns on logging to standard error, once however many clients there are."""
    isolated(monkeypatch)
    root = list(logging.getLogger().handlers)
    monkeypatch.setenv(VARIABLE, "1")
    client = EmissaryClient(CANARY)
    EmissaryClient(CANARY)
    Stepped(client).respond(200)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("Request: GET https://api.withemissary.com/v1/projects/p/training-jobs/t") == 1
    assert err.count(f" {NAME} DEBUG ") == 2
    assert CANARY not in err
    assert list(logging.getLogger().handlers) == root


def test_handler_of_the_application_is_the_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the application has a handler, none is added."""
    logger = isolated(monkeypatch)
    monkeypatch.setenv(VARIABLE, "yes")
    handler = logging.NullHandler()
    logger.addHandler(handler)
    EmissaryClient(CANARY)
    assert (logger.handlers, logger.level) == ([handler], logging.DEBUG)


@pytest.mark.parametrize(("level", "messages"), [(logging.DEBUG, 2), (1, 2), (logging.INFO, 0)])
def test_level_of_the_logger_decides(level: int, messages: int, caplog: pytest.LogCaptureFixture, call: Call) -> None:
    """The level of the logger decides for each call."""
    client = client_of(lambda _: httpx.Response(200, json=[]), CANARY)
    with caplog.at_level(level, NAME):
        call(client, "list")
    ours = [record for record in caplog.records if record.name == NAME]
    assert [record.levelno for record in ours] == [logging.DEBUG] * messages
    assert CANARY not in caplog.text


def test_secret_headers_are_redacted() -> None:
    """A caller's logger receives request and response; secret headers are redacted, others are shown."""
    client, lines = logging_client()
    given = {"Authorization": "secret", "Cookie": "secret", "X-Other": "shown"}
    Stepped(client, CREATE, http_headers=given).respond(201, headers={"Set-Cookie": "secret"})
    request, response = lines
    assert request.startswith("Request: POST https://api.withemissary.com/v1/projects/p/training-jobs, headers {")
    assert request.endswith('body {"base_model":"llama","train_dataset_id":"ds"}')
    assert "'x-api-key': '[redacted]'" in request
    assert "'x-other': 'shown'" in request.lower()
    assert response.startswith("Response: 201, headers {")
    assert response.endswith('body {"id": "t"}')
    assert "secret" not in request + response


def test_failures_and_pauses_are_logged() -> None:
    """Each failure and each pause is logged."""
    client, lines = logging_client()
    call = Stepped(client)
    call.fail(httpx.ReadError(f"broken {CANARY}"))
    call.respond(503, text=f"busy {CANARY}")
    call.end(400)
    kinds = [line.partition(" ")[0] for line in lines]
    assert kinds == ["Request:", "No", "Retrying", "Request:", "Response:", "Retrying", "Request:", "Response:"]
    assert lines[1] == "No response: ReadError('broken [redacted]')"
    assert lines[2].startswith(
        "Retrying in 0.500 s after: GET /v1/projects/p/training-jobs/t failed: broken [redacted]"
    )
    assert lines[5].startswith("Retrying in 1.000 s after: GET /v1/projects/p/training-jobs/t failed with status 503")


def test_long_bodies_are_cut() -> None:
    """The start of a long body is logged; a key that crosses its end is redacted too."""
    client, lines = logging_client(retry_config=None)
    with pytest.raises(errors.SDKError):
        Stepped(client).respond(500, content=b"\xff" + b"x" * 989 + CANARY.encode() + b"x" * 1000)
    assert lines[1].endswith("body \ufffd" + "x" * 989 + f"[redacted]… ({1990 + len(CANARY)} bytes in total)")


def test_streamed_body_is_not_logged() -> None:
    """A request whose body is not in memory is logged without it."""
    hooks = SDKHooks()
    hooks.register_before_request_hook(
        lambda _, request: httpx.Request("POST", request.url, headers=request.headers, content=iter([b"a"]))
    )
    client, lines = logging_client(hooks=hooks)
    Stepped(client).respond(200)
    assert lines[0].endswith("body (not in memory)")


@pytest.mark.parametrize(
    "wrong", [3, object(), type("NoMethod", (), {"debug": True})()], ids=lambda one: type(one).__name__
)
def test_logger_without_a_debug_method_is_refused(wrong: Any) -> None:
    """A logger must have a method ``debug``."""
    with pytest.raises(TypeError, match=f"debug_logger must have a debug method .*; {type(wrong).__name__} has none"):
        EmissaryClient(CANARY, debug_logger=wrong)

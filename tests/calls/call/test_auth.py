"""The API key: its sources, its checks and its redaction."""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import emissary_client_sdk
from emissary_client_sdk import EmissaryClient, SDKConfiguration, Security, errors
from emissary_client_sdk._auth import ApiKey

from ..secrecy.support import chain
from .stepping import CANARY, Stepped

if TYPE_CHECKING:
    from collections.abc import Callable


VARIABLE = "EMISSARY_CLIENT_API_KEY"
PACKAGE = Path(emissary_client_sdk.__file__).parent


def sent_key(client: EmissaryClient) -> str:
    """Return the key that a call sends."""
    return Stepped(client).request().headers["X-API-Key"]


def test_argument_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The argument wins over the environment; a function is called for each request."""
    keys = iter(["one", "two"])
    client = EmissaryClient(lambda: next(keys))
    assert [sent_key(client) for _ in range(2)] == ["one", "two"]
    late = EmissaryClient(os.getenv(VARIABLE, ""))
    with pytest.raises(errors.MissingAPIKeyError):
        Stepped(late).start()
    monkeypatch.setenv(VARIABLE, " from-environment\n")  # as a file with a line break leaves it
    assert sent_key(late) == sent_key(EmissaryClient()) == sent_key(EmissaryClient(lambda: None)) == "from-environment"
    assert sent_key(EmissaryClient("mine")) == "mine"


@pytest.mark.parametrize("security", [Security(api_key=CANARY), lambda: Security(api_key=CANARY), lambda: CANARY])
def test_configuration_accepts_a_security_or_a_function(security: Any) -> None:
    """A configuration takes a ``Security`` or a function, as Speakeasy's SDKs do."""
    config = SDKConfiguration(security=security)
    assert config.key.read() == CANARY
    assert config.security is security


@pytest.mark.parametrize("wrong", [3, b"key", ["key"], object()], ids=lambda wrong: type(wrong).__name__)
def test_key_of_another_type_is_refused(wrong: Any) -> None:
    """A key is a str or a function that returns one."""
    kind = type(wrong).__name__
    with pytest.raises(TypeError, match=f"api_key must be a str or a function that returns one, not {kind}"):
        EmissaryClient(wrong)
    with pytest.raises(ValueError, match=f"api_key is a {kind}, not a str"):
        Stepped(EmissaryClient(lambda: wrong)).start()


def shown(error: BaseException) -> str:
    """Return what a traceback can show: every message, and the local variables of the SDK's frames."""
    seen: list[str] = []
    for one in chain(error):
        seen += traceback.format_exception_only(one)
        for frame, _ in traceback.walk_tb(one.__traceback__):
            if Path(frame.f_code.co_filename).is_relative_to(PACKAGE):
                seen += [f"{name}={value!r}" for name, value in frame.f_locals.items()]
    return "\n".join(seen)


@pytest.mark.parametrize(
    "wrong", [f"{CANARY}\n", f"{CANARY}\r\nX: 1", f"{CANARY}é", f" {CANARY}", f"{CANARY}\x00"], ids=repr
)
def test_invalid_keys_are_not_shown(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that is not a valid header value is refused without being shown."""
    sources: list[tuple[str, Callable[[], Any]]] = [
        ("api_key", lambda: EmissaryClient(wrong)),
        ("api_key", lambda: EmissaryClient(lambda: wrong).training_jobs.list(project_id="p")),
    ]
    for name, create in sources:
        with pytest.raises(ValueError, match=f"^{name} (contains|starts)") as caught:
            create()
        assert CANARY not in str(caught.value)
        assert CANARY not in shown(caught.value)
    if "\x00" not in wrong and wrong.strip() != CANARY:
        monkeypatch.setenv(VARIABLE, wrong)
        with pytest.raises(ValueError, match=f"^{VARIABLE} contains") as caught:
            EmissaryClient()
        assert CANARY not in shown(caught.value)


def test_keys_of_calls_in_progress_are_redacted() -> None:
    """The keys of calls in progress are redacted too; a very short one is not, because texts would be unreadable."""
    keys = iter(["first-key-0123456789", "second-key-0123456789"])
    client = EmissaryClient(lambda: next(keys))
    first, second = Stepped(client, retries=None), Stepped(client, retries=None)
    first.start()
    second.start()
    with pytest.raises(errors.SDKError) as caught:
        first.respond(403, text="first-key-0123456789 and second-key-0123456789")
    assert caught.value.body == "[redacted] and [redacted]"
    with pytest.raises(errors.SDKError) as caught:
        Stepped(EmissaryClient("a"), retries=None).respond(500, text="banana")
    assert caught.value.body == "banana"


INVALID_OPTIONS: list[dict[str, Any]] = [
    {"server_idx": 9},
    {"server_url": "nonsense"},
    {"client": object()},
    {"async_client": object()},
    {"retry_config": -3},
    {"timeout_ms": -1},
    {"debug_logger": 3},
    {"hooks": 3},
]


@pytest.mark.parametrize("options", INVALID_OPTIONS, ids=lambda options: next(iter(options)))
def test_tracebacks_of_invalid_options_do_not_show_the_key(options: dict[str, Any]) -> None:
    """The traceback of a client that is refused does not show the key, with the local variables either."""
    with pytest.raises((TypeError, ValueError), match=next(iter(options))) as caught:
        EmissaryClient(CANARY, **options)
    assert CANARY not in shown(caught.value)


def test_second_variable_is_read_after_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """``EMISSARY_API_KEY`` counts if the first variable is missing or blank; an error names the one that was read."""
    monkeypatch.setenv("EMISSARY_API_KEY", "second")
    assert ApiKey(None).read() == "second"
    monkeypatch.setenv(VARIABLE, " ")
    assert ApiKey(None).read() == "second"
    monkeypatch.setenv(VARIABLE, "first")
    assert ApiKey(None).read() == "first"
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("EMISSARY_API_KEY", "a\nb")
    with pytest.raises(ValueError, match="EMISSARY_API_KEY contains a line break"):
        ApiKey(None).read()

"""The API key is in no repr, text, pickle, log line or traceback."""

import logging
import pickle
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, SDKHooks, errors

from .support import BODY, CANARY, RETRIEVE, Call, call, client_of, in_both_ways, shown

Answer = Callable[[httpx.Request], httpx.Response]


def refuse(request: httpx.Request) -> httpx.Response:
    """Raise what a client raises when nobody listens, with the key in its text."""
    raise httpx.ConnectError(f"refused {CANARY}", request=request)


ANSWERS: dict[str, Answer] = {
    "echo in 400": lambda _: httpx.Response(400, json={"status": 400, "error": f"bad key {CANARY}", "extra": CANARY}),
    "echo in 403": lambda _: httpx.Response(403, text=f"bad key {CANARY}"),
    "echo in 302": lambda _: httpx.Response(302, text=CANARY),
    "echo in 200": lambda _: httpx.Response(200, json=[{"progress": CANARY}]),
    "echo in no JSON": lambda _: httpx.Response(200, text=f"<html>{CANARY}"),
    "echo of headers": lambda request: httpx.Response(500, json=dict(request.headers)),
    "no answer": refuse,
}
answers = pytest.mark.parametrize("answer", ANSWERS.values(), ids=list(ANSWERS))
both = pytest.mark.parametrize("suffix", in_both_ways)


def failure(answer: Answer, suffix: str = "", **options: Any) -> errors.EmissaryClientError:
    """Give the error of a call that fails."""
    client = client_of(answer, retry_config=None, **options)
    with pytest.raises(errors.EmissaryClientError) as raised:
        call(client, f"list{suffix}", project_id="p")
    return raised.value


@answers
@both
def test_errors(answer: Answer, suffix: str) -> None:
    """An error's text, repr, attributes and pickle have no key, even where the server repeated it."""
    error = failure(answer, suffix)
    assert CANARY not in str(error) + repr(error) + repr(vars(error))
    assert CANARY.encode() not in pickle.dumps(error)
    if isinstance(error, errors.SDKError) and "echo" in error.body:
        assert "[redacted]" in error.body


@answers
def test_a_body_is_concealed_and_not_dropped(answer: Answer) -> None:
    """What stands beside the key in a body is still there."""
    error = failure(answer)
    assert "[redacted]" in str(error)


@pytest.mark.parametrize("name", [n for n in ANSWERS if n != "no answer"])
@both
def test_tracebacks(name: str, suffix: str) -> None:
    """A traceback with the local variables shows no key in any of the SDK's frames, and in no message."""
    lines = shown(failure(ANSWERS[name], suffix)).splitlines()
    assert [line for line in lines if CANARY in line] == []


@both
def test_tracebacks_without_an_answer(suffix: str) -> None:
    """The same holds without an answer; but the HTTP library's own exception is not the SDK's to change."""
    lines = shown(failure(refuse, suffix)).splitlines()
    assert [line for line in lines if CANARY in line and "ConnectError" not in line] == []


@both
def test_requests_of_errors(suffix: str) -> None:
    """The request that an error keeps has lost its secret headers, and only those."""
    for answer in ANSWERS.values():
        error = failure(answer, suffix)
        if isinstance(error, errors.SDKError):
            assert error.raw_response is not None
            headers = error.raw_response.request.headers
        else:
            assert isinstance(error.__cause__, httpx.RequestError)
            headers = error.__cause__.request.headers
        assert headers["X-API-Key"] == "[redacted]"
        assert headers["Accept"] == "application/json"
        assert CANARY not in str(headers.raw)


def test_the_next_call_has_its_key() -> None:
    """To conceal the headers of one request does not touch those of the next."""
    keys: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["X-API-Key"])
        return httpx.Response(500)

    client = client_of(answer, retry_config=None)
    for _ in range(2):
        with pytest.raises(errors.SDKError):
            client.training_jobs.list(project_id="p")
    assert keys == [CANARY, CANARY]


def test_a_key_that_changes() -> None:
    """An answer that repeats an earlier call's key conceals that key, though there is a newer one by now."""
    keys = iter(["first-key-0123456789", "second-key-0123456789"])
    client = EmissaryClient(lambda: next(keys))
    first, second = Call(client, retries=None), Call(client, retries=None)
    assert first.request().headers["X-API-Key"] == "first-key-0123456789"
    assert second.request().headers["X-API-Key"] == "second-key-0123456789"
    with pytest.raises(errors.SDKError) as raised:
        first.answer(403, text="bad key first-key-0123456789")
    assert raised.value.body == "bad key [redacted]"


def test_a_key_too_short_to_conceal() -> None:
    """A very short key is not replaced in texts, for that would make them unreadable."""
    stepped = Call(EmissaryClient("a"), retries=None)
    stepped.start()
    with pytest.raises(errors.SDKError) as raised:
        stepped.answer(500, text="banana")
    assert raised.value.body == "banana"


BAD_TEXTS = [f"{CANARY}\n", f"{CANARY}\r\nX-Evil: 1", f"{CANARY}é", f" {CANARY}"]
BAD_KEYS: list[Any] = [*BAD_TEXTS, f"{CANARY}\x00", [CANARY], {"key": CANARY}, CANARY.encode()]


def _as_it_is(key: Any) -> Any:
    return key


def _by_a_function(key: Any) -> Any:
    return lambda: key


@pytest.mark.parametrize("wrong", BAD_KEYS, ids=repr)
@pytest.mark.parametrize("source", [_as_it_is, _by_a_function], ids=["argument", "function"])
def test_bad_keys(source: Callable[[Any], Any], wrong: Any) -> None:
    """A key that cannot be sent is refused without being shown, given as it is or by a function."""
    given = source(wrong)
    with pytest.raises((ValueError, TypeError), match="api_key") as raised:
        EmissaryClient(given).training_jobs.list(project_id="p")
    assert CANARY not in shown(raised.value)


@pytest.mark.parametrize("wrong", BAD_TEXTS, ids=repr)
def test_bad_keys_of_the_environment(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same holds for a key of the environment."""
    monkeypatch.setenv("EMISSARY_CLIENT_API_KEY", wrong)
    with pytest.raises(ValueError, match="api_key") as raised:
        EmissaryClient()
    assert CANARY not in shown(raised.value)


BAD_CALLS: dict[str, dict[str, Any]] = {
    "id": {"project_id": ".."},
    "type": {"project_id": 3},
    "retries": {"project_id": "p", "retries": 3},
    "server_url": {"project_id": "p", "server_url": "nonsense"},
    "timeout_ms": {"project_id": "p", "timeout_ms": -1},
    "http_headers": {"project_id": "p", "http_headers": {"X": "\n"}},
}


@pytest.mark.parametrize("arguments", BAD_CALLS.values(), ids=list(BAD_CALLS))
def test_tracebacks_of_bad_calls(arguments: dict[str, Any]) -> None:
    """A traceback of a call that is refused shows no key in any of the SDK's frames."""
    client = client_of(lambda _: httpx.Response(200, json=[]))
    with pytest.raises((TypeError, ValueError)) as raised:
        client.training_jobs.list(**arguments)
    assert CANARY not in shown(raised.value)
    with pytest.raises((TypeError, ValueError)) as raised:
        Call(client, RETRIEVE, retries=3, timeout_ms=-1).start()
    assert CANARY not in shown(raised.value)


BAD_CONSTRUCTIONS: dict[str, dict[str, Any]] = {
    "server_idx": {"server_idx": 9},
    "server_url": {"server_url": "nonsense"},
    "url_params": {"server_url": "https://{a}.example", "url_params": {}},
    "client": {"client": object()},
    "async_client": {"async_client": object()},
    "retry_config": {"retry_config": 3},
    "timeout_ms": {"timeout_ms": -1},
    "debug_logger": {"debug_logger": 3},
    "hooks": {"hooks": 3},
}


@pytest.mark.parametrize("options", BAD_CONSTRUCTIONS.values(), ids=list(BAD_CONSTRUCTIONS))
def test_tracebacks_of_bad_constructions(options: dict[str, Any]) -> None:
    """A traceback of a client that is refused shows no key in any of the SDK's frames."""
    with pytest.raises((TypeError, ValueError)) as raised:
        EmissaryClient(CANARY, **options)
    assert CANARY not in shown(raised.value)
    assert next(iter(options)) in str(raised.value)


def test_tracebacks_of_hooks() -> None:
    """A traceback of a hook that fails shows no key in any of the SDK's frames."""
    hooks = SDKHooks()
    hooks.register_before_request_hook(lambda _, __: KeyError("mine"))
    with pytest.raises(KeyError) as raised:
        client_of(refuse, hooks=hooks).training_jobs.create(
            project_id="p", request_body={"base_model": "a", "train_dataset_id": "b"}
        )
    assert CANARY not in shown(raised.value)


def test_reprs() -> None:
    """Neither the client nor anything that it consists of shows the key."""
    client = client_of(refuse)
    config = client.sdk_configuration
    parts = [client, config, config.key, config.security, client.training_jobs, config.get_hooks(), config.client]
    assert CANARY not in " ".join(repr(part) for part in parts)
    assert CANARY not in f"{client} {client!s} {config!s}"


@answers
def test_logs(answer: Answer, caplog: pytest.LogCaptureFixture) -> None:
    """The log of a call shows no key at any level."""
    with caplog.at_level(1, "emissary_client_sdk"):
        client = client_of(answer, retry_config=None)
        with pytest.raises(errors.EmissaryClientError):
            client.training_jobs.list(project_id=CANARY, http_headers={"Authorization": CANARY, "X-Other": CANARY})
    ours = [record.getMessage() for record in caplog.records if record.name == "emissary_client_sdk"]
    assert len(ours) == 2
    assert CANARY not in "\n".join(ours)
    assert "[redacted]" in ours[0]


def test_a_key_at_the_edge_of_what_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A key that begins within the part of a body that is logged, and ends beyond it, is concealed too."""
    with caplog.at_level(logging.DEBUG, "emissary_client_sdk"):
        stepped = Call(retries=None)
        stepped.start()
        with pytest.raises(errors.SDKError):
            stepped.answer(500, text="x" * 990 + CANARY)
    assert CANARY[:8] not in caplog.text


def test_bodies_have_no_key() -> None:
    """A request's body is the caller's and has no key."""
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(201, json={})

    client_of(answer).training_jobs.create(project_id="p", request_body={"base_model": "a", "train_dataset_id": "b"})
    assert CANARY not in str(sent[0].url) + sent[0].content.decode()
    assert set(BODY) <= set(httpx.Response(200, content=sent[0].content).json())

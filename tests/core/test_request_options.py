"""What a caller can say of one call: headers and timeouts; and what a caller's HTTP client keeps."""

from collections.abc import Mapping
from typing import Any

import httpx
import httpx2
import pydantic
import pytest

from emissary_client_sdk import EmissaryClient, __version__

from .support import CANARY, CREATE, Call, client_of

TOO_LARGE = pytest.param(10**400, id="huge")
COMMON = {"accept": "application/json", "x-api-key": CANARY}


def test_headers() -> None:
    """A call says what it accepts, who it is and who asks; only a body has a type."""
    headers = Call().request().headers
    assert COMMON.items() <= dict(headers).items()
    assert headers["user-agent"].startswith(f"emissary-client-sdk/{__version__} python/3.")
    assert "content-type" not in headers
    assert Call(operation=CREATE).request().headers["content-type"] == "application/json"


def test_own_headers_win() -> None:
    """A caller's headers win over the SDK's, whatever their case, and are for that call alone."""
    client = EmissaryClient(CANARY)
    own = {"X-Api-Key": "other", "USER-AGENT": "mine", "accept": "text/plain", "X-New": "a\tb", "X-Empty": ""}
    headers = Call(client, http_headers=own).request().headers
    for name, value in own.items():
        assert headers.get_list(name) == [value]
    assert COMMON.items() <= dict(Call(client).request().headers).items()


@pytest.mark.parametrize("headers", [None, {}, httpx.Headers({"X-New": "1"})], ids=repr)
def test_any_mapping(headers: Mapping[str, str] | None) -> None:
    """Headers may be any mapping, or none."""
    sent = Call(http_headers=headers).request().headers
    assert sent.get("x-new") == (headers or {}).get("x-new")


@pytest.mark.parametrize("headers", ["X-New: 1", [("X-New", "1")], 3, [], "", 0, False, ()], ids=repr)
def test_headers_that_are_no_mapping(headers: Any) -> None:
    """Something else than a mapping is refused, an empty one too."""
    with pytest.raises(TypeError, match=f"http_headers must be a mapping of str to str, not {type(headers).__name__}"):
        Call(http_headers=headers).start()


@pytest.mark.parametrize("headers", [{1: "a"}, {"X-New": 1}, {"X-New": None}, {b"X-New": "a"}, {"X-New": b"a"}])
def test_headers_of_the_wrong_type(headers: Any) -> None:
    """Names and values are str; the error names the header."""
    with pytest.raises(TypeError, match=r"http_headers must be a mapping of str to str; the header .* is not"):
        Call(http_headers=headers).start()


@pytest.mark.parametrize("name", ["", " ", "X New", "X:New", "X\nNew", "Ü", "a" + "\u0661", "-", "(x)"])
def test_names_that_are_none(name: str) -> None:
    """A header's name that is none is refused."""
    with pytest.raises(ValueError, match=r"http_headers: .* is no header's name"):
        Call(http_headers={name: "a"}).start()


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("secret\r\nX-Evil: 1", "line break"),
        ("secret\n", "line break"),
        ("secret\rb", "line break"),
        ("secret\x00", "control character"),
        ("secret\x7f", "control character"),
        ("secré", "not ASCII"),
        (" secret", "white space"),
        ("secret\t", "white space"),
    ],
)
def test_values_that_cannot_be_sent(value: str, problem: str) -> None:
    """A value that cannot be sent is refused with its reason and its header's name, and is not shown."""
    with pytest.raises(ValueError, match=f"http_headers: the value of X-New .*{problem}") as raised:
        Call(http_headers={"X-New": value}).start()
    assert "secr" not in str(raised.value)


@pytest.mark.parametrize("name", ["Content-Length", "transfer-encoding", "CONTENT-LENGTH"])
def test_reserved_headers(name: str) -> None:
    """The body's length is nobody's but the HTTP library's."""
    with pytest.raises(ValueError, match=f"http_headers: {name} follows from the body and cannot be set"):
        Call(http_headers={name: "3"}).start()


@pytest.mark.parametrize(("timeout_ms", "expected"), [(1, 0.001), (2500, 2.5), (0.5, 0.0005)])
def test_timeouts(timeout_ms: Any, expected: float) -> None:
    """A timeout in milliseconds is for every part of a request; a call's wins over the client's."""
    for one in (Call(timeout_ms=timeout_ms), Call(EmissaryClient(CANARY, timeout_ms=timeout_ms))):
        assert one.request().extensions["timeout"] == dict.fromkeys(("connect", "read", "write", "pool"), expected)
    one = Call(EmissaryClient(CANARY, timeout_ms=9000), timeout_ms=timeout_ms)
    assert one.request().extensions["timeout"]["read"] == expected


def test_the_default_timeout() -> None:
    """Nobody waits for ever: sixty seconds, five to connect."""
    timeout = Call().request().extensions["timeout"]
    assert (timeout["read"], timeout["write"], timeout["connect"]) == (60.0, 60.0, 5.0)
    assert timeout["pool"] is not None


@pytest.mark.parametrize("timeout_ms", [0, -1, -0.5, float("nan"), float("inf"), float("-inf"), TOO_LARGE])
def test_timeouts_that_cannot_be(timeout_ms: Any) -> None:
    """A timeout is finite and above zero."""
    for refuse in (lambda: EmissaryClient(CANARY, timeout_ms=timeout_ms), Call(timeout_ms=timeout_ms).start):
        with pytest.raises(ValueError, match="timeout_ms must be a finite number above zero"):
            refuse()


@pytest.mark.parametrize("timeout_ms", ["1", True, [1], 1j])
def test_timeouts_of_the_wrong_type(timeout_ms: Any) -> None:
    """A timeout is a number."""
    for refuse in (lambda: EmissaryClient(CANARY, timeout_ms=timeout_ms), Call(timeout_ms=timeout_ms).start):
        with pytest.raises(TypeError, match="timeout_ms must be a number of milliseconds"):
            refuse()


@pytest.mark.parametrize("library", [httpx, httpx2])
def test_a_callers_client_keeps_what_it_has(library: Any) -> None:
    """Its timeout, headers, user agent and base stay as they are where the call says nothing else."""
    http = library.Client(timeout=7, headers={"X-Mine": "1", "User-Agent": "mine/1"})
    request = Call(http=http).request()
    assert request.extensions["timeout"]["read"] == 7
    assert (request.headers["x-mine"], request.headers["user-agent"]) == ("1", "mine/1")
    assert COMMON.items() <= dict(request.headers).items()
    assert Call(http=http, timeout_ms=1000).request().extensions["timeout"]["read"] == 1
    assert type(request).__module__.partition(".")[0] == library.__name__


@pytest.mark.parametrize("library", [httpx, httpx2])
def test_a_callers_client_without_a_user_agent_of_its_own(library: Any) -> None:
    """A library's default user agent gives way to the SDK's."""
    agent = Call(http=library.Client()).request().headers["user-agent"]
    assert agent.startswith("emissary-client-sdk/")


@pytest.mark.parametrize("library", [httpx, httpx2])
def test_a_client_of_another_library(library: Any) -> None:
    """A whole call works with the client of either library."""

    def answer(_: Any) -> Any:
        return library.Response(200, json=[{"id": "t"}])

    http = library.Client(transport=library.MockTransport(answer))
    (job,) = EmissaryClient(CANARY, client=http).training_jobs.list(project_id="p")
    assert job.id == "t"


def test_event_hooks_of_a_callers_client() -> None:
    """A caller's client runs its event hooks."""
    seen: list[str] = []

    def note(request: httpx.Request) -> None:
        seen.append(request.method)

    http = httpx.Client(
        transport=httpx.MockTransport(lambda _: httpx.Response(200, json=[])),
        event_hooks={"request": [note]},
    )
    EmissaryClient(CANARY, client=http).training_jobs.list(project_id="p")
    assert seen == ["GET"]


def test_unknown_and_missing_keywords() -> None:
    """A keyword that no method has, or a missing one, is a TypeError that names it; nothing is sent."""

    def never(_: httpx.Request) -> httpx.Response:
        raise AssertionError("something was sent")

    jobs: Any = client_of(never).training_jobs
    with pytest.raises(TypeError, match="project"):
        jobs.list(project="p")
    with pytest.raises(TypeError, match="training_job_id"):
        jobs.retrieve(project_id="p")
    with pytest.raises(TypeError, match="positional"):
        jobs.list("p")
    with pytest.raises(pydantic.ValidationError, match="train_dataset_id"):
        jobs.create(project_id="p", request_body={"base_model": "a"})

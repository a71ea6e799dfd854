"""``request_may_have_been_processed``, and which exceptions of an HTTP library mean what."""

import ssl
import sys
from types import ModuleType
from typing import Any

import httpx
import httpx2
import pytest

from emissary_client_sdk import errors
from emissary_client_sdk.utils import BackoffStrategy, RetryConfig

from .support import CREATE, Call, seconds

MAY = RetryConfig("backoff", BackoffStrategy(1, 1, 1, 1000), True)
libraries = pytest.mark.parametrize("library", [httpx, httpx2])


def ended(failure: Any, call: Call) -> errors.EmissaryClientError:
    """Let a call end with a failure: a status, a status with headers, or an exception."""
    answer: tuple[int, dict[str, str]] = (failure, {}) if isinstance(failure, int) else failure
    with pytest.raises(errors.EmissaryClientError) as raised:
        call.fail(failure) if isinstance(failure, Exception) else call.answer(answer[0], headers=answer[1], content=b"")
    return raised.value


@pytest.mark.parametrize(
    ("failure", "may"),
    [
        *[(status, False) for status in (400, 401, 403, 404, 408, 422, 429)],
        *[(status, True) for status in (301, 409, 500, 501, 502, 503, 504)],
        ((503, {"Retry-After": "1"}), False),
        ((503, {"Retry-After": "soon"}), True),
        ((500, {"Retry-After": "1"}), True),
        (httpx.ConnectError("x"), False),
        (httpx.ConnectTimeout("x"), False),
        (httpx.PoolTimeout("x"), False),
        (httpx.ProxyError("x"), False),
        (httpx.ReadTimeout("x"), True),
        (httpx.WriteTimeout("x"), True),
        (httpx.ReadError("x"), True),
        (httpx.WriteError("x"), True),
        (httpx.CloseError("x"), True),
        (httpx.RemoteProtocolError("x"), True),
        (httpx.DecodingError("x"), True),
        (TimeoutError("x"), True),
        (ConnectionResetError("x"), True),
        (ConnectionRefusedError("x"), False),
    ],
    ids=str,
)
def test_one_attempt(failure: Any, may: bool) -> None:
    """It is false only where the platform cannot have acted."""
    call = Call(operation=CREATE, retries=None)
    call.start()
    error = ended(failure, call)
    assert error.request_may_have_been_processed is may
    if isinstance(error, errors.NoResponseError):
        assert error.sent is may


def test_a_success_that_cannot_be_read() -> None:
    """After a success that cannot be read it is true."""
    call = Call(operation=CREATE)
    call.start()
    assert ended(201, call).request_may_have_been_processed is True


@pytest.mark.parametrize("last", [404, 429, (503, {"Retry-After": "9"}), httpx.ConnectError("x")], ids=str)
@pytest.mark.parametrize("first", [500, 503, httpx.ReadTimeout("x"), httpx.ReadError("x")], ids=str)
def test_an_earlier_attempt_counts(first: Any, last: Any) -> None:
    """What an earlier attempt may have done is not undone by a later one that is refused."""
    call = Call(operation=CREATE, retries=MAY)
    call.start()
    assert seconds(call.fail(first) if isinstance(first, Exception) else call.answer(first)) >= 0
    call.wait()
    assert seconds(call.answer(429)) >= 0  # the knowledge survives more than one attempt
    call.wait(10)
    assert ended(last, call).request_may_have_been_processed is True


def test_attempts_that_were_all_refused() -> None:
    """It stays false over many attempts of which none can have been acted on."""
    call = Call(operation=CREATE, retries=MAY)
    call.start()
    call.fail(httpx.ConnectError("x"))
    call.wait()
    call.answer(429)
    call.wait(10)
    assert ended(429, call).request_may_have_been_processed is False


@libraries
@pytest.mark.parametrize("name", ["ReadTimeout", "WriteTimeout", "ConnectTimeout", "PoolTimeout"])
def test_timeouts(library: ModuleType, name: str) -> None:
    """A timeout of httpx or httpx2 is an APITimeoutError, which says how often it was tried."""
    call = Call(retries=None)
    call.start()
    error = ended(getattr(library, name)("slow"), call)
    assert type(error) is errors.APITimeoutError
    assert str(error) == f"No response after 1 attempt: {name}: slow"


@libraries
@pytest.mark.parametrize("name", ["ConnectError", "ReadError", "RemoteProtocolError", "UnsupportedProtocol"])
def test_other_failures(library: ModuleType, name: str) -> None:
    """Another failure of httpx or httpx2 is a NoResponseError that is no timeout."""
    call = Call(retries=None)
    call.start()
    error = ended(getattr(library, name)("gone"), call)
    assert type(error) is errors.NoResponseError
    assert not isinstance(error, TimeoutError)


@libraries
@pytest.mark.parametrize("name", ["UnsupportedProtocol", "LocalProtocolError", "DecodingError", "TooManyRedirects"])
def test_failures_that_would_only_repeat(library: ModuleType, name: str) -> None:
    """What another attempt would only repeat ends the call, whatever the configuration is."""
    call = Call(retries=MAY)
    call.start()
    error = ended(getattr(library, name)("no"), call)
    assert (name == "LocalProtocolError") or isinstance(error, errors.NoResponseError)


@pytest.mark.parametrize(
    "error", [httpx.InvalidURL("no"), httpx.StreamConsumed()], ids=["InvalidURL", "StreamConsumed"]
)
def test_failures_beside_the_request_errors(error: Exception) -> None:
    """The exceptions of httpx that are no RequestError come out as NoResponseError too."""
    call = Call(retries=MAY)
    call.start()
    assert isinstance(ended(error, call), errors.NoResponseError)


@pytest.mark.parametrize("link", ["__cause__", "__context__"])
def test_a_refused_certificate(link: str) -> None:
    """A certificate that is not accepted is not accepted next time either, and nothing was sent."""
    refused = httpx.ConnectError("certificate verify failed")
    setattr(refused, link, ssl.SSLCertVerificationError())
    call = Call(retries=MAY)
    call.start()
    error = ended(refused, call)
    assert error.__cause__ is refused
    assert error.request_may_have_been_processed is False


def test_causes_in_a_circle() -> None:
    """A chain of causes that bites its own tail is survived."""
    first, second = httpx.ConnectError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    call = Call()
    call.start()
    assert seconds(call.fail(first)) == 0.5


@pytest.mark.parametrize("error", [ValueError("mine"), RuntimeError("mine"), OSError("mine"), AttributeError("mine")])
def test_somebodys_mistake(error: Exception) -> None:
    """An exception that is none of an HTTP client's comes out as it is, at once."""
    call = Call(retries=MAY)
    call.start()
    with pytest.raises(type(error)) as raised:
        call.fail(error)
    assert raised.value is error


def test_without_httpx2(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that nobody imported is not looked for."""
    monkeypatch.delitem(sys.modules, "httpx2")
    call = Call()
    call.start()
    assert seconds(call.fail(httpx.ReadError("x"))) == 0.5

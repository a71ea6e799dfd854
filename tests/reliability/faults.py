"""Everything that can fail between a call and the platform, and the expected outcome.

It is the source of the tests and of the tables in ``docs/reliability.md``.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import httpx
import trustme

from emissary_client_sdk import errors

from ..support.rawserver import RawResponse
from .proxy import Link

if TYPE_CHECKING:
    from collections.abc import Callable

    from .proxy import Script

Kind: TypeAlias = Literal["read", "delete", "cancel", "create"]
Times: TypeAlias = Literal["once", "always"]
"""Whether a fault happens on the first connection only, or on each."""

KINDS: tuple[Kind, ...] = get_args(Kind)
TIMES: tuple[Times, ...] = get_args(Times)
METHODS: dict[str, Kind] = {
    "create": "create",
    "list": "read",
    "retrieve": "read",
    "list_checkpoints": "read",
    "delete": "delete",
    "cancel": "cancel",
}
METHOD_OF = {kind: method for method, kind in reversed(METHODS.items())}
"""One method of each kind."""


@dataclass(frozen=True)
class Expected:
    """The outcome of a call.

    :ivar error: Type of its error; None if it returns the right value.
    :ivar attempts: Number of its attempts.
    :ivar requests: Number of requests that reach the platform.
    :ivar jobs: Number of training jobs that it creates.
    :ivar may: The error's ``request_may_have_been_processed``.
    :ivar status: The error's ``status_code``.
    """

    error: type[errors.EmissaryClientError] | None
    attempts: int
    requests: int
    jobs: int = 0
    may: bool | None = None
    status: int | None = None


Expectations: TypeAlias = dict[Times, dict[Kind, Expected]]


@dataclass(frozen=True)
class Fault:
    """A row of a table.

    :ivar script: What the fault proxy does; None refuses the connection.
    :ivar causes: Types that the ``__cause__`` of the error may have.
    :ivar earlier: State of an earlier call's connection when the call begins: ``"open"`` or ``"closed"``.
    :ivar is_slow: The call times out, so the test makes its timeout short.
    :ivar is_tls: The SDK connects with TLS.
    :ivar nginx: Directives of an nginx between the SDK and the fault proxy; None without nginx.
    :ivar step: What happens to the nginx before the call: it reloads its configuration or is busy with another request.
    """

    name: str
    script: Script | None
    expected: Expectations
    causes: tuple[type[BaseException], ...] = ()
    earlier: Literal["open", "closed"] | None = None
    is_slow: bool = False
    is_tls: bool = False
    nginx: str | None = None
    step: Literal["reload", "busy"] | None = None

    @property
    def times(self) -> tuple[Times, ...]:
        """Whether it can happen once, or only always."""
        is_permanent = self.nginx is not None and (self.script in (None, stall) or self.step is not None)
        return ("always",) if is_permanent else TIMES


FAULTS: list[Fault] = []

NO_RESPONSE = errors.NoResponseError
DROPPED = (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)
CUT_SHORT = (httpx.RemoteProtocolError,)
TIMED_OUT = (httpx.ReadTimeout,)


def _same(expected: Expected) -> dict[Kind, Expected]:
    """Expect the same of all methods, of which ``create`` creates a job with each request."""
    return {**dict.fromkeys(KINDS, expected), "create": replace(expected, jobs=expected.requests)}


def _value(attempts: int, requests: int) -> dict[Kind, Expected]:
    return _same(Expected(None, attempts, requests))


def lost_before(error: type[errors.EmissaryClientError], status: int | None = None) -> Expectations:
    """Expect the outcome of a request that is lost, perhaps after the platform received it."""
    lost = Expected(error, 4, 0, may=True, status=status)
    create = replace(lost, attempts=1)
    return {"once": {**_value(2, 1), "create": create}, "always": {**_same(lost), "create": create}}


def lost_after(error: type[errors.EmissaryClientError], attempts: int = 4, status: int | None = None) -> Expectations:
    """Expect the outcome of a request that is processed and whose response is lost."""
    lost = Expected(error, attempts, attempts, may=True, status=status)
    create = replace(lost, attempts=1, requests=1, jobs=1)
    gone = Expected(errors.APIErrorNotFound, 2, 2, may=True, status=404)  # deleted by the first attempt
    return {
        "once": {**_value(2, 2), "delete": gone, "create": create},
        "always": {**_same(lost), "create": create},
    }


def refused(error: type[errors.EmissaryClientError], status: int | None = None) -> Expectations:
    """Expect the outcome of a request that the platform certainly has not processed."""
    return {"once": _value(2, 1), "always": _same(Expected(error, 4, 0, may=False, status=status))}


def always(expected: dict[Kind, Expected]) -> Expectations:
    """Expect the same, whether the fault happens once or always."""
    return {"once": expected, "always": expected}


def fault(
    name: str, expected: Expectations, *causes: type[BaseException], **options: Any
) -> Callable[[Script], Script]:
    """Add a function to the faults."""

    def add(script: Script) -> Script:
        FAULTS.append(Fault(name, script, expected, causes, **options))
        return script

    return add


FAULTS.append(Fault("connection refused", None, refused(NO_RESPONSE), (httpx.ConnectError,)))


@fault("accepted and closed", lost_before(NO_RESPONSE), *DROPPED)
def accept_and_close(_link: Link) -> None:
    """Accept the connection and close it."""


@fault("reset before the request", lost_before(NO_RESPONSE), *DROPPED)
def reset_before_the_request(link: Link) -> None:
    """Reset the connection when a request arrives."""
    link.wait_for_request()
    link.reset()


@fault("reset after the request", lost_after(NO_RESPONSE), *DROPPED)
def reset_after_the_request(link: Link) -> None:
    """Reset the connection after the request was processed."""
    link.exchange()
    link.reset()


@fault("dropped in the headers", lost_after(NO_RESPONSE), *CUT_SHORT)
def drop_in_the_headers(link: Link) -> None:
    """Close the connection in the middle of the response's headers."""
    link.send(link.exchange().encode().partition(b"\r\n\r\n")[0][:-10])


@fault("dropped in the body", lost_after(NO_RESPONSE), *CUT_SHORT)
def drop_in_the_body(link: Link) -> None:
    """Close the connection in the middle of the response's body."""
    link.send(_with_body(link.exchange()).encode()[:-1])


@fault("slow trickle", lost_after(errors.APITimeoutError, 2), *TIMED_OUT, is_slow=True)
def trickle(link: Link) -> None:
    """Send a body without end, one byte at a time."""
    link.send(_with_body(link.exchange(), extra_length=1_000_000).encode())
    while not link.pause(0.01):
        link.send(b" ")


@fault("stall past the timeout", lost_after(errors.APITimeoutError, 2), *TIMED_OUT, is_slow=True)
def stall(link: Link) -> None:
    """Do not respond to a request that was processed."""
    link.exchange()
    link.hold()


@fault("two Content-Lengths", lost_after(NO_RESPONSE), *CUT_SHORT)
def send_two_lengths(link: Link) -> None:
    """Send two different lengths."""
    response = _with_body(link.exchange())
    link.send(response.encode().replace(b"\r\n\r\n", b"\r\ncontent-length: 1\r\n\r\n", 1))


@fault("Content-Length too long", lost_after(NO_RESPONSE), *CUT_SHORT)
def promise_too_much(link: Link) -> None:
    """Announce a longer body than is sent."""
    link.send(_with_body(link.exchange(), extra_length=10).encode())


_UNREADABLE = Expected(errors.ResponseValidationError, 1, 1, may=True, status=200)
_ODD_BODY: dict[Kind, Expected] = {**_same(_UNREADABLE), "create": replace(_UNREADABLE, jobs=1, status=201)}


@fault("Content-Length too short", always(_ODD_BODY), ValueError)
def promise_too_little(link: Link) -> None:
    """Announce a shorter body than is sent."""
    link.send(_with_body(link.exchange(), extra_length=-1).encode())
    link.relay()


@fault("chunked body cut off", lost_after(NO_RESPONSE), *CUT_SHORT)
def break_off_the_chunks(link: Link) -> None:
    """Send a chunked body without its last chunk."""
    body = _with_body(link.exchange()).body
    link.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(body), body))


@fault("gzip that is not gzip", always(_ODD_BODY), httpx.DecodingError)
def call_it_gzip(link: Link) -> None:
    """Announce a compression that the body does not have."""
    response = _with_body(link.exchange())
    link.respond(replace(response, headers={"content-encoding": "gzip"}))
    link.relay()


@fault("garbage instead of HTTP", lost_before(NO_RESPONSE), *CUT_SHORT)
def speak_another_protocol(link: Link) -> None:
    """Send something that is not HTTP."""
    link.request()
    link.send(b"SSH-2.0-OpenSSH_9.9\r\nProtocol mismatch.\r\n\r\n")


@fault("500 interim (1xx) responses", always(_value(1, 1)))
def send_interim_responses(link: Link) -> None:
    """Send hundreds of interim responses before the final one."""
    response = link.exchange()
    link.send(b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" * 250)
    link.respond(response)
    link.relay()


@fault("idle connection closed before its reuse", always(_value(1, 1)), earlier="closed")
def close_while_idle(link: Link) -> None:
    """Relay one request and close the connection before the next one."""
    link.relay(1)


_CLOSING: dict[Kind, Expected] = {**_value(2, 1), "create": Expected(NO_RESPONSE, 1, 0, may=True)}


@fault("idle connection closed as it is reused", always(_CLOSING), *DROPPED, earlier="open")
def close_as_it_is_reused(link: Link) -> None:
    """Relay one request and close the connection while the next one arrives."""
    link.relay(1)
    link.wait_for_request()


_UNTRUSTED = _same(Expected(NO_RESPONSE, 1, 0, may=False))


@fault("untrusted TLS certificate", always(_UNTRUSTED), httpx.ConnectError, is_tls=True)
def present_an_unknown_certificate(link: Link) -> None:
    """Use a certificate of an unknown authority."""
    link.start_tls(_unknown_certificate())
    link.relay()


def _responding(status: int, *, processed: bool = False, **headers: str) -> Script:
    """Return a script that responds with an error in place of the emulator, or after it has processed the request."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    response = RawResponse(status, b"", {"connection": "close", **given})

    def script(link: Link) -> None:
        if processed:
            link.exchange()
        else:
            link.request()
        link.respond(response)

    return script


ask_to_retry = _responding(503, retry_after="0")
FAULTS.extend(
    [
        Fault("500, not processed", _responding(500), lost_before(errors.APIServerError, 500)),
        Fault("502, processed", _responding(502, processed=True), lost_after(errors.APIServerError, status=502)),
        Fault("503 with Retry-After", ask_to_retry, refused(errors.APIServerError, 503)),
        Fault("429", _responding(429), refused(errors.APIErrorTooManyRequests, 429)),
        Fault("idle timeout", Link.relay, always(_value(1, 1)), earlier="closed", nginx="keepalive_timeout 50ms;"),
        Fault("reload", Link.relay, always(_value(1, 1)), earlier="closed", nginx="", step="reload"),
        Fault("upstream not running: 502", None, lost_before(errors.APIServerError, 502), nginx=""),
        Fault("upstream killed: 502", reset_after_the_request, lost_after(errors.APIServerError, status=502), nginx=""),
        Fault(
            "upstream too slow: 504",
            stall,
            lost_after(errors.APIServerError, status=504),
            nginx="proxy_read_timeout 400ms;",
        ),
        Fault(
            "connection limit: 503",
            Link.relay,
            lost_before(errors.APIServerError, 503),
            nginx="limit_conn all 1;",
            step="busy",
        ),
        Fault(
            "connection limit: 429",
            Link.relay,
            refused(errors.APIErrorTooManyRequests, 429),
            nginx="limit_conn all 1; limit_conn_status 429;",
            step="busy",
        ),
    ]
)


@cache
def _unknown_certificate() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate: Any = trustme.CA().issue_cert("127.0.0.1")  # its annotations name a package that may be missing
    certificate.configure_cert(context)
    return context


def _with_body(response: RawResponse, extra_length: int = 0) -> RawResponse:
    """Return a response with a body and a length that may be wrong; a 204 becomes a 200 with an empty object."""
    status = 200 if response.status == 204 else response.status
    body = response.body or b"{}"
    return _WrongLength(status, body, {}, extra_length)


@dataclass(frozen=True)
class _WrongLength(RawResponse):
    extra_length: int = 0

    def encode(self) -> bytes:
        """Return the response as bytes."""
        length = len(self.body)
        right, wrong = b"content-length: %d\r\n" % length, b"content-length: %d\r\n" % (length + self.extra_length)
        return super().encode().replace(right, wrong, 1)

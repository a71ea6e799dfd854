"""What becomes of a call that a fault befalls: the one source of the tests and of the table in the page.

A new fault is a function in ``faults`` and a row in ``FAULTS``; the tests and the table follow from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import httpx
import pydantic

from emissary_client_sdk import errors

from . import faults

if TYPE_CHECKING:
    from .proxy import Script

Kind: TypeAlias = Literal["read", "delete", "cancel", "create"]
Strikes: TypeAlias = Literal["once", "always"]
"""Whether a fault befalls the first connection only, or each."""

KINDS: tuple[Kind, ...] = get_args(Kind)
STRIKES: tuple[Strikes, ...] = get_args(Strikes)
METHODS: dict[str, Kind] = {
    "create": "create",
    "list": "read",
    "retrieve": "read",
    "list_checkpoints": "read",
    "delete": "delete",
    "cancel": "cancel",
}


class Scheme(Enum):
    """What the proxy's URL begins with."""

    HTTP = "http"
    HTTPS = "https"


@dataclass(frozen=True)
class Expected:
    """What becomes of a call.

    :ivar outcome: the type of its error; None where it gives the right value.
    :ivar attempts: how many attempts it makes.
    :ivar requests: how many requests reach the platform.
    :ivar jobs: how many training jobs it creates.
    :ivar may: the error's ``request_may_have_been_processed``.
    :ivar status: the error's ``status_code``.
    """

    outcome: type[errors.EmissaryClientError] | None
    attempts: int
    requests: int
    jobs: int = 0
    may: bool | None = None
    status: int | None = None


Expectations: TypeAlias = dict[Strikes, dict[Kind, Expected]]


@dataclass(frozen=True)
class Fault:
    """A row of the table.

    :ivar name: what it is called, in the table and in the ids of the tests.
    :ivar script: what the proxy does; None where it refuses the connection.
    :ivar expected: what becomes of a call of each kind.
    :ivar causes: of which types the ``__cause__`` of the error may be; None is allowed by ``NoneType``.
    :ivar idle: the call finds a connection of an earlier call that is idle, ``"open"`` or ``"closed"`` meanwhile.
    :ivar is_slow: the call ends by its timeout, which the test makes short.
    """

    name: str
    script: Script | None
    expected: Expectations
    causes: tuple[type[BaseException], ...] = ()
    idle: Literal["open", "closed"] | None = None
    is_slow: bool = False
    scheme: Scheme = Scheme.HTTP


def _value(attempts: int, requests: int) -> dict[Kind, Expected]:
    value = Expected(None, attempts, requests)
    return {"read": value, "delete": value, "cancel": value, "create": replace(value, jobs=1)}


def _same(expected: Expected, *kinds: Kind) -> dict[Kind, Expected]:
    return dict.fromkeys(kinds or KINDS, expected)


_GONE = Expected(errors.APIErrorNotFound, 2, 2, may=True, status=404)
"""A deletion that was done at the first attempt, and whose second one finds nothing to delete."""


def _lost_before(error: type[errors.EmissaryClientError], status: int | None = None) -> Expectations:
    """Expect what becomes of a request that is lost on its way, as far as anybody can tell."""
    lost = Expected(error, 4, 0, may=True, status=status)
    create = replace(lost, attempts=1)
    return {
        "once": {**_value(2, 1), "create": create},
        "always": {**_same(lost), "create": create},
    }


def _lost_after(error: type[errors.EmissaryClientError], attempts: int = 4, status: int | None = None) -> Expectations:
    """Expect what becomes of a request whose answer is lost."""
    lost = Expected(error, attempts, attempts, may=True, status=status)
    create = replace(lost, attempts=1, requests=1, jobs=1)
    return {
        "once": {**_value(2, 2), "delete": _GONE, "create": create},
        "always": {**_same(lost), "create": create},
    }


def _refused(error: type[errors.EmissaryClientError], status: int | None = None) -> Expectations:
    """Expect what becomes of a request on which the platform certainly has not acted."""
    return {"once": _value(2, 1), "always": _same(Expected(error, 4, 0, may=False, status=status))}


def _always(expected: dict[Kind, Expected]) -> Expectations:
    """Expect the same, whether the fault strikes once or always."""
    return {"once": expected, "always": expected}


def _final(expected: Expected) -> dict[Kind, Expected]:
    return {**_same(expected), "create": replace(expected, jobs=expected.requests)}


_NO_ANSWER = errors.NoResponseError
_UNREADABLE = Expected(errors.ResponseValidationError, 1, 1, may=True, status=200)
_DROPPED = (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)
_CUT_SHORT = (httpx.RemoteProtocolError,)

FAULTS = (
    Fault("connection refused", None, _refused(_NO_ANSWER), (httpx.ConnectError,)),
    Fault("accepted and closed", faults.accept_and_close, _lost_before(_NO_ANSWER), _DROPPED),
    Fault("reset before the request", faults.reset_before_the_request, _lost_before(_NO_ANSWER), _DROPPED),
    Fault("reset after the request", faults.reset_after_the_request, _lost_after(_NO_ANSWER), _DROPPED),
    Fault("dropped in the headers", faults.drop_in_the_headers, _lost_after(_NO_ANSWER), _CUT_SHORT),
    Fault("dropped in the body", faults.drop_in_the_body, _lost_after(_NO_ANSWER), _CUT_SHORT),
    Fault("slow trickle", faults.trickle, _lost_after(errors.APITimeoutError, 2), (httpx.ReadTimeout,), is_slow=True),
    Fault(
        "stall past the timeout",
        faults.stall,
        _lost_after(errors.APITimeoutError, 2),
        (httpx.ReadTimeout,),
        is_slow=True,
    ),
    Fault("two Content-Lengths", faults.promise_two_lengths, _lost_after(_NO_ANSWER), _CUT_SHORT),
    Fault("Content-Length too long", faults.promise_too_much, _lost_after(_NO_ANSWER), _CUT_SHORT),
    Fault(
        "Content-Length too short",
        faults.promise_too_little,
        _always(
            {
                **_same(_UNREADABLE, "read"),
                **_same(Expected(None, 1, 1), "delete", "cancel"),
                "create": replace(_UNREADABLE, jobs=1, status=201),
            }
        ),
        (pydantic.ValidationError,),
    ),
    Fault("chunked body cut off", faults.break_off_the_chunks, _lost_after(_NO_ANSWER), _CUT_SHORT),
    Fault(
        "gzip that is not gzip",
        faults.call_it_gzip,
        _always(_final(Expected(_NO_ANSWER, 1, 1, may=True))),
        (httpx.DecodingError,),
    ),
    Fault("garbage instead of HTTP", faults.talk_nonsense, _lost_before(_NO_ANSWER), _CUT_SHORT),
    Fault("storm of 1xx answers", faults.storm, _always(_value(1, 1))),
    Fault("idle connection closed before its reuse", faults.close_while_idle, _always(_value(1, 1)), idle="closed"),
    Fault(
        "idle connection closed just as it is reused",
        faults.close_as_it_is_reused,
        _always({**_value(2, 1), "create": Expected(_NO_ANSWER, 1, 0, may=True)}),
        _DROPPED,
        idle="open",
    ),
    Fault(
        "TLS certificate that nobody signed",
        faults.present_an_unknown_certificate,
        _always(_final(Expected(_NO_ANSWER, 1, 0, may=False))),
        (httpx.ConnectError,),
        scheme=Scheme.HTTPS,
    ),
    Fault("500, before acting", faults.fail_before_acting, _lost_before(errors.SDKError, 500)),
    Fault("502, after acting", faults.fail_after_acting, _lost_after(errors.SDKError, status=502)),
    Fault("503 with Retry-After", faults.be_busy, _refused(errors.SDKError, 503)),
    Fault("429", faults.be_asked_too_often, _refused(errors.SDKError, 429)),
)

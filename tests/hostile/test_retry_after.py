"""``Retry-After`` with any string, in whole calls: how long they wait, and that they never fail by it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emissary_client_sdk import UNSET, BackoffStrategy, RetryConfig, errors

from .support import anything, examples

if TYPE_CHECKING:
    from ..support.calling import Call

LONGEST = 30.0
ELAPSED = 5.0
CONFIGURED = RetryConfig("backoff", BackoffStrategy(1000, 2000, 1.5, 1000 * ELAPSED), retry_connection_errors=True)

pieces = st.sampled_from(
    [*"0123456789:.-+/, TZWeE'", "GMT", "UTC", "Mon", "Jan", "am", "99", "::", "inf", "nan", "10:30", "\u0661", "1e400"]
)
values = st.one_of(
    st.text(max_size=60),
    st.lists(pieces, max_size=20).map("".join),
    st.floats().map(str),
    st.integers().map(str),
    st.datetimes().map(lambda moment: moment.strftime("%a, %d %b %Y %H:%M:%S GMT")),
)
names = st.sampled_from(["Retry-After", "Retry-After-Ms", "retry-after", "RETRY-AFTER-MS"])


def answer(status: int, name: str, value: str) -> httpx.Response:
    """Make an error that asks to wait."""
    return httpx.Response(status, headers=[(name.encode(), value.encode("utf-8", "replace"))])


NASTY = [
    "9" * 5000,
    "9" * 5000 + ":",
    "-0",
    "1_0",
    "0x1F",
    "\u0661\u0662",
    "31 Dec 9999 23:59:59 GMT",
    "0:0:0",
    "::",
    "\x00",
    "",
]


@pytest.mark.parametrize("status", [429, 503])
def test_the_default_waits(call: Call, waits: list[float], status: int) -> None:
    """Whatever the header says, a call waits at most three times, at most 30 s each, and reports the status."""
    with anything(call, retry_config=UNSET) as server:

        @examples(40)
        @given(names, values)
        @example("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT")
        @example("Retry-After", "0001-01-01T00:00:00-23:59")
        def holds(name: str, value: str) -> None:
            waits.clear()
            error = server.outcome("list", answer(status, name, value))
            assert isinstance(error, errors.SDKError)
            assert error.status_code == status
            assert len(waits) <= 3
            assert all(0 <= wait <= LONGEST for wait in waits)
            if error.retry_after is not None and error.retry_after > LONGEST:
                assert waits == []

        holds()


@pytest.mark.parametrize("status", [429, 503])
def test_the_configured_waits(call: Call, waits: list[float], status: int) -> None:
    """No wait that a caller's own configuration leads to goes past its end."""
    with anything(call, retry_config=CONFIGURED) as server:

        @examples(25)
        @given(names, values.filter(lambda value: value.strip(" 0.+-eE") != ""))
        def holds(name: str, value: str) -> None:
            seen = 0

            def once(_: httpx.Request) -> httpx.Response:
                nonlocal seen
                seen += 1
                return answer(status, name, value) if seen == 1 else httpx.Response(400)

            waits.clear()
            assert isinstance(server.outcome("list", once), errors.SDKError)
            assert len(waits) <= 1
            assert all(0 <= wait <= ELAPSED for wait in waits)

        holds()


@pytest.mark.parametrize("value", NASTY, ids=[ascii(value[:20]) for value in NASTY])
def test_values_that_have_been_trouble_elsewhere(call: Call, waits: list[float], value: str) -> None:
    """Numbers of no end, digits of other scripts and half a date are survived, and what is reported is finite."""
    with anything(call) as server:
        error = server.outcome("create", answer(503, "Retry-After", value))
    assert isinstance(error, errors.SDKError)
    assert error.retry_after is None or math.isfinite(error.retry_after)
    assert waits == []

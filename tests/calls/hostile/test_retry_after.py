"""Any ``Retry-After`` and ``Retry-After-Ms``: the pauses stay within their limits, and nothing overflows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import httpx
from hypothesis import example, given
from hypothesis import strategies as st

from emissary_client_sdk import UNSET, BackoffStrategy, RetryConfig, errors

from .support import BY_METHOD, LIST, Mock, examples

if TYPE_CHECKING:
    from ...support.calling import Call

MAX_PAUSE = 30.0
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
    st.sampled_from(
        ["9" * 5000, "9" * 5000 + ":", "-0", "1_0", "0x1F", "31 Dec 9999 23:59:59 GMT", "0:0:0", "::", "\x00", ""]
    ),
)
headers = st.tuples(st.sampled_from(["Retry-After", "retry-after-ms"]), values)
statuses = st.sampled_from([429, 503])
AFTER_ALL_YEARS = ("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT")


def response(status: int, header: tuple[str, str]) -> httpx.Response:
    """Return an error that asks for a pause."""
    name, value = header
    return httpx.Response(status, headers=[(name.encode(), value.encode("utf-8", "replace"))])


def test_default_pauses(call: Call, waits: list[float]) -> None:
    """There are at most three, of at most 30 s each; a longer one ends the call."""
    mock = Mock(call, retry_config=UNSET)

    @examples(25)
    @given(statuses, headers)
    @example(503, AFTER_ALL_YEARS)
    @example(503, ("Retry-After", "0001-01-01T00:00:00-23:59"))
    def check(status: int, header: tuple[str, str]) -> None:
        waits.clear()
        error = mock.outcome(LIST, response(status, header))
        assert isinstance(error, errors.SDKError)
        assert error.status_code == status
        assert len(waits) <= 3
        assert all(0 <= wait <= MAX_PAUSE for wait in waits)
        if error.retry_after is not None:
            assert math.isfinite(error.retry_after)
            assert error.retry_after <= MAX_PAUSE or waits == []

    check()


def test_configured_pauses(call: Call, waits: list[float]) -> None:
    """None exceeds the caller's limit."""
    mock = Mock(call, retry_config=CONFIGURED)

    @examples(25)
    @given(statuses, headers)
    @example(429, AFTER_ALL_YEARS)
    def check(status: int, header: tuple[str, str]) -> None:
        waits.clear()
        responses = [response(status, header), httpx.Response(400)]
        assert isinstance(mock.outcome(LIST, lambda _: responses.pop(0)), errors.SDKError)
        assert len(waits) <= 1
        assert all(0 <= wait <= ELAPSED for wait in waits)

    check()


def test_pauses_while_polling(call: Call, waits: list[float]) -> None:
    """None exceeds half an hour."""
    responses: list[httpx.Response] = []
    mock = Mock(call)
    mock.response = lambda _: responses.pop(0)

    @examples(25)
    @given(statuses, headers)
    @example(503, AFTER_ALL_YEARS)
    @example(503, ("Retry-After", "9999999999"))
    def check(status: int, header: tuple[str, str]) -> None:
        waits.clear()
        responses[:] = [response(status, header), httpx.Response(200, json={"id": "t", "status": "Success"})]
        job = call(mock.client, "training_jobs.wait", project_id="p", training_job_id="t", poll_interval_ms=100)
        assert job.id == "t"
        assert len(waits) == 1
        assert 0 <= waits[0] <= 1800.0

    check()


def test_pauses_while_a_deployment_wakes_up(call: Call, waits: list[float]) -> None:
    """None exceeds a minute."""
    chat = BY_METHOD["chat.completions.create"]

    @examples(25)
    @given(statuses, headers)
    @example(503, AFTER_ALL_YEARS)
    def check(status: int, header: tuple[str, str]) -> None:
        waits.clear()
        mock = Mock(call)  # a client remembers how long the model asked it to pause
        responses = [response(status, header), httpx.Response(404)]
        mock.response = lambda _: responses.pop(0)
        try:
            call(mock.client, chat.method, **chat.arguments, wake_timeout_ms=1e13)
        except errors.SDKError as error:
            assert error.status_code == 404  # noqa: PT017  # the call has no other end
        assert len(waits) == 1
        assert 0 <= waits[0] <= 60.0

    check()

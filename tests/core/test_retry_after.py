"""For how long an answer asks to wait: seconds, milliseconds, dates and nonsense."""

from datetime import datetime, timezone

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emissary_client_sdk.utils.retries import retry_after

NOW = datetime(2026, 11, 6, 8, 49, 30, tzinfo=timezone.utc)


def asked(**headers: str) -> float | None:
    """Read headers, given with underscores."""
    return retry_after(httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()}), lambda: NOW)


@pytest.mark.parametrize(("value", "seconds"), [("0", 0.0), ("7", 7.0), ("1.5", 1.5), (" 7 ", 7.0), ("1e2", 100.0)])
def test_seconds(value: str, seconds: float) -> None:
    """Retry-After gives seconds, whole or not."""
    assert asked(Retry_After=value) == seconds


@pytest.mark.parametrize(
    "date",
    [
        "Fri, 06 Nov 2026 08:49:37 GMT",
        "Friday, 06-Nov-26 08:49:37 GMT",
        "Fri Nov  6 08:49:37 2026",
        "Fri, 06 Nov 2026 08:49:37 +0200",
    ],
)
def test_dates(date: str) -> None:
    """Retry-After gives a date in any of the three formats of HTTP, always in GMT."""
    assert asked(Retry_After=date) == 7.0


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("Fri, 06 Nov 2026 08:49:00 GMT", 0.0),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0.0),
        (
            "Fri, 31 Dec 9999 23:59:59 GMT",
            (datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc) - NOW).total_seconds(),
        ),
    ],
)
def test_dates_far_away(date: str, seconds: float) -> None:
    """A date that is past asks for no wait; one in the year 9999 for a long one, which the policy refuses."""
    assert asked(Retry_After=date) == seconds


@pytest.mark.parametrize(
    "value",
    [
        *["-1", "-0.5", "nan", "inf", "-inf", "1e400", "9" * 400, "", "soon", "may", "12:", ":", "\ufffd", "1,5"],
        *["Fri, 99 Nov 2026 08:49:37 GMT", "Fri, 06 Nov 10000 08:49:37 GMT", "Fri, 06 Nov 2026 08:49:37 GMT " * 50],
    ],
)
def test_nonsense(value: str) -> None:
    """A value that says nothing sensible is no wish at all."""
    assert retry_after({"retry-after": value}, lambda: NOW) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after_ms": "250"}, 0.25),
        ({"retry_after_ms": "250", "retry_after": "9"}, 0.25),
        ({"retry_after_ms": "0", "retry_after": "9"}, 0.0),
        ({"retry_after_ms": "-1", "retry_after": "9"}, 9.0),
        ({"retry_after_ms": "soon"}, None),
        ({}, None),
    ],
)
def test_milliseconds(headers: dict[str, str], seconds: float | None) -> None:
    """``retry-after-ms`` is the finer one and wins where it makes sense."""
    assert asked(**headers) == seconds


DATE_PARTS = "0123456789:-+.,/ TZapmAPM"


@given(st.text(max_size=60) | st.text(alphabet=DATE_PARTS, max_size=40) | st.datetimes().map(str))
@example("0:0:0:0")
@example("1:1 am pm")
def test_any_text(value: str) -> None:
    """No text raises or warns, and what comes out is a number of seconds or nothing."""
    for name in ("retry-after", "retry-after-ms"):
        seconds = retry_after({name: value}, lambda: NOW)
        assert seconds is None or 0 <= seconds < 1e308

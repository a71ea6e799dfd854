"""The pause that a response asks for: seconds, milliseconds, dates and nonsense."""

from datetime import datetime, timezone

import httpx
import pytest

from emissary_client_sdk.utils.retries import retry_after

NOW = datetime(2026, 11, 6, 8, 49, 30, tzinfo=timezone.utc)
FAR = (datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc) - NOW).total_seconds()
NONSENSE = [
    "-1",
    "-0.5",
    "nan",
    "inf",
    "-inf",
    "1e400",
    "9" * 400,
    "",
    "soon",
    "may",
    "12:",
    ":",
    "\ufffd",
    "1,5",
    "Fri, 99 Nov 2026 08:49:37 GMT",
    "Fri, 06 Nov 10000 08:49:37 GMT",
    "Fri, 06 Nov 2026 08:49:37 GMT " * 50,
]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        *[({"Retry-After": value}, float(value)) for value in ("0", "7", "1.5", " 7 ", "1e2")],
        ({"Retry-After": "Fri, 06 Nov 2026 08:49:37 GMT"}, 7.0),
        ({"Retry-After": "Friday, 06-Nov-26 08:49:37 GMT"}, 7.0),
        ({"Retry-After": "Fri Nov  6 08:49:37 2026"}, 7.0),
        ({"Retry-After": "Fri, 06 Nov 2026 08:49:37 +0200"}, 7.0),
        ({"Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"}, 0.0),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}, FAR),
        *[({"Retry-After": value}, None) for value in NONSENSE],
        ({"Retry-After-Ms": "250", "Retry-After": "9"}, 0.25),
        ({"Retry-After-Ms": "-1", "Retry-After": "9"}, 9.0),
        ({"Retry-After-Ms": "soon"}, None),
        ({}, None),
    ],
)
def test_seconds_dates_and_milliseconds_are_read(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds, HTTP dates in GMT and milliseconds are read; anything else asks for nothing."""
    assert retry_after(httpx.Headers([(n.encode(), v.encode()) for n, v in headers.items()]), lambda: NOW) == seconds

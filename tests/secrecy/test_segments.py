"""Ids of every nasty kind: each reaches the server as exactly one segment of the path, or is refused unsent."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

import httpx
import httpx2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from emissary_client_sdk import EmissaryClient

from ..support.answers import KEY, METHODS, well_behaved
from ..support.rawserver import RawServer, Request, answering
from .support import http_options

if TYPE_CHECKING:
    from types import ModuleType

    from ..support.calling import Call

NASTY = [
    *["/", "a/b", "/a", "a/", "//", "../x", "..%2f", "%2e%2e", "%2E", "%", "%%", "%zz", "%00", "...", "..;", ".%2e"],
    *["?", "a?b=c", "#", "a#b", ";", "a;b=c", ":", "@", "user:pass@host", "\\", "..\\..", "&", "=", "+", "*", "~", "'"],
    *["\x00", "a\x00b", "\n", "a\r\nHost: evil", "\t", "\x7f", "\x1b[2J", "a b", " a ", "\u00a0a", "\u2028", "\ufeff"],
    *[
        "\u00e9",
        "e\u0301",
        "\u0661",
        "\u202e",
        "\uff0e\uff0e",
        "\uff0f",
        "\u2024\u2024",
        "\U0001f680",
        "\ud800",
        "\udfff",
    ],
    *["{project_id}", "{0}", "{", "%(x)s", "$x", "<b>", '"', "`id`", "|", "^", "[::1]", "http://evil.example/"],
    *["a" * 10_000, "/" * 10_000, "\U0001f680" * 2_500, ".", "..", "", " ", "\u3000"],
]
SENT_ONCE = {
    "list": "",
    "retrieve": "",
    "delete": "",
    "create": "",
    "cancel": "cancel",
    "list_checkpoints": "checkpoints",
}

ids = (
    st.text(min_size=1, max_size=60)
    | st.text("./\\%?#:@;&=+ \x00\r\n{}", min_size=1, max_size=12)
    | st.sampled_from(NASTY)
)
clients = pytest.mark.parametrize("library", [None, httpx, httpx2], ids=["own", "httpx", "httpx2"])


def segments_of(request: Request) -> list[str]:
    """Give what a server makes of the path: its segments, decoded."""
    assert request.target.isascii()
    assert "?" not in request.target
    assert "#" not in request.target
    return [unquote_to_bytes(part).decode() for part in request.target.split("/")]


@clients
def test_any_id(call: Call, library: ModuleType | None) -> None:
    """The server finds the very id in its place and nothing else changed, or it finds no request at all."""
    with RawServer(answering(well_behaved)) as server, http_options(call, library) as options:
        client = EmissaryClient(KEY, server_url=server.url, retry_config=None, **options)

        @settings(
            max_examples=40,
            deadline=None,
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        )
        @given(st.sampled_from(METHODS), ids, ids)
        @example("delete", "a", "../../../v1/projects/b")
        @example("cancel", "a/training-jobs/b/cancel?", "c")
        def holds(method: str, project: str, job: str) -> None:
            check(call, client, server, method, project, job)

        holds()
        call.close_client(client)


@pytest.mark.parametrize("place", ["project_id", "training_job_id"])
def test_nasty_ids(call: Call, place: str) -> None:
    """None of the ids that have been trouble elsewhere reaches another path."""
    refused: list[str] = []
    with RawServer(answering(well_behaved)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        for value in NASTY:
            project, job = (value, "job") if place == "project_id" else ("project", value)
            if not check(call, client, server, "delete", project, job):
                refused.append(value)
        call.close_client(client)
    blank_or_dots = {value for value in NASTY if value.strip() in ("", ".", "..")}
    surrogates = {value for value in NASTY if "\ud800" <= value[:1] <= "\udfff"}
    assert set(refused) == blank_or_dots | surrogates


def check(call: Call, client: EmissaryClient, server: RawServer, method: str, project: str, job: str) -> bool:
    """Make one call and look at what the server got; false where the call was refused and nothing was sent."""
    before = len(server.requests)
    given: dict[str, str] = {"project_id": project}
    expected = ["", "v1", "projects", project, "training-jobs"]
    if method not in ("create", "list"):
        given["training_job_id"] = job
        expected.append(job)
    if SENT_ONCE[method]:
        expected.append(SENT_ONCE[method])
    try:
        call(client, method, **given)
    except ValueError as error:
        assert any(name in str(error) for name in given)  # noqa: PT017  # most ids are no error
        assert len(server.requests) == before
        return False
    (request,) = server.requests[before:]
    assert segments_of(request) == expected
    assert request.headers["host"] == server.url.removeprefix("http://")
    return True

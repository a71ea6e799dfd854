"""What one call can say besides its arguments: headers, another server, a timeout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import EmissaryClient, __version__, errors

from ..support.answers import ARGUMENTS, BODY, KEY, METHODS, well_behaved
from ..support.rawserver import RawServer, answering, silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..support.calling import Call

every_method = pytest.mark.parametrize("method", METHODS)


@pytest.fixture
def server() -> Iterator[RawServer]:
    """Give a server that answers as the platform would, and keeps the requests."""
    with RawServer(answering(well_behaved)) as running:
        yield running


@every_method
def test_what_every_request_carries(call: Call, server: RawServer, method: str) -> None:
    """The key, what is accepted, and who asks; a body where there is one, and only there."""
    with EmissaryClient(KEY, server_url=server.url) as client:
        call(client, method)
    headers = server.requests[0].headers
    assert headers["x-api-key"] == KEY
    assert headers["accept"] == "application/json"
    assert headers["user-agent"].startswith(f"emissary-client-sdk/{__version__}")
    assert headers["host"] == f"127.0.0.1:{server.port}"
    assert ("content-type" in headers) == (method == "create")
    assert bool(server.requests[0].body) == (method == "create")


def test_the_body_is_what_the_caller_set(call: Call, server: RawServer) -> None:
    """Field by field; what was not set is not sent."""
    with EmissaryClient(KEY, server_url=server.url) as client:
        call(client, "create", request_body={**BODY, "test_dataset_id": None, "new_field": [1]})
    assert server.requests[0].body == (
        b'{"base_model":"Llama-3.2-1B-Instruct","train_dataset_id":"ds-train","new_field":[1]}'
    )
    assert server.requests[0].headers["content-type"] == "application/json"


@every_method
def test_http_headers_are_sent_and_win(call: Call, server: RawServer, method: str) -> None:
    """For this call only, whatever case their names have."""
    given = {"X-Team": "blue", "user-agent": "mine/1", "X-API-KEY": "another-key"}
    with EmissaryClient(KEY, server_url=server.url) as client:
        call(client, method, http_headers=given)
        call(client, method)
    first, second = (request.headers for request in server.requests)
    assert (first["x-team"], first["user-agent"], first["x-api-key"]) == ("blue", "mine/1", "another-key")
    assert "x-team" not in second
    assert second["x-api-key"] == KEY


@every_method
@pytest.mark.parametrize("base", ["", "/", "/api", "/api/"])
def test_server_url_of_a_call(call: Call, server: RawServer, method: str, base: str) -> None:
    """Its path stays before the operation's."""
    with EmissaryClient(KEY, server_url="http://platform.invalid") as client:
        call(client, method, server_url=server.url + base)
    assert server.requests[0].target.startswith(base.rstrip("/") + "/v1/projects/project/training-jobs")


def test_server_url_of_the_environment(call: Call, server: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is used where the client is given none; and so is the key."""
    monkeypatch.setenv("EMISSARY_CLIENT_SERVER_URL", server.url)
    monkeypatch.setenv("EMISSARY_CLIENT_API_KEY", "key-of-the-environment")
    with EmissaryClient() as client:
        call(client, "list")
    assert server.requests[0].headers["x-api-key"] == "key-of-the-environment"


def test_a_key_that_changes(call: Call, server: RawServer) -> None:
    """A function is asked for each call, so that a key can be rotated."""
    keys = iter(["first-key", "second-key"])
    with EmissaryClient(lambda: next(keys), server_url=server.url) as client:
        call(client, "list")
        call(client, "list")
    assert [request.headers["x-api-key"] for request in server.requests] == ["first-key", "second-key"]


@every_method
@pytest.mark.parametrize("where", ["client", "call"])
def test_timeout_ms(call: Call, method: str, where: str) -> None:
    """Of the client or of the call; the call's wins."""
    of_client, of_call = (100, None) if where == "client" else (60_000, 100)
    with (
        RawServer(silent) as server,
        EmissaryClient(KEY, server_url=server.url, timeout_ms=of_client) as client,
        pytest.raises(errors.APITimeoutError, match="ReadTimeout") as caught,
    ):
        call(client, method, timeout_ms=of_call, retries=None)
    assert isinstance(caught.value, TimeoutError)
    assert caught.value.request_may_have_been_processed
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"http_headers": {"X-Team": "a\r\nb"}}, ValueError, "http_headers: the value of X-Team has a line break"),
        ({"http_headers": {"X Team": "a"}}, ValueError, "http_headers"),
        ({"http_headers": {"Content-Length": "1"}}, ValueError, "http_headers"),
        ({"http_headers": "X-Team: a"}, TypeError, "http_headers must be a mapping"),
        ({"http_headers": {"X-Team": 1}}, TypeError, "http_headers must be a mapping of str to str"),
        ({"server_url": "platform.invalid"}, ValueError, "server_url must be a URL"),
        ({"server_url": "ftp://platform.invalid"}, ValueError, "server_url"),
        ({"server_url": 1}, TypeError, "server_url must be a str"),
        ({"timeout_ms": 0}, ValueError, "timeout_ms must be"),
        ({"timeout_ms": -5}, ValueError, "timeout_ms must be"),
        ({"timeout_ms": float("nan")}, ValueError, "timeout_ms must be"),
        ({"timeout_ms": "5"}, TypeError, "timeout_ms must be a number of milliseconds"),
        ({"retries": 3}, TypeError, "retries must be a RetryConfig"),
        ({"project_id": ""}, ValueError, "project_id must not be empty"),
        ({"project_id": ".."}, ValueError, "project_id must not be"),
        ({"project_id": 7}, ValueError, "project_id"),
        ({"project_id": "\ud800"}, ValueError, "project_id"),
    ],
)
@every_method
def test_bad_options_are_refused_before_anything_is_sent(
    call: Call, server: RawServer, method: str, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    """With an error that names the argument."""
    with EmissaryClient(KEY, server_url=server.url) as client, pytest.raises(error, match=message):
        call(client, method, **options)
    assert server.connections == 0


@pytest.mark.parametrize("method", [method for method in METHODS if "training_job_id" in ARGUMENTS[method]])
@pytest.mark.parametrize("job", ["", "  ", ".", "..", None])
def test_a_bad_job_id_is_refused(call: Call, server: RawServer, method: str, job: Any) -> None:
    """It is a ValueError that names it."""
    with EmissaryClient(KEY, server_url=server.url) as client, pytest.raises(ValueError, match="training_job_id"):
        call(client, method, training_job_id=job)
    assert server.connections == 0


@pytest.mark.parametrize(
    "body", [{}, {"base_model": "m"}, [], "body", None, {**BODY, "parameters": {"a": float("nan")}}]
)
def test_a_bad_body_is_refused(call: Call, server: RawServer, body: Any) -> None:
    """It is pydantic's ValidationError, which is a ValueError."""
    with (
        EmissaryClient(KEY, server_url=server.url) as client,
        pytest.raises(ValueError, match=r"request_body|train_dataset_id"),
    ):
        call(client, "create", request_body=body)
    assert server.connections == 0


def test_an_unknown_keyword_is_refused(call: Call, server: RawServer) -> None:
    """As Python does it."""
    with EmissaryClient(KEY, server_url=server.url) as client, pytest.raises(TypeError, match="projectid"):
        call(client, "list", projectid="project")
    assert server.connections == 0


@every_method
def test_no_key_at_all(call: Call, server: RawServer, method: str) -> None:
    """It is an error before anything is sent; an Authorization header of the caller's will do instead."""
    with EmissaryClient(server_url=server.url) as client:
        with pytest.raises(errors.MissingAPIKeyError, match="EMISSARY_CLIENT_API_KEY"):
            call(client, method)
        assert server.connections == 0
        call(client, method, http_headers={"Authorization": "Bearer token"})
    assert server.requests[0].headers["authorization"] == "Bearer token"
    assert "x-api-key" not in server.requests[0].headers

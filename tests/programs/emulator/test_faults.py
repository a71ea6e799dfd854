"""Injected faults."""

import logging
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx
import pytest

from emissary_client_sdk import emulator
from emissary_client_sdk.emulator import Fault, Faults
from emissary_client_sdk.emulator.routes import ENDPOINTS, FILES

from .conftest import INFERENCE, JOB, JOBS, MODEL, Api, exchange

FAULT = "X-Emulator-Fault"
DROPPED = (httpx.RemoteProtocolError, httpx.ReadError)


@pytest.fixture
def http(platform: emulator.Server) -> Iterator[httpx.Client]:
    """Yield a client of an empty server."""
    with httpx.Client(base_url=platform.url, headers={"X-API-Key": "key"}) as client:
        yield client


def test_status_is_returned_as_often_as_asked(api: Api) -> None:
    """Nothing is done meanwhile. Then requests succeed again."""
    api.app.faults.add(status=503, times=2)
    assert len(api.app.faults) == 1
    assert [api.error(503, "POST", JOBS, JOB) for _ in range(2)] == ["an injected fault"] * 2
    assert api.get(JOBS) == []
    assert len(api.app.faults) == 0


@pytest.mark.parametrize("operation", [*ENDPOINTS, FILES[0]], ids=lambda operation: operation.name)
def test_fault_of_one_operation(api: Api, operation: Any) -> None:
    """Other operations do not fail; those of training jobs need no resource name."""
    api.app.faults.add(operation=operation.name.removeprefix("training_jobs."), status=418)
    api.get("/v1/models" if operation.path != "/v1/models" else JOBS)
    assert api.error(418, operation.method, operation.path) == "an injected fault"


def test_faults_happen_in_their_order(api: Api) -> None:
    """Those of other operations are skipped; a permanent one stays until it is cleared."""
    api.app.faults.add(operation="cancel", status=500)
    api.app.faults.add(Fault(status=501))
    api.app.faults.add(status=502, times=None)
    assert [api.send("GET", JOBS).status_code for _ in range(3)] == [501, 502, 502]
    api.app.faults.clear()
    assert api.get(JOBS) == []


@pytest.mark.parametrize(
    ("method", "path", "status"), [("POST", JOBS, 201), ("POST", INFERENCE[0], 200), ("DELETE", f"{JOBS}/x", 200)]
)
def test_refusal_is_a_success_with_an_error(api: Api, method: str, path: str, status: int) -> None:
    """Nothing is done, as on the platform without a payment method."""
    api.app.faults.add(refusal="Please pay first.")
    for headers in ({}, {FAULT: "refusal=Please pay first."}):
        response = api.send(method, path, JOB, headers=headers)
        assert (response.status_code, response.json()) == (status, {"error": "Please pay first."})
    assert api.get(JOBS) == []


@pytest.mark.parametrize(("seconds", "header"), [(1, "1"), (0.25, "0.25"), (0, "0")])
def test_retry_after(api: Api, seconds: float, header: str) -> None:
    """A fault from Python or from the header of a request sets it."""
    api.app.faults.add(status=429, retry_after=seconds)
    for headers in ({}, {FAULT: f"status=429; retry-after={seconds}"}):
        response = api.send("GET", JOBS, headers=headers)
        assert (response.status_code, response.headers["Retry-After"]) == (429, header)


@pytest.mark.parametrize(
    ("status", "body", "content_type", "text"),
    [
        (404, None, "application/json", '{"status":404,"error":"an injected fault","code":"object_not_found"}'),
        (200, ["not", "a job"], "application/json", '["not","a job"]'),
        (502, "<html>", "text/plain; charset=utf-8", "<html>"),
        (302, None, "application/json", '{"status":302,"error":"an injected fault"}'),
        (204, "lost", None, ""),
        (304, None, None, ""),
    ],
)
def test_body_of_a_fault(api: Api, status: int, body: Any, content_type: str | None, text: str) -> None:
    """The documented error by default; some statuses have no body."""
    api.app.faults.add(status=status, body=body)
    response = api.send("GET", JOBS)
    assert (response.status_code, response.text) == (status, text)
    assert response.headers.get("Content-Type") == content_type


@pytest.mark.parametrize(("when", "created"), [("before", 0), ("after", 1)])
def test_dropped_connection(
    platform: emulator.Server, http: httpx.Client, caplog: pytest.LogCaptureFixture, when: Any, created: int
) -> None:
    """The connection closes before or after the job is created, and no other; the log does not have an error."""
    caplog.set_level(logging.INFO, "emissary_client_sdk.emulator")
    with httpx.Client(base_url=platform.url, headers=http.headers) as other:
        stream = other.get(JOBS).extensions["network_stream"]
        platform.faults.add(drop=when)
        for headers in ({}, {FAULT: f"drop={when}"}):
            with pytest.raises(DROPPED):
                http.post(JOBS, json=JOB, headers=headers)
        assert len(other.get(JOBS).json()) == 2 * created
        assert stream.get_extra_info("socket").fileno() > 0
    assert caplog.text.count(f"POST {JOBS} dropped") == 2
    assert not [record for record in caplog.records if record.levelno > logging.INFO]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("GET", JOBS, None), ("POST", INFERENCE[1], {"model": MODEL, "prompt": "x", "stream": True})],
    ids=["json", "stream"],
)
def test_connection_dropped_during_the_response(http: httpx.Client, method: str, path: str, body: object) -> None:
    """The first half of the body arrives."""
    whole = http.request(method, path, json=body).content
    received: list[bytes] = []
    with http.stream(method, path, json=body, headers={FAULT: "drop=during"}) as response:
        assert response.status_code == 200
        with pytest.raises(DROPPED):
            received.extend(response.iter_raw())
    assert len(b"".join(received)) == len(whole) // 2  # the bytes may name another second


def test_latency_passes_after_acting(platform: emulator.Server, http: httpx.Client) -> None:
    """A client that gives up early has its job; other requests are not delayed."""
    platform.faults.add(latency=600)
    with pytest.raises(httpx.ReadTimeout):
        http.post(JOBS, json=JOB, timeout=0.2)
    assert len(http.get(JOBS).json()) == 1
    assert http.post(JOBS, json=JOB, headers={FAULT: "latency=0.1"}).elapsed.total_seconds() > 0.05


def test_latency_combines_with_other_faults(http: httpx.Client) -> None:
    """A late error, a late 404 and a connection that drops late."""
    assert http.get(JOBS, headers={FAULT: "latency=0.01;status=500"}).status_code == 500
    assert http.get(JOBS + "/x", headers={FAULT: "latency=0.01"}).json()["code"] == "object_not_found"
    with pytest.raises(DROPPED):
        http.get(JOBS, headers={FAULT: "latency=0.01; drop=before"})


@pytest.mark.parametrize(
    "header",
    [
        "",
        ";",
        "status",
        "status=",
        "status=abc",
        "status=99",
        "status=600",
        "status=500, drop=after",
        "latency=-1",
        "latency=nan",
        "latency=inf",
        "latency=0",
        "retry-after=1",
        "status=500; retry-after=-1",
        "drop=sometimes",
        "drop=after; status=500",
        "retry_after=1",
        "body=x",
        "times=2",
    ],
)
def test_invalid_header_is_a_400(api: Api, header: str) -> None:
    """The message describes the settings, and nothing is done."""
    error = api.error(400, "POST", JOBS, JOB, headers={FAULT: header})
    assert "X-Emulator-Fault accepts settings separated by semicolons: status=503" in error
    assert api.get(JOBS) == []


def test_header_does_not_use_up_a_fault(api: Api) -> None:
    """It is for its own request alone, and wins there; a request without a key uses up none, either."""
    api.app.faults.add(status=500)
    for headers, status in [({FAULT: "status=501"}, 501), ({"X-API-Key": ""}, 401), ({}, 500)]:
        assert api.send("GET", JOBS, headers=headers).status_code == status


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "ask for a status, a latency, a drop or a refusal"),
        ({"status": 100}, "status must be from 200 to 599, not 100"),
        ({"status": 500, "times": 0}, "times must be at least 1, or None for always, not 0"),
        ({"status": 500, "operation": "destroy"}, "operation must be one of base_models.list, .* not 'destroy'"),
        ({"status": 500, "operation": "jobs.list"}, "operation must be one of base_models.list, .* not 'jobs.list'"),
        ({"latency": float("nan")}, "latency must be a number of seconds, not nan"),
        ({"status": 429, "retry_after": float("inf")}, "retry_after must be a number of seconds, not inf"),
        ({"drop": "now"}, "drop must be one of before, during, after, not 'now'"),
        ({"drop": "after", "body": {}}, "retry_after and body need a status"),
        ({"drop": "after", "status": 500}, "ask for one of status and drop, not for both"),
        ({"refusal": " "}, "refusal must not be empty"),
    ],
)
def test_invalid_fault_is_refused(options: dict[str, Any], message: str) -> None:
    """It is refused when it is added, not when it should happen."""
    with pytest.raises(ValueError, match=message):
        Faults().add(**options)


def test_fault_is_passed_whole_or_by_its_fields() -> None:
    """Not both, because one would be lost."""
    add: Any = Faults().add
    with pytest.raises(TypeError, match="not both"):
        add(Fault(status=500), times=3)


def test_drop_needs_an_extension_of_the_server(api: Api) -> None:
    """A body that was not read is skipped. An application on another server raises instead of responding."""
    dropped: list[bool] = []
    headers = [(b"x-api-key", b"key"), (FAULT.lower().encode(), b"drop=after")]
    call = partial(exchange, api.app, method="DELETE", path=JOBS + "/x", headers=headers)
    events: list[dict[str, Any]] = [{"type": "http.request", "body": b"{}"}, {"type": "http.disconnect"}]
    assert call(events, extensions={"emissary.emulator.drop": lambda: dropped.append(True)}) == []
    assert dropped == [True]
    with pytest.raises(ConnectionResetError, match="an injected fault"):
        call(events)

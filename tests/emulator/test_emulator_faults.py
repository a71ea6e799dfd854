"""Faults on request, as a client over a real socket meets them."""

import asyncio
import json
import logging
import socket
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from emissary_client_sdk import emulator
from emissary_client_sdk.emulator import Fault, Faults

JOBS = "/v1/projects/p/training-jobs"
BODY = {"base_model": "llama", "train_dataset_id": "data"}
FAULT = "X-Emulator-Fault"
KEY = {"X-API-Key": "key"}
OPERATIONS = {
    "create": ("POST", JOBS),
    "list": ("GET", JOBS),
    "retrieve": ("GET", JOBS + "/x"),
    "delete": ("DELETE", JOBS + "/x"),
    "cancel": ("POST", JOBS + "/x/cancel"),
    "list_checkpoints": ("GET", JOBS + "/x/checkpoints"),
}


@pytest.fixture(scope="module")
def one_server() -> Iterator[emulator.Server]:
    """Give one server to all tests of this file."""
    with emulator.serve() as running:
        yield running


@pytest.fixture
def server(one_server: emulator.Server) -> emulator.Server:
    """Give the server as new."""
    one_server.reset()
    return one_server


@pytest.fixture(scope="module")
def client(one_server: emulator.Server) -> Iterator[httpx.Client]:
    """Give one client to all tests of this file."""
    with httpx.Client(base_url=one_server.url, headers=KEY) as one:
        yield one


@pytest.fixture
def http(server: emulator.Server, client: httpx.Client) -> httpx.Client:
    """Give a client of a server that is as new."""
    assert len(server.faults) == 0
    return client


def test_a_status_as_often_as_was_asked(server: emulator.Server, http: httpx.Client) -> None:
    """Then the server is well again."""
    server.faults.add(status=503, times=2)
    assert len(server.faults) == 1
    answers = [http.get(JOBS) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].json() == {"status": 503, "error": "a fault on request"}
    assert len(server.faults) == 0


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_fault_befalls_its_own_operation_only(server: emulator.Server, http: httpx.Client, operation: str) -> None:
    """Every other operation goes on as if it were not there."""
    server.faults.add(Fault(operation=operation, status=418, times=None))
    for name, (method, path) in OPERATIONS.items():
        assert (http.request(method, path).status_code == 418) == (name == operation)


def test_several_faults_come_in_their_order(server: emulator.Server, http: httpx.Client) -> None:
    """Those that do not fit are passed over; one for always stays until the list is cleared."""
    server.faults.add(operation="cancel", status=500)
    server.faults.add(status=501)
    server.faults.add(status=502, times=None)
    assert [http.get(JOBS).status_code for _ in range(3)] == [501, 502, 502]
    server.faults.clear()
    assert http.get(JOBS).status_code == 200


def test_a_status_means_that_nothing_is_done(server: emulator.Server, http: httpx.Client) -> None:
    """A create that is answered with an error has created nothing."""
    server.faults.add(status=500)
    assert http.post(JOBS, json=BODY).status_code == 500
    assert http.get(JOBS).json() == []


@pytest.mark.parametrize(("seconds", "header"), [(1, "1"), (0.25, "0.25"), (0, "0")])
def test_retry_after_goes_with_a_status(
    server: emulator.Server, http: httpx.Client, seconds: float, header: str
) -> None:
    """From Python as over the wire."""
    server.faults.add(status=429, retry_after=seconds)
    for headers in ({}, {FAULT: f"status=429; retry-after={seconds}"}):
        answer = http.get(JOBS, headers=headers)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, header)


@pytest.mark.parametrize(
    ("status", "body", "content_type", "text"),
    [
        (
            404,
            None,
            "application/json",
            '{"status":404,"error":"a fault on request","code":"object_not_found"}',
        ),
        (200, ["not", "a job"], "application/json", '["not","a job"]'),
        (502, "<html>", "text/plain; charset=utf-8", "<html>"),
        (302, None, "application/json", '{"status":302,"error":"a fault on request"}'),
        (204, "lost", None, ""),
        (304, None, None, ""),
    ],
)
def test_the_body_of_a_fault(
    server: emulator.Server, http: httpx.Client, status: int, body: Any, content_type: str | None, text: str
) -> None:
    """The contract's by default, otherwise what was asked for, where the status may have one."""
    server.faults.add(status=status, body=body)
    answer = http.get(JOBS)
    assert (answer.status_code, answer.text) == (status, text)
    assert answer.headers.get("Content-Type") == content_type


@pytest.mark.parametrize(("when", "created"), [("before", 0), ("after", 1)])
def test_a_dropped_connection(
    server: emulator.Server, http: httpx.Client, caplog: pytest.LogCaptureFixture, when: Any, created: int
) -> None:
    """The client sees its connection close, before the job was created or after; the log stays calm."""
    server.faults.add(drop=when)
    caplog.set_level(logging.INFO, "emissary_client_sdk.emulator")
    for headers in ({}, {FAULT: f"drop={when}"}):
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            http.post(JOBS, json=BODY, headers=headers)
    assert len(http.get(JOBS).json()) == 2 * created
    assert caplog.text.count(f"POST {JOBS} dropped") == 2
    assert {record.name for record in caplog.records if record.levelno > logging.INFO} == set()


def test_only_the_connection_of_the_request_is_dropped(server: emulator.Server, http: httpx.Client) -> None:
    """Another one that is open meanwhile can be used further."""
    with httpx.Client(base_url=server.url, headers=KEY) as other:
        first = other.get(JOBS).extensions["network_stream"]
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            http.get(JOBS, headers={FAULT: "drop=after"})
        assert other.get(JOBS).extensions["network_stream"] is not None
        assert first.get_extra_info("socket").fileno() > 0


def test_latency_comes_after_acting(server: emulator.Server, http: httpx.Client) -> None:
    """A client that does not wait so long has its job all the same; one that waits gets it."""
    server.faults.add(latency=60)
    with pytest.raises(httpx.ReadTimeout):
        http.post(JOBS, json=BODY, timeout=0.3)
    assert len(http.get(JOBS).json()) == 1
    began = time.monotonic()
    answer = http.post(JOBS, json=BODY, headers={FAULT: "latency=0.1"})
    assert answer.status_code == 201
    assert time.monotonic() - began >= 0.05


def test_latency_goes_with_other_faults(http: httpx.Client) -> None:
    """A late error, a late 404 and a connection that drops late."""
    assert http.get(JOBS, headers={FAULT: "latency=0.01;status=500"}).status_code == 500
    assert http.get(JOBS + "/x", headers={FAULT: "latency=0.01"}).json()["code"] == "object_not_found"
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        http.get(JOBS, headers={FAULT: "latency=0.01; drop=before"})


def test_a_late_answer_does_not_hold_up_others(server: emulator.Server, http: httpx.Client) -> None:
    """Another request is answered while it is due."""
    server.faults.add(latency=600, operation="list")
    with socket.create_connection(("127.0.0.1", server.port)) as plain:
        plain.sendall(f"GET {JOBS} HTTP/1.1\r\nHost: x\r\nX-API-Key: k\r\n\r\n".encode())
        while len(server.faults):
            time.sleep(0.001)
        assert http.get(JOBS).status_code == 200


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
def test_a_header_that_says_nothing_known_is_a_400(http: httpx.Client, header: str) -> None:
    """It says what is accepted, and nothing is done."""
    answer = http.post(JOBS, json=BODY, headers={FAULT: header})
    assert answer.status_code == 400
    assert answer.json()["status"] == 400
    assert "X-Emulator-Fault takes settings parted by semicolons: status=503" in answer.json()["error"]
    assert http.get(JOBS).json() == []


def test_the_header_does_not_use_up_a_fault_from_python(server: emulator.Server, http: httpx.Client) -> None:
    """It is for its own request alone, and comes first there."""
    server.faults.add(status=500)
    assert http.get(JOBS, headers={FAULT: "status=501"}).status_code == 501
    assert http.get(JOBS).status_code == 500


def test_the_key_comes_before_any_fault(server: emulator.Server) -> None:
    """A request that is not let in uses none up."""
    server.faults.add(status=500)
    assert httpx.get(server.url + JOBS).status_code == 401
    assert len(server.faults) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "ask for a status, a latency or a drop"),
        ({"status": 100}, "status must be from 200 to 599, not 100"),
        ({"status": 500, "times": 0}, "times must be at least 1, or None for always, not 0"),
        ({"status": 500, "operation": "destroy"}, "operation must be one of create, list, .* not 'destroy'"),
        ({"latency": float("nan")}, "latency must be a number of seconds, not nan"),
        ({"status": 429, "retry_after": float("inf")}, "retry_after must be a number of seconds, not inf"),
        ({"drop": "now"}, "drop must be 'before' or 'after', not 'now'"),
        ({"drop": "after", "body": {}}, "retry_after and body need a status"),
        ({"drop": "after", "status": 500}, "a dropped connection has no status"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(options: dict[str, Any], message: str) -> None:
    """When it is asked for, not when it is due."""
    with pytest.raises(ValueError, match=message):
        Faults().add(**options)


def test_a_fault_is_given_whole_or_by_its_fields() -> None:
    """Not both: one of them would be lost."""
    add: Any = Faults().add
    with pytest.raises(TypeError, match="not both"):
        add(Fault(status=500), times=3)


def test_a_fault_is_gone_by_the_time_it_is_looked_for() -> None:
    """Two requests may see one fault; the lock gives it to one of them."""

    class Emptied(list[Fault]):
        def __bool__(self) -> bool:
            return True

    faults = Faults()
    vars(faults)["_waiting"] = Emptied()
    assert faults.take("list") is None


def test_a_server_that_cannot_drop_sees_an_exception() -> None:
    """An application without our server says so instead of answering."""
    app = emulator.create_app()

    async def call() -> None:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://emulator", headers=KEY
        ) as client:
            app.faults.add(drop="before")
            await client.get(JOBS)

    with pytest.raises(ConnectionResetError, match="a fault on request"):
        asyncio.run(call())
    app.close()


def test_a_body_that_is_not_read_is_passed_over() -> None:
    """A request whose body nobody needs can be dropped and delayed too."""
    app = emulator.create_app()
    dropped: list[bool] = []
    events: Iterator[dict[str, Any]] = iter([{"type": "http.request", "body": b"{}"}, {"type": "http.disconnect"}])

    async def receive() -> dict[str, Any]:
        return next(events)

    async def send(message: Any) -> None:
        raise AssertionError(json.dumps(message))

    scope: dict[str, Any] = {
        "type": "http",
        "method": "DELETE",
        "path": JOBS + "/x",
        "query_string": b"",
        "headers": [(b"x-api-key", b"key"), (FAULT.lower().encode(), b"drop=after")],
        "extensions": {"emissary.emulator.drop": lambda: dropped.append(True)},
    }
    asyncio.run(app(scope, receive, send))
    assert dropped == [True]
    app.close()

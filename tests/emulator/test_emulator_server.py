"""Starting and stopping the server, and its database file."""

import builtins
import gc
import logging
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from emissary_client_sdk import emulator
from emissary_client_sdk.emulator.runner import Runner, running

JOBS = "/v1/projects/p/training-jobs"
BODY = {"base_model": "llama", "train_dataset_id": "data"}
KEY = {"X-API-Key": "key"}


def threads() -> set[str]:
    """Name the threads that are alive."""
    return {thread.name for thread in threading.enumerate()}


def test_every_public_name_is_there() -> None:
    """And what is not public is said to be missing."""
    for name in emulator.__all__:
        assert getattr(emulator, name).__name__ == name
        assert name in dir(emulator)
    with pytest.raises(AttributeError, match="nothing"):
        getattr(emulator, "nothing")  # noqa: B009  # no type checker lets it be written otherwise


def test_the_package_is_light(tmp_path: Path) -> None:
    """Looking at ``serve`` imports neither Starlette nor uvicorn; calling it does."""
    script = tmp_path / "light.py"
    script.write_text(
        "import sys\n"
        "from emissary_client_sdk import emulator\n"
        "emulator.serve, emulator.create_app, emulator.Fault\n"
        "assert not {'starlette', 'uvicorn'} & set(sys.modules)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(emulator.__file__).parents[2])}
    subprocess.run([sys.executable, script], check=True, env=environment)


@pytest.mark.parametrize("call", [lambda: emulator.serve().__enter__(), emulator.create_app])
def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, call: Any) -> None:
    """With the command that installs it."""
    for name in [name for name in sys.modules if name.startswith("emissary_client_sdk.emulator.")]:
        if name.endswith((".app", ".runner")):
            monkeypatch.delitem(sys.modules, name)
    real = builtins.__import__

    def without(name: str, *args: Any, **options: Any) -> Any:
        if name.partition(".")[0] in ("starlette", "uvicorn"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r'pip install "emissary-client-sdk\[emulator\]"'):
        call()


def test_a_server_stops_without_a_trace() -> None:
    """Also with an idle connection open: no thread, no listening port, no resource is left."""
    before = threads()
    with httpx.Client(headers=KEY) as client:
        with emulator.serve() as server:
            assert repr(server) == f"<Server http://127.0.0.1:{server.port}>"
            assert client.get(server.url + JOBS).status_code == 200
            assert "emissary-emulator" in threads()
        assert threads() == before
        with pytest.raises(httpx.ConnectError):
            httpx.get(server.url + JOBS)
    gc.collect()  # a ResourceWarning would fail the test


def test_a_server_stops_when_its_block_fails() -> None:
    """The exception comes out as it is."""
    before = threads()
    with pytest.raises(KeyError, match="mine"), emulator.serve():
        raise KeyError("mine")
    assert threads() == before


def test_a_server_stops_while_a_client_reads_nothing() -> None:
    """An answer that cannot be sent is given up."""
    with emulator.serve() as server:
        server.faults.add(status=200, body="x" * 20_000_000)
        plain = socket.create_connection(("127.0.0.1", server.port))
        plain.sendall(f"GET {JOBS} HTTP/1.1\r\nHost: x\r\nX-API-Key: k\r\n\r\n".encode())
        assert plain.recv(12) == b"HTTP/1.1 200"
    plain.close()


def test_a_server_stops_while_an_answer_is_late(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody waits for it, and no traceback is left."""
    with emulator.serve() as server:
        plain = socket.create_connection(("127.0.0.1", server.port))
        head = f"GET {JOBS} HTTP/1.1\r\nHost: x\r\nX-API-Key: k\r\nX-Emulator-Fault: latency=600\r\n\r\n"
        plain.sendall(head.encode())
        httpx.get(server.url + JOBS, headers=KEY)
    assert plain.recv(100) == b""
    plain.close()
    assert [record.getMessage() for record in caplog.records if record.levelno > logging.INFO] == []


def test_reset_empties_everything(tmp_path: Path) -> None:
    """Every project, and the faults that are left."""
    with (
        emulator.serve(database=tmp_path / "jobs.sqlite") as server,
        httpx.Client(base_url=server.url, headers=KEY) as client,
    ):
        for project in ("one", "two"):
            client.post(f"/v1/projects/{project}/training-jobs", json=BODY, headers={"Idempotency-Key": "k"})
        server.faults.add(status=500, times=None)
        server.reset()
        for project in ("one", "two"):
            assert client.get(f"/v1/projects/{project}/training-jobs").json() == []


def test_servers_in_memory_know_nothing_of_each_other() -> None:
    """Each has its own jobs."""
    with emulator.serve() as one, emulator.serve() as two, httpx.Client(headers=KEY) as client:
        assert client.post(one.url + JOBS, json=BODY).status_code == 201
        assert client.get(two.url + JOBS).json() == []


@pytest.mark.parametrize(
    ("host", "shown"),
    [("localhost", "localhost"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]")],  # noqa: S104  # asked for
)
def test_the_url_can_be_connected_to(host: str, shown: str) -> None:
    """Whatever address it listens on."""
    if ":" in host and not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    with emulator.serve(host=host, job_seconds=0) as server:
        assert server.url == f"http://{shown}:{server.port}"
        answer = httpx.post(server.url + JOBS, json=BODY, headers=KEY)
    assert answer.json()["status"] == "Success"


def test_a_port_that_is_taken_is_an_oserror() -> None:
    """And the database that was opened before is closed."""
    with emulator.serve() as server, pytest.raises(OSError, match="in use"):
        emulator.serve(port=server.port).__enter__()
    gc.collect()


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf")])
def test_a_length_that_is_none_is_refused(seconds: float) -> None:
    """Before anything is started."""
    with pytest.raises(ValueError, match="job_seconds must be a number of seconds, zero or more"):
        emulator.create_app(job_seconds=seconds)
    gc.collect()


def test_an_empty_key_is_refused() -> None:
    """For nobody could use it."""
    with pytest.raises(ValueError, match="api_key must not be empty"):
        emulator.create_app(api_key="")


def text(path: Path) -> None:
    """Make a file that is no database."""
    path.write_text("hello, this is a text and no database\n" * 50)


def foreign(path: Path) -> None:
    """Make a database of something else."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE mine (x)")
    connection.commit()
    connection.close()


def from_the_future(path: Path) -> None:
    """Make a database as a later emulator may make it."""
    emulator.create_app(database=path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (text, "not a database"),
        (foreign, "is a database of something else"),
        (from_the_future, "made by another version"),
        (Path.mkdir, "unable to open"),
    ],
)
def test_a_file_that_is_no_database_of_ours_is_refused(tmp_path: Path, make: Any, message: str) -> None:
    """And left as it is."""
    path = tmp_path / "jobs.sqlite"
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(emulator.DatabaseError, match=message):
        emulator.create_app(database=path)
    gc.collect()
    assert (path.read_bytes() if path.is_file() else b"") == before


@pytest.mark.parametrize("name", ["no/such/folder/jobs.sqlite", "a\0b"])
def test_a_file_that_cannot_be_made_is_refused(tmp_path: Path, name: str) -> None:
    """With its name in the message."""
    with pytest.raises(emulator.DatabaseError, match="cannot open the database"):
        emulator.create_app(database=str(tmp_path / name))


def test_a_server_that_cannot_start_says_why() -> None:
    """The exception of its thread comes out where it was started."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.close()
    before = threads()
    with pytest.raises((OSError, ValueError)), running(emulator_app, listener):
        pass
    assert threads() == before


def test_an_accident_while_running_is_not_swallowed() -> None:
    """Once the server has started there is nobody left to tell: the thread fails loudly."""

    class Failing(Runner):
        async def main_loop(self) -> None:
            raise ZeroDivisionError

    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(ZeroDivisionError):
        Failing(emulator_app).run_until_stopped(listener)


async def emulator_app(_scope: Any, _receive: Any, _send: Any) -> None:
    """Stand for an application that is never called."""

"""Programs that fork, are interrupted, or end while a client is in use."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import emissary_client_sdk

from ..support.answers import as_json
from ..support.rawserver import PATIENCE, Connection, RawResponse, RawServer, responding, silent
from .programs import FORKS, INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(emissary_client_sdk.__file__).parent
ROOT = Path(__file__).parents[2]
PAUSE = 10 * PATIENCE  # seconds that a retry would wait


@pytest.fixture
def server() -> Iterator[RawServer]:
    """Run a server whose lists are empty."""
    with RawServer(responding(lambda _: as_json([]))) as running:
        yield running


def start(name: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a program, in development mode and with warnings as errors."""
    return subprocess.Popen(
        [sys.executable, "-X", "dev", "-W", "error", "-m", "tests.reliability.programs", name, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(PACKAGE.parent), str(ROOT)])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def output(process: subprocess.Popen[str]) -> list[str]:
    """Wait for a program and return its lines; it must succeed and print no error."""
    with process:
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    return out.splitlines()


def test_exit_in_an_event_loop(server: RawServer) -> None:
    """There is no warning and no traceback, and the connection is closed."""
    assert output(start("exit_in_a_loop", server.url)) == []
    assert server.connections == 1
    assert server.wait_until_open(0)


def test_exit_during_a_call() -> None:
    """The interpreter does not wait for the response of a daemon thread."""
    with RawServer(silent) as server:
        process = start("exit_during_a_call", server.url)
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        assert server.wait_for_requests(1)
        assert output(process) == []


def test_call_at_shutdown(server: RawServer) -> None:
    """The first call of a finalizer succeeds, or fails with a documented error: imports are impossible then."""
    lines = output(start("call_at_shutdown", server.url))
    assert len(lines) == 2
    assert all(line == "success" or line.startswith("emissary_client_sdk.errors.") for line in lines), lines


@pytest.mark.skipif(os.name == "nt", reason="needs SIGINT")
@pytest.mark.parametrize("name", INTERRUPTED)
def test_ctrl_c_during_a_pause(name: str) -> None:
    """It is raised at once as KeyboardInterrupt, and nothing is left behind."""

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.respond(RawResponse(503, b"", {"retry-after": str(PAUSE)}))
        connection.hold()

    with RawServer(script) as server:
        process = start(name, server.url)
        assert process.stdout is not None
        assert process.stdout.readline() == f"Retrying in {PAUSE}.000 s\n"
        process.send_signal(signal.SIGINT)
        assert output(process) == ["interrupted"]
        assert server.wait_until_open(0)
        assert server.connections == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_fork_during_the_first_call(server: RawServer) -> None:
    """No child finds a lock held: of a module that is imported, of a model that is built, of a resource."""
    (line,) = output(start("fork_during_the_first_call", server.url))
    children, statuses = line.split(" children, statuses ")
    assert (int(children) >= FORKS, statuses) == (True, "{0}")


def test_garbage_collector_is_left_alone(server: RawServer) -> None:
    """Calls in threads turn it neither on nor off, and only the command, in its own process, imports it."""
    assert output(start("leave_the_collector", server.url)) == ["{True}", "{False}"]
    texts = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
    importing = {name for name, text in texts.items() if re.search(r"^\s*(import|from) gc\b", text, re.MULTILINE)}
    assert importing <= {"cli/__init__.py"}

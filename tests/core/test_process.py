"""Forks, interpreter shutdown and the garbage collector: the SDK leaves the state of the process alone."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import emissary_client_sdk
from emissary_client_sdk import _fork

from ..support.answers import as_json
from ..support.rawserver import RawServer, responding

PACKAGE = Path(emissary_client_sdk.__file__).parent
FORK_DURING_FIRST_CALL = """
import os, signal, sys, threading, time, warnings
from emissary_client_sdk import EmissaryClient

warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns about a fork with threads

def call():
    with EmissaryClient("key", server_url=sys.argv[1]) as client:
        client.training_jobs.list(project_id="p")

thread = threading.Thread(target=call)
thread.start()
time.sleep(float(sys.argv[2]))
child = os.fork()
if child == 0:
    signal.alarm(30)  # a child that hangs is killed
    call()
    os._exit(0)
thread.join()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
CALL_DURING_SHUTDOWN = """
import sys
from emissary_client_sdk import EmissaryClient

class Closer:
    def __init__(self):
        self.client = EmissaryClient("key", server_url=sys.argv[1])
        if sys.argv[2] == "used":
            self.client.training_jobs.list(project_id="p")

    def __del__(self):
        try:
            self.client.training_jobs.list(project_id="p")
        except Exception as error:
            print(type(error).__name__, error)

closer = Closer()
"""


def python(program: str, *arguments: str) -> tuple[int, str, str]:
    """Run a program in a new interpreter and return its exit status and output."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_fork_during_the_first_call_of_another_thread() -> None:
    """A child inherits no lock that the other thread held while it imported modules and built models."""
    delays = [place * 0.04 for place in range(8)]
    with RawServer(responding(lambda _: as_json([]))) as server, ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(python, FORK_DURING_FIRST_CALL, server.url, str(delay)) for delay in delays]
        assert [run.result() for run in runs] == [(0, "", "")] * len(delays)


@pytest.mark.parametrize("state", ["new", "used"])
def test_call_during_interpreter_shutdown(state: str) -> None:
    """A call from ``__del__`` at exit raises an error of the SDK."""
    with RawServer(responding(lambda _: as_json([]))) as server:
        done = python(CALL_DURING_SHUTDOWN, server.url, state)
    assert done == (0, "ClientClosedError the interpreter is shutting down\n", "")


@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
def test_fork_waits_for_setup_in_another_thread() -> None:
    """A fork waits for the block of another thread, and the child starts without it."""
    entered, leave = threading.Event(), threading.Event()

    def work() -> None:
        with _fork.setup(exclusive=True):
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=work)
    thread.start()
    assert entered.wait(10)
    timer = threading.Timer(0.05, leave.set)
    timer.start()
    child = os.fork()
    if child == 0:  # pragma: no cover  # runs in the child
        with _fork.setup(exclusive=True):
            os._exit(0 if leave.is_set() else 1)
    thread.join()
    timer.join()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_setup_waits_for_a_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    """No block begins while another thread forks; the wait is bounded."""
    monkeypatch.setattr(_fork, "_MAX_WAIT", 0.01)
    monkeypatch.setattr(_fork, "_forking", [threading.get_ident() + 1])
    started = time.monotonic()
    with _fork.setup(), _fork.setup():
        assert time.monotonic() - started >= 0.01


def test_garbage_collector() -> None:
    """No module imports ``gc``."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Import)]
    assert "gc" not in {alias.name for node in nodes for alias in node.names}

"""Starting an emulator that learns, and its worker's end."""

import importlib.util
import os
import queue
import select
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from emissary_client_sdk import emulator
from emissary_client_sdk.emulator import __main__ as program
from emissary_client_sdk.emulator.learning import process, trainer
from emissary_client_sdk.emulator.learning.process import Process
from emissary_client_sdk.emulator.learning.service import Learning
from emissary_client_sdk.emulator.store import Store

from ...support.rawserver import PATIENCE
from ..emulator.test_server import ENVIRONMENT
from .test_trainer import Worker

DYING = """
import sys
from emissary_client_sdk.emulator.learning.process import Process

process = Process()
content = "input,expected_output\\n" + "".join(f"text {number},{number % 2}\\n" for number in range(500))
plan = {"task": "classification", "epochs": 1000}
process.send({"plan": plan, "size": len(content), "has_test": False}, content.encode())
process.receive()
print("training", flush=True)
sys.stdin.read()
"""
"""Starts a worker that trains for a long time, and waits to be killed."""


def always(*_: object) -> float:
    """Return the same reward for everything."""
    return 1.0


def not_found(_name: str) -> None:
    """Find no module."""


def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """In Python and on the command line."""
    monkeypatch.setattr(importlib.util, "find_spec", not_found)
    message = 'learn=True needs scikit-learn; install the extra "learning": pip install ".[learning]"'
    with pytest.raises(ModuleNotFoundError) as raised:
        emulator.create_app(learn=True)
    assert str(raised.value).startswith(message)
    assert program.main(["--learn"]) == 2
    assert capsys.readouterr().err.startswith(f"emissary emulator: {message}")


def test_rewards_that_cannot_be_called_are_refused() -> None:
    """Because nothing learns, or because one is a source text, which is never run."""
    with pytest.raises(ValueError, match="rewards need learn=True"):
        emulator.create_app(rewards={"any": always})
    source: Any = "lambda prompt, expected, predicted: 1"
    with pytest.raises(TypeError, match=r"rewards\['any'\] must be a function, not str"):
        emulator.create_app(learn=True, rewards={"any": source})


def test_emulator_that_does_not_learn_has_nothing_to_stop() -> None:
    """It has no trainer."""
    with closing(Store()) as store:
        learning = Learning(store, lambda: 0.0, enabled=False, functions={})
        learning.wake()
        learning.stop()
        learning.close()


def test_worker_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulator kills it after a grace period."""
    monkeypatch.setattr(process, "_GRACE", 0)
    assert Process().close() != 0


def test_program_says_that_it_learns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """It starts a worker, and ends when it is interrupted."""
    Worker.started = queue.SimpleQueue()
    monkeypatch.setattr(trainer, "Process", Worker)

    class Interrupted(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002
            """Wait for the worker, which a thread starts."""
            Worker.started.get(timeout=60)
            return True

    @contextmanager
    def interrupted() -> Generator[threading.Event]:
        yield Interrupted()

    monkeypatch.setattr(program, "_stop_signals", interrupted)
    assert program.main(["--learn", "--port", "0", "--database", str(tmp_path / "jobs.sqlite")]) == 0
    assert "It trains small models." in capsys.readouterr().out
    assert Worker.started.empty()


@pytest.mark.skipif(sys.platform != "linux", reason="looks for a process in /proc")
def test_killed_emulator_leaves_no_worker() -> None:
    """The worker exits, during a training that would take minutes."""
    dying = subprocess.Popen(
        [sys.executable, "-c", DYING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT
    )
    with dying:
        assert dying.stdout is not None
        assert dying.stdout.readline() == b"training\n"
        (worker,) = Path(f"/proc/{dying.pid}/task/{dying.pid}/children").read_text().split()
        with os.fdopen(os.pidfd_open(int(worker)), "rb", buffering=0) as ended:
            dying.kill()
            assert select.select([ended], [], [], PATIENCE)[0]

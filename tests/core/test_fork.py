"""``_fork``: the cases that ``test_process.py`` does not meet with real forks."""

import os
import subprocess
import sys
import threading
import time
from typing import Any

import pytest

from emissary_client_sdk import _fork

FORK: Any = _fork


def test_fork_does_not_wait_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that stays in a block delays a fork for some seconds at most."""
    monkeypatch.setattr(_fork, "_MAX_WAIT", 0.01)
    monkeypatch.setattr(_fork, "_active", {-1: 1})
    monkeypatch.setattr(_fork, "_forking", [])
    started = time.monotonic()
    FORK._before_fork()  # noqa: SLF001
    assert time.monotonic() - started >= 0.01
    FORK._after_fork_in_parent()  # noqa: SLF001
    assert FORK._forking == []  # noqa: SLF001


def test_fork_within_a_block() -> None:
    """A thread may fork within its own block, and the child leaves the block as usual."""
    with _fork.setup(exclusive=True):
        child = os.fork()
        if not child:  # pragma: no cover  # runs in the child
            with _fork.setup(exclusive=True):
                os._exit(0)
        assert os.waitpid(child, 0)[1] == 0


def test_child_forgets_other_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a child the other threads are gone, and with them their blocks and the lock."""
    for active in ({-1: 1}, {-1: 1, threading.get_ident(): 1}):
        lock = object()
        monkeypatch.setattr(_fork, "_active", active)
        monkeypatch.setattr(_fork, "_forking", [threading.get_ident()])
        monkeypatch.setattr(_fork, "_lock", lock)
        FORK._after_fork_in_child()  # noqa: SLF001
        assert (-1 in active, FORK._forking) == (False, [])  # noqa: SLF001
        assert (FORK._lock is lock) == bool(active)  # noqa: SLF001


def test_system_without_fork() -> None:
    """The module can be imported where the interpreter has no ``register_at_fork``."""
    program = "import os; del os.register_at_fork; import emissary_client_sdk"
    assert subprocess.run([sys.executable, "-c", program], check=True).returncode == 0

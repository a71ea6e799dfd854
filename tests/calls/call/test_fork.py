"""``_fork`` without forks of busy threads, which ``tests/reliability`` has: who waits for whom, and for how long."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from emissary_client_sdk import _fork

FORK: Any = _fork
ANOTHER = -1
ends = pytest.mark.parametrize("ends", [True, False], ids=["until it ends", "some seconds at most"])


class Clock:
    """A clock that only pauses move; each of them runs a function."""

    def __init__(self, during: Callable[[], object]) -> None:
        self.now = 0.0
        self._during = during

    def monotonic(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Advance the time."""
        self.now += seconds
        self._during()


@ends
def test_fork_waits_for_the_block_of_another_thread(monkeypatch: pytest.MonkeyPatch, ends: bool) -> None:
    """The wait is bounded, because a fork must not hang either."""
    active, forking = {ANOTHER: 1}, list[int]()
    clock = Clock(active.clear if ends else list)
    for name, value in (("_active", active), ("_forking", forking), ("time", clock)):
        monkeypatch.setattr(_fork, name, value)
    FORK._before_fork()  # noqa: SLF001
    assert (clock.now >= 5.0) is not ends
    assert (forking, ANOTHER in active) == ([threading.get_ident()], not ends)
    FORK._after_fork_in_parent()  # noqa: SLF001
    assert forking == []


@ends
def test_block_waits_for_the_fork_of_another_thread(monkeypatch: pytest.MonkeyPatch, ends: bool) -> None:
    """Only the outer one of two blocks, because the fork waits for that."""
    forking = [ANOTHER]
    clock = Clock(forking.clear if ends else list)
    for name, value in (("_forking", forking), ("time", clock)):
        monkeypatch.setattr(_fork, name, value)
    with _fork.setup():
        waited = clock.now
        forking[:] = [ANOTHER]
        with _fork.setup():
            assert clock.now == waited
    assert waited > 0
    assert (waited >= 5.0) is not ends


def test_fork_within_a_block_does_not_wait() -> None:
    """A thread may fork within its own block, and the child leaves the block as usual."""
    with _fork.setup(exclusive=True):
        child = os.fork()
        if not child:  # pragma: no cover  # runs in the child
            with _fork.setup(exclusive=True):
                os._exit(0)
        assert os.waitpid(child, 0)[1] == 0


def test_child_forgets_other_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a child the other threads are gone, and with them their blocks and the lock."""
    for active in ({ANOTHER: 1}, {ANOTHER: 1, threading.get_ident(): 1}):
        lock = object()
        for name, value in (("_active", active), ("_forking", [threading.get_ident()]), ("_lock", lock)):
            monkeypatch.setattr(_fork, name, value)
        FORK._after_fork_in_child()  # noqa: SLF001
        assert (ANOTHER in active, FORK._forking) == (False, [])  # noqa: SLF001
        assert (FORK._lock is lock) == bool(active)  # noqa: SLF001


def test_fork_is_optional() -> None:
    """The module can be imported where the interpreter has no ``register_at_fork``."""
    program = "import os; del os.register_at_fork; import emissary_client_sdk"
    assert subprocess.run([sys.executable, "-c", program], check=True).returncode == 0

"""Keeps ``os.fork`` from happening while another thread imports or builds models.

A child inherits locks in the state that they have, but not the threads that would release them. The interpreter takes
a lock for each module that is being imported, and pydantic must not build models in two threads at once. So a fork
waits until no thread is inside a ``setup`` block. The wait is bounded, because a fork must not hang either.
"""

import os
import time
from _thread import RLock, get_ident  # the module threading is not loaded by a bare interpreter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_WAIT = 5.0  # seconds
_INTERVAL = 0.001  # seconds

_active: "dict[int, int]" = {}  # depth of the setup blocks by thread
_forking: "list[int]" = []  # the thread that forks
_lock = RLock()


class setup:  # noqa: N801  # reads as a statement: with setup():
    """A block that imports modules or builds models.

    :param exclusive: Whether only one thread at a time may be in such a block.
    """

    def __init__(self, *, exclusive: bool = False) -> None:
        self._exclusive = exclusive

    def __enter__(self) -> None:
        me = get_ident()
        if me not in _active:
            _wait_while(lambda: bool(_forking) and me not in _forking)
        _active[me] = _active.get(me, 0) + 1
        if self._exclusive:
            _lock.acquire()

    def __exit__(self, *_: object) -> None:
        if self._exclusive:
            _lock.release()
        me = get_ident()
        _active[me] -= 1
        if not _active[me]:
            del _active[me]


def _wait_while(condition: "Callable[[], bool]") -> None:
    end = time.monotonic() + _MAX_WAIT
    while condition() and time.monotonic() < end:
        time.sleep(_INTERVAL)


def _before_fork() -> None:
    me = get_ident()
    _forking.append(me)
    _wait_while(lambda: any(ident != me for ident in tuple(_active)))


def _after_fork_in_parent() -> None:
    _forking.remove(get_ident())


def _after_fork_in_child() -> None:
    global _lock
    _forking.clear()
    me = get_ident()
    for ident in [ident for ident in _active if ident != me]:
        del _active[ident]
    if me not in _active:
        _lock = RLock()


_registrations: "list[object]" = []


def register() -> None:
    """Register the wait before a fork; a later registration replaces the former one.

    These functions run in the reverse order of their registration. The one of ``logging`` takes a lock that an import
    in another thread may need, so the wait must come before it: it is registered again after logging is imported.
    """
    registration = object()
    _registrations.append(registration)
    if hasattr(os, "register_at_fork"):  # not on Windows
        os.register_at_fork(before=lambda: _before_fork() if _registrations[-1] is registration else None)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)
register()

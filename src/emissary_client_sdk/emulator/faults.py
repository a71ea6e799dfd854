"""Faults on request: what one may ask for, and the list of those asked for from Python. No I/O."""

import math
import threading
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, overload

OPERATIONS = ("create", "list", "retrieve", "delete", "cancel", "list_checkpoints")
HEADER = "X-Emulator-Fault"
_ACCEPTED = (
    f"{HEADER} takes settings parted by semicolons: status=503, retry-after=1 (with a status), latency=0.5"
    " (seconds), drop=before or drop=after"
)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that goes wrong on request.

    :ivar operation: the operation that it befalls: create, list, retrieve, delete, cancel or
        list_checkpoints; None is any of them.
    :ivar times: how many requests it befalls; None is all, until ``Faults.clear``.
    :ivar status: answer with this status, 200 to 599, without acting.
    :ivar retry_after: with a status: the seconds that a Retry-After header asks to wait.
    :ivar body: with a status: the body of the answer. A str is sent as text, anything else as JSON; None is
        the error body of the contract.
    :ivar latency: answer this many seconds late. What is asked for has been done by then.
    :ivar drop: close the connection without an answer, before acting or after.
    :raises ValueError: if a value is out of its range, or if nothing is asked for, or both a status and a
        drop.
    """

    operation: str | None = None
    times: int | None = 1
    status: int | None = None
    retry_after: float | None = None
    body: Any = None
    latency: float = 0.0
    drop: Literal["before", "after"] | None = None

    def __post_init__(self) -> None:
        if self.operation is not None and self.operation not in OPERATIONS:
            raise ValueError(f"operation must be one of {', '.join(OPERATIONS)}, not {self.operation!r}")
        if self.times is not None and self.times < 1:
            raise ValueError(f"times must be at least 1, or None for always, not {self.times}")
        if self.status is not None and not 200 <= self.status <= 599:
            raise ValueError(f"status must be from 200 to 599, not {self.status}")
        for name, seconds in (("retry_after", self.retry_after or 0.0), ("latency", self.latency)):
            if not 0 <= seconds < math.inf:  # false for NaN too
                raise ValueError(f"{name} must be a number of seconds, not {seconds}")
        if self.drop not in (None, "before", "after"):
            raise ValueError(f"drop must be 'before' or 'after', not {self.drop!r}")
        if self.status is None and (self.retry_after is not None or self.body is not None):
            raise ValueError("retry_after and body need a status to go with")
        if self.status is not None and self.drop is not None:
            raise ValueError("a dropped connection has no status")
        if self.status is None and self.drop is None and not self.latency:
            raise ValueError("ask for a status, a latency or a drop")


def parse(header: str) -> Fault:
    """Read the value of an ``X-Emulator-Fault`` header.

    :raises ValueError: saying what is accepted, if it is something else.
    """
    readers: dict[str, Any] = {"status": int, "retry-after": float, "latency": float, "drop": str}
    settings: dict[str, Any] = {}
    for setting in header.split(";"):
        name, _, value = (part.strip() for part in setting.partition("="))
        if name not in readers:
            raise ValueError(f"{name!r} is no setting. {_ACCEPTED}")
        try:
            settings[name.replace("-", "_")] = readers[name](value)
        except ValueError:
            raise ValueError(f"{name} cannot be {value!r}. {_ACCEPTED}") from None
    try:
        return Fault(**settings)
    except ValueError as error:
        raise ValueError(f"{error}. {_ACCEPTED}") from None


class Faults:
    """The faults that are asked for and have not all happened yet. Safe to use from any thread.

    Where several fit a request, the first that was added befalls it. ``len()`` tells how many are left.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    @overload
    def add(self, fault: Fault, /) -> None: ...
    @overload
    def add(
        self,
        /,
        *,
        operation: str | None = None,
        times: int | None = 1,
        status: int | None = None,
        retry_after: float | None = None,
        body: Any = None,
        latency: float = 0.0,
        drop: Literal["before", "after"] | None = None,
    ) -> None: ...
    def add(self, fault: Fault | None = None, /, **options: Any) -> None:
        """Ask for a fault, given whole or by its fields; see ``Fault`` for them and for what is refused."""
        if fault is None:
            fault = Fault(**options)
        elif options:
            raise TypeError(f"give a Fault or its fields ({', '.join(f.name for f in fields(Fault))}), not both")
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Ask for none any more."""
        with self._lock:
            self._waiting.clear()

    def take(self, operation: str) -> Fault | None:
        """Give the fault that befalls a request of this operation, if any; it counts as having happened."""
        if not self._waiting:  # the usual case, without the lock: a fault added meanwhile meets the next request
            return None
        with self._lock:
            for place, fault in enumerate(self._waiting):
                if fault.operation in (None, operation):
                    if fault.times == 1:
                        del self._waiting[place]
                    elif fault.times is not None:
                        self._waiting[place] = replace(fault, times=fault.times - 1)
                    return fault
        return None

    def __len__(self) -> int:
        return len(self._waiting)

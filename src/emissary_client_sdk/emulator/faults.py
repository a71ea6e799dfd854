"""Injected faults: what a fault may be, and the list of those that are waiting for a request. No I/O."""

import math
import threading
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, overload

from .routes import ENDPOINTS, FILES

HEADER = "X-Emulator-Fault"
_NAMES = tuple(dict.fromkeys(operation.name for operation in (*ENDPOINTS, *FILES)))
_JOBS = "training_jobs."  # may be left out of the name of an operation
_DROPS = ("before", "during", "after")
ACCEPTED = (
    f"{HEADER} accepts settings separated by semicolons: status=503, retry-after=1 (with a status), latency=0.5"
    " (seconds), drop=before, drop=during, drop=after or refusal=a message"
)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault of one or more requests.

    :ivar operation: The operation that fails, as ``resource.method``: ``datasets.create``,
        ``chat.completions.create`` … or ``files.download``, the files that responses link to. The methods of
        training jobs need no resource. None is any operation.
    :ivar times: How many requests fail; None is all, until ``Faults.clear``.
    :ivar status: Respond with this status, 200 to 599, without acting.
    :ivar retry_after: With a status: the seconds in a Retry-After header.
    :ivar body: With a status: the body of the response. A str is sent as text, anything else as JSON; None is
        the documented error body.
    :ivar refusal: Respond with the usual 2XX and ``{"error": refusal}`` without acting, as the platform does for an
        account without a payment method.
    :ivar latency: Respond this many seconds late, after acting.
    :ivar drop: Close the connection without a response, ``before`` or ``after`` acting, or ``during`` the response:
        after half of its body.
    :raises ValueError: A value is out of its range, nothing is asked for, or both a status and a drop.
    """

    operation: str | None = None
    times: int | None = 1
    status: int | None = None
    retry_after: float | None = None
    body: Any = None
    latency: float = 0.0
    drop: Literal["before", "during", "after"] | None = None
    refusal: str | None = None

    def __post_init__(self) -> None:
        if self.operation is not None and self.operation not in _NAMES and _JOBS + self.operation not in _NAMES:
            raise ValueError(f"operation must be one of {', '.join(_NAMES)}, not {self.operation!r}")
        if self.times is not None and self.times < 1:
            raise ValueError(f"times must be at least 1, or None for always, not {self.times}")
        if self.status is not None and not 200 <= self.status <= 599:
            raise ValueError(f"status must be from 200 to 599, not {self.status}")
        for name, seconds in (("retry_after", self.retry_after or 0.0), ("latency", self.latency)):
            if not 0 <= seconds < math.inf:  # false for NaN too
                raise ValueError(f"{name} must be a number of seconds, not {seconds}")
        if self.drop not in (None, *_DROPS):
            raise ValueError(f"drop must be one of {', '.join(_DROPS)}, not {self.drop!r}")
        if self.status is None and (self.retry_after is not None or self.body is not None):
            raise ValueError("retry_after and body need a status")
        if self.refusal is not None and not self.refusal.strip():
            raise ValueError("refusal must not be empty")
        asked = [name for name in ("status", "drop", "refusal") if getattr(self, name) is not None]
        if len(asked) > 1:
            raise ValueError(f"ask for one of {' and '.join(asked)}, not for both")
        if not asked and not self.latency:
            raise ValueError("ask for a status, a latency, a drop or a refusal")


def parse(header: str) -> Fault:
    """Return the fault that the value of an ``X-Emulator-Fault`` header describes.

    :raises ValueError: The value is something else. ``ACCEPTED`` describes what is possible.
    """
    readers: dict[str, Any] = {"status": int, "retry-after": float, "latency": float, "drop": str, "refusal": str}
    settings: dict[str, Any] = {}
    for setting in header.split(";"):
        name, _, value = (part.strip() for part in setting.partition("="))
        if name not in readers:
            raise ValueError(f"{name!r} is not a setting")
        try:
            settings[name.replace("-", "_")] = readers[name](value)
        except ValueError:
            raise ValueError(f"{name} cannot be {value!r}") from None
    return Fault(**settings)


class Faults:
    """The faults that have not happened yet. Safe to use from any thread.

    If several fit a request, the first that was added happens. ``len()`` returns how many are left.
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
        drop: Literal["before", "during", "after"] | None = None,
        refusal: str | None = None,
    ) -> None: ...
    def add(self, fault: Fault | None = None, /, **options: Any) -> None:
        """Add a fault, as a ``Fault`` or by its fields; ``Fault`` documents them and the errors."""
        if fault is None:
            fault = Fault(**options)
        elif options:
            raise TypeError(f"pass a Fault or its fields ({', '.join(f.name for f in fields(Fault))}), not both")
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._waiting.clear()

    def take(self, operation: str) -> Fault | None:
        """Return the fault of a request of this operation, if any, and count it as happened."""
        with self._lock:
            for place, fault in enumerate(self._waiting):
                if fault.operation in (None, operation, operation.removeprefix(_JOBS)):
                    if fault.times == 1:
                        del self._waiting[place]
                    elif fault.times is not None:
                        self._waiting[place] = replace(fault, times=fault.times - 1)
                    return fault
        return None

    def __len__(self) -> int:
        return len(self._waiting)

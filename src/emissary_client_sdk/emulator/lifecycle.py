"""The states of engines and deployments: pure functions of their stored rows and the time.

Both start when they are created, reactivated or opened by their schedule, and are ready ``seconds`` later. Both
stop by hand, when their schedule closes, and after a time without requests, counted from the last request or
from when they became ready. Started while its schedule is closed, one stays up until the schedule closes next.
A deployment on an engine has no time-out or schedule of its own: it loads whenever its engine has started.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from . import schedule
from .store import Row

DEFAULT_TIMEOUT = 3600  # seconds that a deployment stays up without requests
PENDING_SHARE = 0.2  # of the time that a new deployment takes
DEPLOYMENT_OUTCOMES = ("Deployed", "Failed", "TimedOut")
ENGINE_OUTCOMES = ("Active", "Failed")


class Phase(Enum):
    """What an engine or a deployment does at a moment."""

    STARTING = 1
    READY = 2
    STOPPED = 3
    FAILED = 4


@dataclass(frozen=True)
class Service:
    """The stored facts that a state follows from; moments are in UNIX seconds.

    :ivar started: The last start by hand: the creation or a reactivation.
    :ivar seconds: How long a start takes.
    :ivar fails: Whether the first start fails.
    :ivar accessed: The last request.
    :ivar stopped: The last stop by hand, unless a start followed it.
    :ivar timeout: Seconds without a request after which it stops, or None.
    :ivar hours: The schedule, or None.
    """

    started: float
    seconds: float
    fails: bool = False
    accessed: float = -math.inf
    stopped: float | None = None
    timeout: float | None = None
    hours: schedule.Schedule | None = None


@dataclass(frozen=True)
class State:
    """The state of an engine or a deployment at a moment.

    :ivar status: The status as the API names it.
    :ivar changed: When the phase began, in UNIX seconds.
    :ivar started: When the last start began.
    :ivar ready: When that start is complete.
    """

    phase: Phase
    status: str
    changed: float
    started: float
    ready: float


def engine_state(row: Row, now: float) -> State:
    """Return the state of an engine."""
    config: Mapping[str, Any] = row.fields.get("resource_management_config") or {}
    settings: Mapping[str, Any] = config.get("management_config") or {}
    by_schedule = config.get("management_type") == "schedule"
    timeout = settings.get("inactive_duration") if config.get("management_type") == "inactive_timeout" else None
    service = _service(row, timeout, settings if by_schedule else None)
    phase, changed, started = _phase(service, now)
    names = {Phase.STARTING: "Creating", Phase.READY: "Active", Phase.STOPPED: "Inactive", Phase.FAILED: "Failed"}
    return State(phase, names[phase], changed, started, started + service.seconds)


def deployment_state(row: Row, engine: State | None, now: float) -> State:
    """Return the state of a deployment, which follows that of its engine if it is on one."""
    hours = row.fields.get("schedule")
    timeout = row.fields.get("inactive_timeout", None if hours else DEFAULT_TIMEOUT)
    if engine is None:
        service = _service(row, timeout, hours)
        phase, changed, started = _phase(service, now)
        new = started == row.created
    else:
        # A deployment loads once its engine has started, and again after each start of the engine.
        new = row.created >= engine.started
        service = _service(row, None, None, started=row.created if new else engine.started, after=engine.ready)
        phase, changed, started = (
            _phase(service, now)
            if engine.phase is Phase.READY
            else (
                engine.phase,
                engine.changed,
                service.started,
            )
        )
    ready = started + service.seconds
    if phase is Phase.STARTING and not new:
        status = "Reactivating"
    elif phase is Phase.STARTING:
        status = "Pending" if now < ready - (1 - PENDING_SHARE) * service.seconds else "Deploying"
    else:
        status = {Phase.READY: "Deployed", Phase.STOPPED: "Deactivated"}.get(phase) or row.state.get(
            "outcome", "Failed"
        )
    return State(phase, status, changed, started, ready)


def _service(
    row: Row,
    timeout: float | None,
    hours: Mapping[str, Any] | None,
    *,
    started: float | None = None,
    after: float = -math.inf,
) -> Service:
    return Service(
        max(row.state["started"] if started is None else started, after),
        row.state["seconds"],
        fails=row.state.get("outcome") is not None,
        accessed=row.state.get("accessed", -math.inf),
        stopped=row.state.get("stopped"),
        timeout=timeout,
        hours=None if hours is None else schedule.parse(hours),
    )


def _phase(service: Service, now: float) -> tuple[Phase, float, float]:
    """Return the phase, when it began, and when the last start began."""
    started = service.started
    stops: list[float] = [] if service.stopped is None else [service.stopped]
    if service.hours is not None:
        opened, closed = service.hours.latest(now)
        started = max(started, opened)
        if started < closed <= now:
            stops.append(closed)
    ready = started + service.seconds
    if service.fails and now >= ready:
        return Phase.FAILED, ready, started
    if service.timeout is not None:
        idle = max(ready, service.accessed) + service.timeout
        if idle <= now:
            stops.append(idle)
    stops = [moment for moment in stops if moment >= started]
    if stops:
        return Phase.STOPPED, min(stops), started
    return (Phase.READY, ready, started) if now >= ready else (Phase.STARTING, started, started)

"""The states of engines and deployments: pure functions of their stored rows and the time.

Both start when they are created, reactivated or opened by their schedule, and are ready ``seconds`` later. Both
stop by hand, when their schedule closes, and after a time without requests, counted from the last request or
from when they became ready. Started while its schedule is closed, one stays up until the schedule closes next.
A deployment on an engine has no time-out or schedule of its own: it loads whenever its engine has started.

A phase is one of the statuses that an engine can have. A deployment has the same phases under other names.
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..models import DeploymentStatus, EngineStatus
from . import schedule
from .store import Row

DEFAULT_TIMEOUT = 3600  # seconds that a deployment stays up without requests
PENDING_SHARE = 0.2  # of the time that a new deployment takes
DEPLOYMENT_OUTCOMES = (DeploymentStatus.DEPLOYED, DeploymentStatus.FAILED, DeploymentStatus.TIMED_OUT)
ENGINE_OUTCOMES = (EngineStatus.ACTIVE, EngineStatus.FAILED)


class ServiceState(NamedTuple):
    """The state of an engine or a deployment at a moment.

    :ivar status: The status as the API names it.
    :ivar changed: When it began, in UNIX seconds.
    :ivar started: When the last start began.
    :ivar ready: When that start is complete.
    """

    status: DeploymentStatus | EngineStatus
    changed: float
    started: float
    ready: float


def engine_state(row: Row, now: float) -> ServiceState:
    """Return the state of an engine."""
    config: Mapping[str, Any] = row.fields.get("resource_management_config") or {}
    settings: Mapping[str, Any] = config.get("management_config") or {}
    hours = settings if config.get("management_type") == "schedule" else None
    timeout = settings.get("inactive_duration") if hours is None else None
    phase, changed, started = _phase(row, now, row.state["started"], timeout, hours)
    return ServiceState(phase, changed, started, started + row.state["seconds"])


def deployment_state(row: Row, engine: ServiceState | None, now: float) -> ServiceState:
    """Return the state of a deployment, which follows that of its engine if it is on one."""
    phase: DeploymentStatus | EngineStatus
    if engine is None:
        hours = row.fields.get("schedule")
        timeout = row.fields.get("inactive_timeout", None if hours else DEFAULT_TIMEOUT)
        phase, changed, started = _phase(row, now, row.state["started"], timeout, hours)
        new = started == row.created
    else:
        # A deployment loads once its engine has started, and again after each start of the engine.
        new = row.created >= engine.started
        started = max(row.created if new else engine.started, engine.ready)
        phase, changed = engine.status, engine.changed
        if phase is EngineStatus.ACTIVE:
            phase, changed, _ = _phase(row, now, started)
    ready = started + row.state["seconds"]
    if phase is EngineStatus.ACTIVE:
        status = DeploymentStatus.DEPLOYED
    elif phase is EngineStatus.INACTIVE:
        status = DeploymentStatus.DEACTIVATED
    elif phase is EngineStatus.FAILED:
        status = DeploymentStatus(row.state.get("outcome", DeploymentStatus.FAILED))
    elif not new:
        status = DeploymentStatus.REACTIVATING
    elif now < ready - (1 - PENDING_SHARE) * row.state["seconds"]:
        status = DeploymentStatus.PENDING
    else:
        status = DeploymentStatus.DEPLOYING
    return ServiceState(status, changed, started, ready)


def _phase(
    row: Row, now: float, started: float, timeout: float | None = None, hours: Mapping[str, Any] | None = None
) -> tuple[EngineStatus, float, float]:
    """Return the phase, when it began, and when the last start began.

    :param started: The last start by hand: the creation or a reactivation.
    :param timeout: Seconds without a request after which the engine or deployment stops.
    :param hours: The schedule.
    """
    opened, closed = (-math.inf, -math.inf) if hours is None else schedule.parse(hours).latest(now)
    started = max(started, opened)
    ready = started + row.state["seconds"]
    if "outcome" in row.state and now >= ready:
        return EngineStatus.FAILED, ready, started
    idle = math.inf if timeout is None else max(ready, row.state.get("accessed", -math.inf)) + timeout
    stops = [moment for moment in (closed, idle) if started < moment <= now]
    stopped = row.state.get("stopped")  # by hand, which counts even if the clock was set back
    if stopped is not None and stopped >= started:
        stops.append(stopped)
    if stops:
        return EngineStatus.INACTIVE, min(stops), started
    return (EngineStatus.ACTIVE, ready, started) if now >= ready else (EngineStatus.CREATING, started, started)

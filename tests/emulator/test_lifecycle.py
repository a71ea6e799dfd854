"""The states of engines and deployments as functions of their rows and the time."""

from datetime import datetime, timezone
from typing import Any

import pytest

from emissary_client_sdk.emulator import schedule
from emissary_client_sdk.emulator.lifecycle import deployment_state, engine_state
from emissary_client_sdk.emulator.store import Row

from .conftest import schedule_config, timeout_config

START = 1_700_000_000.0
WORKDAYS = {
    "timezone": "Europe/Berlin",
    "start_time": "10:00",
    "end_time": "18:00",
    "days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
}


def row(kind: str, fields: dict[str, Any] | None = None, created: float = START, **state: Any) -> Row:
    """Return an engine or a deployment that takes ten seconds to start."""
    return Row(kind, "", "x", created, fields or {}, {"started": created, "seconds": 10.0, **state})


def engine(config: dict[str, Any], created: float = START) -> Row:
    """Return an engine with a configuration."""
    return row("engine", {"resource_management_config": config}, created)


def at(day: int, hour: int, minute: int = 0) -> float:
    """Return a time in UTC in March 2026, which begins with a Sunday, as UNIX seconds."""
    return datetime(2026, 3, day, hour, minute, tzinfo=timezone.utc).timestamp()


@pytest.mark.parametrize(
    ("elapsed", "status", "changed"),
    [
        (-5, "Pending", 0),
        (0, "Pending", 0),
        (1.9, "Pending", 0),
        (2, "Deploying", 0),
        (10, "Deployed", 10),
        (3609, "Deployed", 10),
        (3610, "Deactivated", 3610),
        (1e6, "Deactivated", 3610),
    ],
)
def test_deployment_starts_and_times_out(elapsed: float, status: str, changed: float) -> None:
    """It is deactivated an hour after it was ready, without a request."""
    state = deployment_state(row("deployment"), None, START + elapsed)
    assert (state.status, state.changed) == (status, START + changed)


@pytest.mark.parametrize(
    ("deployment", "statuses"),
    [
        (row("deployment", {"inactive_timeout": 100}, accessed=START + 50), {149: "Deployed", 150: "Deactivated"}),
        (row("deployment", started=START + 50), {50: "Reactivating", 59.9: "Reactivating", 60: "Deployed"}),
        (row("deployment", outcome="Failed"), {9: "Deploying", 10: "Failed", 1e6: "Failed"}),
        (row("deployment", outcome="TimedOut"), {9: "Deploying", 10: "TimedOut", 1e6: "TimedOut"}),
    ],
    ids=["request-postpones-the-timeout", "started-again", "failed", "timed-out"],
)
def test_states_of_a_deployment(deployment: Row, statuses: dict[float, str]) -> None:
    """A second start takes as long as the first; a failed deployment never recovers."""
    found = {elapsed: deployment_state(deployment, None, START + elapsed).status for elapsed in statuses}
    assert found == statuses


@pytest.mark.parametrize(
    ("instance", "states"),
    [
        (row("engine"), {0: ("Creating", 0), 10: ("Active", 10), 1e6: ("Active", 10)}),
        (row("engine", stopped=START + 50), {60: ("Inactive", 50)}),
        (row("engine", outcome="Failed"), {10: ("Failed", 10)}),
        (engine(timeout_config(30)), {39: ("Active", 10), 40: ("Inactive", 40)}),
    ],
    ids=["unconfigured", "stopped", "failed", "timeout"],
)
def test_states_of_an_engine(instance: Row, states: dict[float, tuple[str, float]]) -> None:
    """Without a configuration it runs until it is stopped."""
    for elapsed, (status, changed) in states.items():
        state = engine_state(instance, START + elapsed)
        assert (state.status, state.changed) == (status, START + changed)


@pytest.mark.parametrize(
    ("created", "now", "status"),
    [
        (at(2, 9), at(2, 16, 59), "Active"),  # a Monday in winter: 10:00 is 9:00 UTC
        (at(2, 9), at(2, 17), "Inactive"),
        (at(2, 9), at(3, 8, 59), "Inactive"),
        (at(2, 9), at(3, 9), "Creating"),
        (at(2, 9), at(3, 9, 1), "Active"),
        (at(2, 9), at(7, 12), "Inactive"),  # a Saturday
        (at(2, 9), at(30, 8, 1), "Active"),  # in summer: 10:00 is 8:00 UTC
        (at(7, 12), at(8, 12), "Active"),  # created on a Saturday: up until Monday evening
        (at(7, 12), at(9, 17), "Inactive"),
    ],
)
def test_schedule_starts_and_stops(created: float, now: float, status: str) -> None:
    """The hours are those of the time zone, with its summer time."""
    assert engine_state(engine(schedule_config(WORKDAYS), created), now).status == status


def test_schedule_of_a_deployment_replaces_the_default_timeout() -> None:
    """Opened by its schedule, the deployment is reactivating first."""
    deployment = row("deployment", {"schedule": WORKDAYS}, at(2, 9))
    states = [deployment_state(deployment, None, now).status for now in (at(2, 16), at(2, 18), at(3, 9))]
    assert states == ["Deployed", "Deactivated", "Reactivating"]


@pytest.mark.parametrize(
    ("hours", "days", "now", "window"),
    [
        # Past midnight: opened on Monday evening, closed on Tuesday morning.
        (("22:00", "06:00"), ["monday"], at(3, 1), (at(2, 22), at(3, 6))),
        # Whole days that touch are one window.
        ((), ["monday", "tuesday"], at(3, 12), (at(2, 0), at(4, 0))),
        # Once a week, seen a day before it opens again.
        (("10:00", "11:00"), ["monday"], at(8, 12), (at(2, 10), at(2, 11))),
        # Without any gap.
        ((), None, at(3, 12), (-float("inf"), at(4, 0))),
    ],
)
def test_latest_window(hours: tuple[str, ...], days: Any, now: float, window: tuple[float, float]) -> None:
    """A schedule knows the newest window that has opened."""
    fields = dict(zip(("start_time", "end_time"), hours, strict=False))
    assert schedule.parse({**fields, "days": days}).latest(now) == window


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("days", ["Monday"], "some of monday, "),
        ("start_time", "24:00", "\"HH:MM\", not '24:00'"),
        ("end_time", "8:00", '"HH:MM"'),
        *(("timezone", name, "a time zone such as ") for name in ("Mars/Olympus", "/etc/passwd", "a\0b")),
    ],
)
def test_invalid_schedule(field: str, value: object, message: str) -> None:
    """The message names the field."""
    with pytest.raises(ValueError, match=f"{field}: must be {message}"):
        schedule.parse({field: value})


@pytest.mark.parametrize(
    ("on", "statuses"),
    [
        (row("engine"), {5: "Pending", 11: "Pending", 12: "Deploying", 20: "Deployed", 1e6: "Deployed"}),
        (row("engine", stopped=START + 50), {100: "Deactivated"}),
        (row("engine", started=START + 100), {100: "Reactivating", 110: "Reactivating", 120: "Deployed"}),
        (row("engine", outcome="Failed"), {20: "Failed"}),
    ],
    ids=["active", "stopped", "started-again", "failed"],
)
def test_deployment_on_an_engine_follows_the_engine(on: Row, statuses: dict[float, str]) -> None:
    """It loads once the engine is active, and again after each start of the engine; an inactive engine stops it."""
    deployment = row("deployment", created=START + 5)
    for elapsed, status in statuses.items():
        now = START + elapsed
        assert deployment_state(deployment, engine_state(on, now), now).status == status

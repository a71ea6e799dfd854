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


LATER = row("deployment", created=START + 5)
STATES: dict[str, tuple[Row, Row | None, dict[float, tuple[str, float]]]] = {
    "starts": (row("deployment"), None, {-5: ("Pending", 0), 1.9: ("Pending", 0), 2: ("Deploying", 0)}),
    "times out": (row("deployment"), None, {10: ("Deployed", 10), 3609: ("Deployed", 10), 3610: ("Deactivated", 3610)}),
    "request postpones it": (
        row("deployment", {"inactive_timeout": 99}, accessed=START + 50),
        None,
        {148: ("Deployed", 10), 149: ("Deactivated", 149)},
    ),
    "starts again": (row("deployment", started=START + 50), None, {59.9: ("Reactivating", 50), 60: ("Deployed", 60)}),
    "fails": (
        row("deployment", outcome="Failed"),
        None,
        {9: ("Deploying", 0), 10: ("Failed", 10), 1e6: ("Failed", 10)},
    ),
    "startup takes too long": (
        row("deployment", outcome="TimedOut"),
        None,
        {10: ("TimedOut", 10), 1e6: ("TimedOut", 10)},
    ),
    "loads on the engine": (
        row("deployment"),
        row("engine"),
        {5: ("Pending", 0), 11: ("Pending", 10), 12: ("Deploying", 10)},
    ),
    "loaded": (LATER, row("engine"), {20: ("Deployed", 20), 1e6: ("Deployed", 20)}),
    "engine stops": (LATER, row("engine", stopped=START + 50), {100: ("Deactivated", 50)}),
    "engine starts again": (
        LATER,
        row("engine", started=START + 100),
        {100: ("Reactivating", 100), 110: ("Reactivating", 110), 120: ("Deployed", 120)},
    ),
    "engine fails": (LATER, row("engine", outcome="Failed"), {20: ("Failed", 10)}),
    "engine": (row("engine"), None, {0: ("Creating", 0), 10: ("Active", 10), 1e6: ("Active", 10)}),
    "stopped engine": (row("engine", stopped=START + 50), None, {60: ("Inactive", 50)}),
    "failing engine": (row("engine", outcome="Failed"), None, {10: ("Failed", 10)}),
    "engine times out": (engine(timeout_config(30)), None, {39: ("Active", 10), 40: ("Inactive", 40)}),
}


@pytest.mark.parametrize(("found", "on", "expected"), STATES.values(), ids=STATES)
def test_states(found: Row, on: Row | None, expected: dict[float, tuple[str, float]]) -> None:
    """A deployment times out an hour after it was ready, or follows its engine. A failed one never recovers."""
    for elapsed, (status, changed) in expected.items():
        now = START + elapsed
        below = None if on is None else engine_state(on, now)
        state = engine_state(found, now) if found.kind == "engine" else deployment_state(found, below, now)
        assert (elapsed, state.status, state.changed) == (elapsed, status, START + changed)


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

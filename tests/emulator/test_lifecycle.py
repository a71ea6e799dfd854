"""The states of engines and deployments as functions of their rows and the time."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from emissary_client_sdk.emulator import schedule
from emissary_client_sdk.emulator.lifecycle import deployment_state, engine_state
from emissary_client_sdk.emulator.store import Row

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


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> float:
    """Return a time in UTC as UNIX seconds."""
    return datetime(year, month, day, hour, minute, tzinfo=timezone.utc).timestamp()


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


def test_request_postpones_the_time_out() -> None:
    """The time counts from the last request."""
    used = row("deployment", {"inactive_timeout": 100}, accessed=START + 50)
    assert deployment_state(used, None, START + 149).status == "Deployed"
    assert deployment_state(used, None, START + 150).status == "Deactivated"


def test_reactivated_deployment_is_reactivating_until_it_is_ready() -> None:
    """It takes as long as the first start."""
    again = row("deployment", started=START + 5000)
    assert [deployment_state(again, None, START + 5000 + more).status for more in (0, 9.9, 10)] == [
        "Reactivating",
        "Reactivating",
        "Deployed",
    ]


@pytest.mark.parametrize("outcome", ["Failed", "TimedOut"])
def test_failing_deployment_never_recovers(outcome: str) -> None:
    """It has its outcome once it should have been ready."""
    failing = row("deployment", outcome=outcome)
    assert [deployment_state(failing, None, START + elapsed).status for elapsed in (9, 10, 1e6)] == [
        "Deploying",
        outcome,
        outcome,
    ]


def test_engine_without_configuration_runs_until_it_is_stopped() -> None:
    """It has no time-out."""
    assert [engine_state(row("engine"), START + elapsed).status for elapsed in (0, 10, 1e6)] == [
        "Creating",
        "Active",
        "Active",
    ]
    stopped = engine_state(row("engine", stopped=START + 50), START + 60)
    assert (stopped.status, stopped.changed) == ("Inactive", START + 50)
    assert engine_state(row("engine", outcome="Failed"), START + 10).status == "Failed"


def test_engine_times_out() -> None:
    """The configuration has the seconds without a request."""
    config = {"management_type": "inactive_timeout", "management_config": {"inactive_duration": 30}}
    engine = row("engine", {"resource_management_config": config})
    assert [engine_state(engine, START + elapsed).status for elapsed in (39, 40)] == ["Active", "Inactive"]


@pytest.mark.parametrize(
    ("created", "now", "status"),
    [
        (at(2026, 3, 2, 9), at(2026, 3, 2, 16, 59), "Active"),  # a Monday in winter: 10:00 is 9:00 UTC
        (at(2026, 3, 2, 9), at(2026, 3, 2, 17), "Inactive"),
        (at(2026, 3, 2, 9), at(2026, 3, 3, 8, 59), "Inactive"),
        (at(2026, 3, 2, 9), at(2026, 3, 3, 9), "Creating"),
        (at(2026, 3, 2, 9), at(2026, 3, 3, 9, 1), "Active"),
        (at(2026, 3, 2, 9), at(2026, 3, 7, 12), "Inactive"),  # a Saturday
        (at(2026, 3, 2, 9), at(2026, 3, 30, 8, 1), "Active"),  # in summer: 10:00 is 8:00 UTC
        (at(2026, 3, 7, 12), at(2026, 3, 8, 12), "Active"),  # created on a Saturday: up until Monday evening
        (at(2026, 3, 7, 12), at(2026, 3, 9, 17), "Inactive"),
    ],
)
def test_schedule_starts_and_stops(created: float, now: float, status: str) -> None:
    """The hours are those of the time zone, with its summer time."""
    config = {"management_type": "schedule", "management_config": WORKDAYS}
    assert engine_state(row("engine", {"resource_management_config": config}, created), now).status == status


def test_schedule_of_a_deployment_replaces_the_default_time_out() -> None:
    """Opened by its schedule, the deployment is reactivating first."""
    deployment = row("deployment", {"schedule": WORKDAYS}, at(2026, 3, 2, 9))
    assert deployment_state(deployment, None, at(2026, 3, 2, 16)).status == "Deployed"
    assert deployment_state(deployment, None, at(2026, 3, 2, 18)).status == "Deactivated"
    assert deployment_state(deployment, None, at(2026, 3, 3, 9)).status == "Reactivating"


@pytest.mark.parametrize(
    ("fields", "now", "window"),
    [
        # Past midnight: opened on Monday evening, closed on Tuesday morning.
        (
            {"start_time": "22:00", "end_time": "06:00", "days": ["monday"]},
            at(2026, 3, 3, 1),
            (at(2026, 3, 2, 22), at(2026, 3, 3, 6)),
        ),
        # Whole days that touch are one window.
        ({"days": ["monday", "tuesday"]}, at(2026, 3, 3, 12), (at(2026, 3, 2, 0), at(2026, 3, 4, 0))),
        # Once a week, seen a day before it opens again.
        (
            {"start_time": "10:00", "end_time": "11:00", "days": ["monday"]},
            at(2026, 3, 8, 12),
            (at(2026, 3, 2, 10), at(2026, 3, 2, 11)),
        ),
        # Without any gap.
        ({}, at(2026, 3, 3, 12), (-float("inf"), at(2026, 3, 4, 0))),
    ],
)
def test_latest_window(fields: dict[str, Any], now: float, window: tuple[float, float]) -> None:
    """A schedule knows the newest window that has opened."""
    assert schedule.parse(fields).latest(now) == window


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"days": ["Monday"]}, "days: must be some of monday, "),
        ({"start_time": "24:00"}, "start_time: must be \"HH:MM\", not '24:00'"),
        ({"end_time": "8:00"}, 'end_time: must be "HH:MM"'),
        ({"timezone": "Mars/Olympus"}, "timezone: must be a time zone such as "),
        ({"timezone": "/etc/passwd"}, "timezone: must be a time zone such as "),
        ({"timezone": "a\0b"}, "timezone: must be a time zone such as "),
    ],
)
def test_invalid_schedule(fields: dict[str, Any], message: str) -> None:
    """The message names the field."""
    with pytest.raises(ValueError, match=message):
        schedule.parse(fields)


def test_deployment_on_an_engine_follows_the_engine() -> None:
    """It loads once the engine is active, and again after each start of the engine; an inactive engine stops it."""
    deployment = row("deployment", created=START + 5)
    engine = row("engine")

    def status(now: float, engine: Row = engine) -> str:
        return deployment_state(deployment, engine_state(engine, START + now), START + now).status

    assert [status(now) for now in (5, 11, 12, 20, 1e6)] == ["Pending", "Pending", "Deploying", "Deployed", "Deployed"]
    assert status(100, row("engine", stopped=START + 50)) == "Deactivated"
    again = row("engine", started=START + 100)
    assert [status(now, again) for now in (100, 110, 120)] == ["Reactivating", "Reactivating", "Deployed"]
    assert status(20, row("engine", outcome="Failed")) == "Failed"

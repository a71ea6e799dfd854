"""``emissary ps`` and ``emissary cleanup``."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import BASE_MODEL, PROJECT

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Emissary

DAY = 86400
NOW = int(time.time())


@pytest.fixture
def account(emissary: Emissary, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Emissary:
    """An account with engines and deployments of several ages, as the platform lists them."""
    monkeypatch.chdir(tmp_path)
    deployments = [
        _deployment("dp-old", "old", 40),
        _deployment("dp-busy", "busy", 40),
        _deployment("dp-crashed", "x-temporary-0123abcd", 1),
        _deployment("dp-current", "y-temporary-0123abcd", 0),
        _deployment("dp-idle", "idle", 1, "Deactivated"),
    ]
    engines = {
        "engine-old": (30, [deployments[0], _deployment("dp-base", BASE_MODEL, 40)]),
        "engine-busy": (0, [deployments[1]]),
    }
    emissary.respond("projects.list", [{"id": PROJECT, "name": "p"}], times=None)
    emissary.respond("deployments.list", deployments, times=None)
    jobs = [{"id": "tr-1", "status": "Running", "created_at": NOW}, {"id": "tr-2", "status": "Success"}]
    emissary.respond("training_jobs.list", jobs, times=None)
    emissary.respond("engines.list", [{"id": identity} for identity in engines], times=None)

    def engine(identity: str) -> None:
        days, deployed = engines[identity]
        more = {"created_at": NOW - 40 * DAY, "last_access_timestamp": NOW - days * DAY, "deployments": deployed}
        emissary.respond("engines.retrieve", {"id": identity, "name": identity[7:], "status": "Active", **more})

    for identity in engines:
        engine(identity)
    return emissary


def _deployment(identity: str, name: str, days: int, status: str = "Deployed") -> dict[str, Any]:
    return {"id": identity, "name": name, "status": status, "created_at": NOW - days * DAY}


def doomed(account: Emissary, *options: str) -> list[str]:
    """Return the ids of what ``cleanup`` would delete."""
    result = account("cleanup", "--dry-run", "--json", *options)
    assert result.code == 0, result.err
    assert not any(item["deleted"] for item in result.json)
    return [item["id"] for item in result.json]


def test_ps_shows_what_runs(account: Emissary) -> None:
    """Engines, deployments and jobs that run are listed, with age and last use; nothing that is at rest."""
    shown = account("ps").out
    for part in ("engine-old", "dp-busy", "tr-1", "40 d", "30 d", "LAST USE"):
        assert part in shown
    assert "dp-idle" not in shown
    assert "tr-2" not in shown


def test_ps_as_json(account: Emissary) -> None:
    """Programs get times in UNIX seconds, and the engine of a deployment."""
    found = {item["id"]: item for item in account("ps", "--json").json}
    assert found["dp-old"]["engine_id"] == "engine-old"
    assert found["dp-old"]["last_used_at"] == NOW - 30 * DAY
    assert found["dp-base"]["project_id"] is None
    assert found["tr-1"]["last_used_at"] is None


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], ["dp-crashed"]),
        (["--unused", "7d"], ["engine-old", "dp-old", "dp-crashed", "dp-base"]),
        (["--unused", "31d"], ["dp-crashed"]),
        (["--unused", "7d", "--older-than", "50d"], ["dp-crashed"]),
        (["--unused", "7d", "--keep", "old"], ["dp-crashed"]),
        (["--unused", "7d", "--keep", BASE_MODEL, "--keep", "x-*"], ["dp-old"]),
        (["--older-than", "30d", "--keep", "busy"], ["engine-old", "dp-old", "dp-crashed", "dp-base"]),
    ],
)
def test_cleanup_chooses(account: Emissary, options: list[str], expected: list[str]) -> None:
    """Without criteria only left temporary deployments go; an engine goes with all its deployments or not at all."""
    assert doomed(account, *options) == expected


def test_cleanup_keeps_what_unfinished_runs_name(account: Emissary, tmp_path: Path) -> None:
    """The state file of an unfinished run protects what it names."""
    step = {"requested_at": 1, "timeout": 1, "id": "dp-crashed"}
    state = {
        "name": "old", "server_url": "http://h", "files": {}, "options": {"base_model": "b"},
        "steps": {"deployment": step},
    }  # fmt: skip
    (tmp_path / "r.emissary.json").write_text(json.dumps(state))
    assert doomed(account, "--unused", "7d", "--runs", str(tmp_path)) == []


def test_cleanup_asks(account: Emissary) -> None:
    """The candidates are shown before the question; without consent nothing is deleted."""
    result = account("cleanup", stdin="n\n")
    assert "dp-crashed" in result.out
    assert "Delete it? [y/N]" in result.err
    assert result.code == 1


def test_cleanup_deletes(emissary: Emissary, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """After the question it deletes; an engine takes its deployments with it."""
    monkeypatch.chdir(tmp_path)
    body: Any = {"base_model": BASE_MODEL, "name": "e"}
    emissary.client.engines.create(request_body=body)
    project = emissary.client.projects.create().id
    body = {"training_job_id": BASE_MODEL, "checkpoint": 0, "name": "one"}
    emissary.client.deployments.create(project_id=project, request_body=body)
    time_of_creation = time.time()
    monkeypatch.setattr(time, "time", lambda: time_of_creation + 10)
    result = emissary("cleanup", "--older-than", "1s", stdin="yes\n")
    assert (result.code, "deleted" in result.err) == (0, True)
    assert emissary.client.engines.list() == []
    assert emissary.client.deployments.list(project_id=project) == []
    assert "There is nothing to delete." in emissary("cleanup", "--older-than", "1s").out


def test_failed_deletions(account: Emissary) -> None:
    """Failed deletions are named, and the rest is deleted; a resource that is gone already is not a failure."""
    account.respond("engines.delete", {}, status=403)
    result = account("cleanup", "--unused", "7d", "--yes", "--json")
    assert result.code != 0
    assert [item["id"] for item in result.json if not item["deleted"]] == ["engine-old", "dp-old", "dp-base"]


@pytest.mark.parametrize(
    ("options", "message"),
    [(["--unused", "7"], "is not a time such as 7d"), (["--keep", "typo"], "names no deployment or engine")],
)
def test_invalid_options(account: Emissary, options: list[str], message: str) -> None:
    """A misspelled time, or a name to keep that nothing has, is refused before anything is deleted."""
    result = account("cleanup", "--yes", *options)
    assert result.code == 2
    assert message in result.err

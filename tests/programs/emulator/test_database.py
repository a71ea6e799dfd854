"""The database file: what it refuses, keeps, migrates, and never loses."""

import gc
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from emissary_client_sdk import emulator
from emissary_client_sdk.emulator.store import APPLICATION_ID

from .conftest import DEPLOYMENTS, ENGINES, JOB, JOBS, RECORDS, START, Api, lines
from .test_server import KEY, start

# The schema of the first version, which had training jobs only.
VERSION_1 = f"""
CREATE TABLE jobs (
    sequence INTEGER PRIMARY KEY, project TEXT NOT NULL, id TEXT NOT NULL, name TEXT, head TEXT NOT NULL,
    body TEXT NOT NULL, idempotency_key TEXT, started REAL NOT NULL, seconds REAL NOT NULL, outcome TEXT NOT NULL,
    cancelled_at REAL, UNIQUE (project, id), UNIQUE (project, idempotency_key)
);
CREATE INDEX jobs_of_project ON jobs (project);
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = 1;
"""


def execute(path: Path, script: str, rows: Any = ()) -> None:
    """Execute SQL statements on a file, then insert jobs of version 1."""
    connection = sqlite3.connect(path)
    connection.executescript(script)
    if rows:
        connection.executemany("INSERT INTO jobs VALUES (NULL, ?, ?, ?, '{}', ?, ?, ?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("not a database\n" * 50, "is not a database"),
        ("CREATE TABLE mine (x)", "is a database of another program"),
        (VERSION_1.replace("user_version = 1", "user_version = 99"), "made by a newer version"),
    ],
    ids=["text", "other-program", "newer"],
)
def test_other_file_is_refused(tmp_path: Path, content: str, message: str) -> None:
    """It stays as it was."""
    path = tmp_path / "jobs.sqlite"
    if content.startswith("not"):
        path.write_text(content)
    else:
        execute(path, content)
    before = path.read_bytes()
    with pytest.raises(emulator.DatabaseError, match=message):
        emulator.create_app(database=path)
    gc.collect()
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["", "no/such/folder/jobs.sqlite", "a\0b"], ids=["directory", "missing", "null"])
def test_file_that_cannot_be_opened(tmp_path: Path, name: str) -> None:
    """The message has its name."""
    with pytest.raises(emulator.DatabaseError, match="cannot open the database"):
        emulator.create_app(database=str(tmp_path / name))


def test_objects_survive_a_restart(tmp_path: Path) -> None:
    """Each keeps its state, its speed and its Idempotency-Key; datasets keep their content."""
    path = tmp_path / "jobs.sqlite"
    key = {"headers": {"Idempotency-Key": "key"}}

    def listed(api: Api) -> list[Any]:
        return [api.get(path) for path in (JOBS, DEPLOYMENTS, ENGINES, "/v1/projects")]

    with closing(Api(database=path)) as api:
        job = api.post(JOBS, JOB, **key)["id"]
        cancelled = api.post(JOBS, JOB)["id"]
        api.now += 50
        api.post(f"{JOBS}/{cancelled}/cancel")
        dataset = api.upload(lines(RECORDS))["id"]
        api.deploy("HF_MODEL", checkpoint=0)
        api.engine()
        before = listed(api)
    assert [found["status"] for found in before[0]] == ["Running", "Cancelled"]
    with closing(Api(database=path, job_seconds=1, deploy_seconds=1)) as api:
        api.now = START + 50
        assert listed(api) == before
        assert api.post(JOBS, JOB, **key)["id"] == job
        assert api.send("GET", f"/files/p/datasets/{dataset}").text == lines(RECORDS)


def test_database_of_version_1_is_migrated(tmp_path: Path) -> None:
    """Every job stays as it was, and its project exists now."""
    path = tmp_path / "jobs.sqlite"
    fields = {**JOB, "name": "first", "test_functions": ["f1"]}
    again = {**JOB, "base_model": "first", "base_model_option": "fine-tuned"}
    rows = [
        ("p", "one", "first", json.dumps(fields), "key", START - 100, 100.0, "Success", None),
        ("p", "two", None, json.dumps(again), None, START - 60, 100.0, "Failed", START - 10),
        ("q", "three", None, json.dumps(JOB), None, START, 200.0, "Success", None),
    ]
    execute(path, VERSION_1, rows)
    key = {"headers": {"Idempotency-Key": "key"}}
    for _ in range(2):  # the second time it is of the present version
        with closing(Api(database=path)) as api:
            assert [(job["id"], job["status"]) for job in api.get(JOBS)] == [("one", "Success"), ("two", "Cancelled")]
            detail = api.get(f"{JOBS}/one")
            assert (detail["created_at"], detail["test_functions"]) == (int(START) - 100, ["f1"])
            assert detail["train_dataset"]["id"] == "data"
            assert api.get("/v1/projects") == [{"id": "p", "name": "p"}, {"id": "q", "name": "q"}]
            assert api.post(JOBS, fields, **key)["id"] == "one"
            assert api.error(400, "POST", JOBS, JOB, **key).startswith("Idempotency-Key: this key was used before")
            assert api.get("/v1/projects/q/training-jobs")[0]["status"] == "Pending"


def test_servers_in_memory_are_separate(api: Api) -> None:
    """Each has its own jobs."""
    api.post(JOBS, JOB)
    with closing(Api()) as other:
        assert other.get(JOBS) == []


@pytest.mark.parametrize("key", [None, "one"])
def test_two_servers_share_a_file(tmp_path: Path, key: str | None) -> None:
    """Concurrent creates lose nothing, and create one job for one Idempotency-Key."""
    database = tmp_path / "jobs.sqlite"
    headers = KEY if key is None else {**KEY, "Idempotency-Key": key}

    def post(url: str) -> str:
        response = client.post(url + JOBS, json=JOB)
        assert response.status_code == 201
        return str(response.json()["id"])

    with (
        emulator.serve(database=database) as one,
        emulator.serve(database=database) as two,
        httpx.Client(headers=headers) as client,
        ThreadPoolExecutor(8) as pool,
    ):
        ids = list(pool.map(post, [one.url, two.url] * 20))
        stored = {job["id"] for job in client.get(one.url + JOBS).json()}
    assert len(stored) == (40 if key is None else 1)
    assert set(ids) == stored


def test_killed_server_loses_no_acknowledged_create(tmp_path: Path) -> None:
    """It is killed while clients create jobs, and started again on the same file."""
    database = tmp_path / "jobs.sqlite"
    acknowledged: list[str] = []

    def create_until_it_dies(url: str) -> None:
        with httpx.Client(headers=KEY, base_url=url) as client:
            while True:
                try:
                    response = client.post(JOBS, json=JOB)
                except httpx.TransportError:
                    return
                acknowledged.append(response.json()["id"])
                if len(acknowledged) == 100:
                    process.kill()

    process, _, url = start("--database", str(database))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(create_until_it_dies, [url] * 4))
    process.communicate()
    with closing(Api(database=database)) as api:
        stored = [job["id"] for job in api.get(JOBS)]
    assert len(stored) == len(set(stored))
    assert set(acknowledged) <= set(stored)

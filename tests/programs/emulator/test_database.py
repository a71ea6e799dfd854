"""The database file: what it refuses, keeps, and never loses."""

import gc
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


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("not a database\n" * 50, "is not a database"),
        ("CREATE TABLE mine (x)", "is a database of another program"),
        (f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 1", "made by another version"),
    ],
    ids=["text", "other-program", "other-version"],
)
def test_other_file_is_refused(tmp_path: Path, content: str, message: str) -> None:
    """It stays as it was."""
    path = tmp_path / "jobs.sqlite"
    if content.startswith("not"):
        path.write_text(content)
    else:
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(content)
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

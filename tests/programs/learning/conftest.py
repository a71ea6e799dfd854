"""An emulator that learns, shared by all tests: its start takes seconds, a training milliseconds."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from emissary_client_sdk import EmissaryClient, emulator, models

from .data import lines, reviews

POLLING: Any = {"poll_interval_ms": 10, "total_timeout_ms": 120_000}


def shortest(_prompt: str, _expected: str, predicted: str) -> float:
    """Prefer short completions."""
    return 1 / (1 + len(predicted))


def failing(_prompt: str, _expected: str, _predicted: str) -> float:
    """Fail."""
    raise LookupError("no score")


def endless(_prompt: str, _expected: str, _predicted: str) -> float:
    """Return a number that is not one."""
    return float("nan")


class Platform:
    """A client of an emulator that learns, with a project."""

    def __init__(self, server: emulator.Server, client: EmissaryClient, database: Path) -> None:
        self.server = server
        self.database = database
        self.client = client
        self.project = client.projects.create(request_body={"name": "p"}).id

    def upload(self, records: Iterable[Mapping[str, Any]] | bytes) -> str:
        """Upload a dataset; return its id."""
        file = records if isinstance(records, bytes) else lines(records)
        return self.client.datasets.upload(project_id=self.project, file=file).id

    def start(self, dataset: str, task: str = "classification", **fields: Any) -> str:
        """Create a job; return its id."""
        body: Any = {"base_model": "llama", "train_dataset_id": dataset, "task_type": task, **fields}
        return self.client.training_jobs.create(project_id=self.project, request_body=body).id

    def wait(self, job_id: str) -> models.TrainingJobDetail:
        """Wait until a job has succeeded."""
        jobs = self.client.training_jobs
        return jobs.wait(project_id=self.project, training_job_id=job_id, **POLLING)

    def train(self, records: Iterable[Mapping[str, Any]] | bytes, task: str = "classification", **fields: Any) -> str:
        """Train a job on records; return its id."""
        return self.wait(self.start(self.upload(records), task, **fields)).id

    def checkpoints(self, job_id: str) -> list[models.TrainingJobCheckpoint]:
        """Return the checkpoints of a job."""
        return self.client.training_jobs.list_checkpoints(project_id=self.project, training_job_id=job_id)

    def stored_models(self, owner: str) -> int:
        """Return how many models of a job or deployment are in the database."""
        with closing(sqlite3.connect(self.database)) as connection:
            query = "SELECT count(*) FROM objects WHERE kind = 'model' AND parent = ?"
            return int(connection.execute(query, (owner,)).fetchone()[0])

    def deploy(self, job_id: str, checkpoint: int = 5) -> str:
        """Deploy a checkpoint; return the name of the deployment."""
        body: Any = {"training_job_id": job_id, "checkpoint": checkpoint}
        deployment = self.client.deployments.create(project_id=self.project, request_body=body)
        assert deployment.name
        return deployment.name


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Yield the shared emulator; nothing takes time there but training."""
    database = tmp_path_factory.mktemp("learning") / "jobs.sqlite"
    rewards = {"shortest": shortest, "failing": failing, "endless": endless}
    with (
        emulator.serve(database=database, job_seconds=0, deploy_seconds=0, learn=True, rewards=rewards) as server,
        EmissaryClient(server_url=server.url, api_key="key") as client,
    ):
        yield Platform(server, client, database)


@pytest.fixture(scope="session")
def job(platform: Platform) -> str:
    """Return the id of a trained classifier of reviews."""
    return platform.train(reviews(300))


@pytest.fixture(scope="session")
def model(platform: Platform, job: str) -> str:
    """Return the name of its deployment."""
    return platform.deploy(job)

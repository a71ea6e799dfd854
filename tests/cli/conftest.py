"""The command within this process, and a platform on which a job ends as soon as it is created."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from typer.testing import CliRunner

from emissary_client_sdk import EmissaryClient, emulator
from emissary_client_sdk.cli.app import app

from ..support.answers import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emissary_client_sdk import models

PROJECT = "p"


class Ran(NamedTuple):
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out, parse_constant=pytest.fail)


class Emissary:
    """Runs the command, with the key, the server and the project in its environment."""

    def __init__(self, server: emulator.Server) -> None:
        self.server = server
        self.environment: dict[str, str | None] = {
            "EMISSARY_CLIENT_API_KEY": KEY,
            "EMISSARY_CLIENT_SERVER_URL": server.url,
            "EMISSARY_PROJECT_ID": PROJECT,
            "COLUMNS": "200",  # of the help and of usage errors
        }

    def __call__(self, *arguments: str, say: str = "", **environment: str | None) -> Ran:
        """Run it; ``say`` is on its standard input."""
        ran = CliRunner().invoke(app, arguments, input=say, env={**self.environment, **environment})
        return Ran(ran.exit_code, ran.stdout, ran.stderr)

    def create(self, **fields: Any) -> str:
        """Create a job without the command; gives its id."""
        body: Any = {"base_model": "llama", "train_dataset_id": "data", **fields}
        with EmissaryClient(KEY, server_url=self.server.url) as client:
            return str(client.training_jobs.create(project_id=PROJECT, request_body=body).id)

    def job(self, job: str) -> models.TrainingJobDetail:
        """Give a job, without the command."""
        with EmissaryClient(KEY, server_url=self.server.url) as client:
            return client.training_jobs.retrieve(project_id=PROJECT, training_job_id=job)


@pytest.fixture(scope="session")
def one_quick_platform() -> Iterator[emulator.Server]:
    """Give one emulator to all tests, on which a job is over at once."""
    with emulator.serve(job_seconds=0) as server:
        yield server


@pytest.fixture
def emissary(one_quick_platform: emulator.Server) -> Emissary:
    """Give the command, with a new platform on which a job is over at once."""
    one_quick_platform.reset()
    return Emissary(one_quick_platform)


@pytest.fixture
def slow_emissary(platform: emulator.Server) -> Emissary:
    """Give the command, with a new platform on which a job takes an hour."""
    return Emissary(platform)

"""The command within this process, on an emulator on which nothing takes time."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from click.testing import CliRunner

from emissary_client_sdk import EmissaryClient, emulator, profiles
from emissary_client_sdk.cli import main

from ...support.answers import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from emissary_client_sdk import models

PROJECT = "p"
BASE_MODEL = "Llama-3.2-1B-Instruct"


class Result(NamedTuple):
    """Exit code and output of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The document on standard output."""
        return json.loads(self.out, parse_constant=pytest.fail)

    @property
    def error(self) -> Any:
        """The error document on standard error."""
        return json.loads(self.err)["error"]


class Emissary:
    """Runs the command with the key, the server and the project in its environment."""

    def __init__(self, server: emulator.Server) -> None:
        self.server = server
        self.client = EmissaryClient(KEY, server_url=server.url)
        self.environment: dict[str, str | None] = {
            "EMISSARY_CLIENT_API_KEY": KEY,
            "EMISSARY_CLIENT_SERVER_URL": server.url,
            "EMISSARY_PROJECT_ID": PROJECT,
        }

    def __call__(self, *arguments: str, stdin: str = "", env: dict[str, str | None] | None = None) -> Result:
        """Run the command."""
        with CliRunner().isolation(stdin, {**self.environment, **(env or {})}) as (out, err, _):
            with pytest.raises(SystemExit) as exited:
                main(arguments)
            sys.stdout.flush()
            sys.stderr.flush()
            return Result(int(exited.value.code or 0), out.getvalue().decode(), err.getvalue().decode())

    def respond(self, operation: str, body: object, status: int = 200, times: int | None = 1) -> None:
        """Make the server send a response."""
        self.server.faults.add(operation=operation, body=body, status=status, times=times)

    def create_job(self, **fields: Any) -> str:
        """Create a job without the command and return its id."""
        body: Any = {"base_model": BASE_MODEL, "train_dataset_id": "data", **fields}
        return self.client.training_jobs.create(project_id=PROJECT, request_body=body).id

    def job(self, job: str) -> models.TrainingJobDetail:
        """Return a job."""
        return self.client.training_jobs.retrieve(project_id=PROJECT, training_job_id=job)


@pytest.fixture(autouse=True)
def _no_stored_accounts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide the accounts of the machine's user."""
    monkeypatch.setattr(profiles, "profiles_path", lambda: tmp_path / "profiles.json")


@pytest.fixture
def emissary(instant_platform: emulator.Server) -> Iterator[Emissary]:
    """The command, on an empty platform on which a job finishes at once."""
    instant_platform.reset()
    emissary = Emissary(instant_platform)
    with emissary.client:
        yield emissary


@pytest.fixture
def slow_emissary(platform: emulator.Server) -> Iterator[Emissary]:
    """The command, on an empty platform on which a job takes an hour."""
    emissary = Emissary(platform)
    with emissary.client:
        yield emissary

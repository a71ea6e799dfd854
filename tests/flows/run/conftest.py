"""A platform on which nothing takes time, and a data file."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import EmissaryClient

from ...support.answers import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emissary_client_sdk import RunEvent, RunResult, emulator

    from ...support.calling import Call

BASE_MODEL = "Llama-3.2-1B-Instruct"
FILE = "reviews.jsonl"
STATE = Path("reviews.jsonl.emissary.json")


def write(records: list[dict[str, Any]], file: str = FILE) -> None:
    """Write a data file."""
    Path(file).write_text("\n".join(map(json.dumps, records)))


class Runs:
    """Starts runs in one mode.

    :ivar events: The events of all runs, as lines for people.
    """

    def __init__(self, call: Call, server: emulator.Server, client: EmissaryClient) -> None:
        self.call = call
        self.server = server
        self.client = client
        self.events: list[str] = []

    def __call__(self, client: EmissaryClient | None = None, **options: Any) -> RunResult:
        """Run, by default on the data file."""
        if not options.get("resume"):
            options = {"file": FILE, "base_model": BASE_MODEL, **options}
        elif "state" not in options:
            options = {"file": FILE, **options}
        options = {"poll_interval_ms": 1, "on_event": self._on_event, **options}
        chosen = client or self.client
        method: Any = chosen.run_async if self.call.is_async else chosen.run
        result: RunResult = self.call.run(partial(method, **options))
        return result

    def _on_event(self, event: RunEvent) -> None:
        self.events.append(str(event))

    @property
    def created(self) -> list[int]:
        """Numbers of projects, datasets, jobs and deployments."""
        with EmissaryClient(KEY, server_url=self.server.url) as client:
            projects = [project.id for project in client.projects.list()]
            lists = (client.datasets.list, client.training_jobs.list, client.deployments.list)
            return [len(projects), *(sum(len(listed(project_id=one)) for one in projects) for listed in lists)]


@pytest.fixture
def run(
    call: Call, instant_platform: emulator.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Runs]:
    """Runs on an empty platform, with a data file in the working directory."""
    monkeypatch.chdir(tmp_path)
    write([{"prompt": f"text {number}", "completion": {"positive": number % 2}} for number in range(60)])
    instant_platform.reset()
    client = EmissaryClient(KEY, server_url=instant_platform.url)
    yield Runs(call, instant_platform, client)
    call.close_client(client)

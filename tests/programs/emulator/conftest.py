"""An emulator whose clock the test sets, called in process."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from functools import partialmethod
from typing import Any

import httpx
import pytest

from emissary_client_sdk import emulator

from ...project.contract.document import check

START = 1_700_000_000.25
MODEL = "Llama-3.2-1B-Instruct"
PROJECT = "/v1/projects/p"
DATASETS = f"{PROJECT}/datasets"
JOBS = f"{PROJECT}/training-jobs"
DEPLOYMENTS = f"{PROJECT}/deployments"
ENGINES = "/v1/engines"
INFERENCE = ["/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/classification"]
EXPERIMENTS = "/v1/experiments"
JOB = {"base_model": "llama", "train_dataset_id": "data"}
RECORDS = [{"prompt": f"text {n}", "completion": {"good": n % 2, "bad": 1 - n % 2}} for n in range(50)]


class Api:
    """Sends requests to an emulator in this process; its jobs take 100 seconds, its deployments 10.

    :ivar now: the time on the emulator's clock.
    """

    def __init__(self, **options: Any) -> None:
        self.now = START
        settings: dict[str, Any] = {"job_seconds": 100, "deploy_seconds": 10, "clock": lambda: self.now, **options}
        self.app = emulator.create_app(**settings)
        self.loop = asyncio.new_event_loop()
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False),
            base_url="http://emulator",
            headers={"X-API-Key": "key"},
        )

    def send(self, method: str, path: str, body: object = None, **options: Any) -> httpx.Response:
        """Send a request, with a JSON body unless it is None; return the response."""
        if body is not None:
            options["json"] = body
        return self.loop.run_until_complete(self.client.request(method, path, **options))

    def succeed(self, method: str, path: str, body: object = None, **options: Any) -> Any:
        """Send a request that succeeds as documented; return the JSON of the response, or None."""
        response = self.send(method, path, body, **options)
        assert response.is_success, response.text
        check(response)
        return response.json() if response.content else None

    get = partialmethod(succeed, "GET")
    post = partialmethod(succeed, "POST")
    delete = partialmethod(succeed, "DELETE")

    def error(self, status: int, method: str, path: str, body: object = None, **options: Any) -> str:
        """Return the message of a request that fails with this status, as documented."""
        response = self.send(method, path, body, **options)
        assert response.status_code == status, response.text
        check(response)
        content = response.json()
        message: str = content["error"]
        code = {"code": "object_not_found"} if status == 404 else {}
        assert content == {"status": status, "error": message, **code}
        return message

    def upload(self, content: str, path: str = DATASETS, **options: Any) -> Any:
        """Upload a dataset."""
        return self.post(path, files={"file": ("data.jsonl", content)}, **options)

    def train(self, records: str = "", **fields: Any) -> str:
        """Train a job, on these records if there are any; return its ID once it has succeeded."""
        dataset = {"train_dataset_id": self.upload(records)["id"]} if records else {}
        job_id: str = self.post(JOBS, {**JOB, **dataset, **fields})["id"]
        self.now += 100
        return job_id

    def deploy(self, job: str, **fields: Any) -> Any:
        """Deploy the last checkpoint of a job."""
        return self.post(DEPLOYMENTS, {"training_job_id": job, "checkpoint": 3, **fields})

    def engine(self, **fields: Any) -> str:
        """Create an engine; return its path."""
        return f"{ENGINES}/{self.post(ENGINES, {'base_model': 'llama', **fields})['id']}"

    def close(self) -> None:
        """Close the emulator."""
        self.loop.run_until_complete(self.client.aclose())
        self.loop.close()
        self.app.close()


def lines(records: list[Any]) -> str:
    """Return records as JSON lines."""
    return "".join(json.dumps(record) + "\n" for record in records)


@pytest.fixture
def api() -> Iterator[Api]:
    """Yield an empty emulator."""
    with closing(Api()) as made:
        yield made


@pytest.fixture
def job(api: Api) -> str:
    """Return the ID of a job named "mine" that has three checkpoints."""
    return api.train(name="mine")


def timeout_config(seconds: int | None) -> dict[str, Any]:
    """Return the configuration of an engine that stops after seconds without a request."""
    return {"management_type": "inactive_timeout", "management_config": {"inactive_duration": seconds}}


def schedule_config(schedule: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration of an engine with a schedule."""
    return {"management_type": "schedule", "management_config": schedule}


def exchange(app: Any, events: list[dict[str, Any]], **scope: Any) -> list[dict[str, Any]]:
    """Call an application as a server does; return the messages that it sends."""
    incoming, sent = iter(events), list[dict[str, Any]]()

    async def receive() -> dict[str, Any]:
        return next(incoming)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(app({"type": "http", "query_string": b"", **scope}, receive, send))
    return sent

"""An emulator whose clock the test sets, called in process."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from emissary_client_sdk import emulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START = 1_700_000_000.25
PROJECT = "/v1/projects/p"
JOBS = f"{PROJECT}/training-jobs"
DEPLOYMENTS = f"{PROJECT}/deployments"
JOB = {"base_model": "llama", "train_dataset_id": "data"}
RECORDS = [{"prompt": f"text {n}", "completion": {"good": n % 2, "bad": 1 - n % 2}} for n in range(50)]


class Api:
    """Sends requests to an emulator in this process; its jobs take 100 seconds, its deployments 10.

    :ivar now: the time on the emulator's clock.
    """

    def __init__(self, *, middleware: Callable[[Any], Any] = lambda app: app, **options: Any) -> None:
        self.now = START
        settings: dict[str, Any] = {"job_seconds": 100, "deploy_seconds": 10, "clock": lambda: self.now, **options}
        self.app = emulator.create_app(**settings)
        self._loop = asyncio.new_event_loop()
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(middleware(self.app), raise_app_exceptions=False),
            base_url="http://emulator",
            headers={"X-API-Key": "key"},
        )

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request; return its response."""
        return self._loop.run_until_complete(self._client.request(method, path, **options))

    def get(self, path: str, **options: Any) -> Any:
        """Return the JSON of a GET that succeeds."""
        response = self.send("GET", path, **options)
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, path: str, body: object = None, **options: Any) -> Any:
        """Return the JSON of a POST that succeeds, or None."""
        if body is not None:
            options["json"] = body
        response = self.send("POST", path, **options)
        assert response.status_code in (200, 201, 204), response.text
        return response.json() if response.content else None

    def error(self, status: int, method: str, path: str, body: object = None, **options: Any) -> str:
        """Return the message of a request that fails with this status and a body of the documented form."""
        if body is not None:
            options["json"] = body
        response = self.send(method, path, **options)
        assert response.status_code == status, response.text
        content = response.json()
        assert content.pop("status") == status
        assert content.pop("code", None) == ("object_not_found" if status == 404 else None)
        message: str = content.pop("error")
        assert content == {}
        return message

    def upload(self, content: str, project: str = "p", **options: Any) -> Any:
        """Upload a dataset."""
        return self.post(f"/v1/projects/{project}/datasets", files={"file": ("data.jsonl", content)}, **options)

    def close(self) -> None:
        """Close the emulator."""
        self._loop.run_until_complete(self._client.aclose())
        self._loop.close()
        self.app.close()


def lines(records: list[Any]) -> str:
    """Return records as JSON lines."""
    return "".join(json.dumps(record) + "\n" for record in records)


@pytest.fixture
def api() -> Iterator[Api]:
    """Yield an empty emulator."""
    made = Api()
    yield made
    made.close()


@pytest.fixture
def strict() -> Iterator[Api]:
    """Yield an empty strict emulator."""
    made = Api(strict=True)
    yield made
    made.close()


@pytest.fixture
def job(api: Api) -> str:
    """Return the id of a job named "mine" that has three checkpoints."""
    job_id: str = api.post(JOBS, {**JOB, "name": "mine"})["id"]
    api.now += 100
    return job_id

"""A person's script: a kept-open httpx client, ``response.raise_for_status()`` and ``model_validate_json``."""

from typing import Any

from pydantic import TypeAdapter

from ..answers import KEY, NEW_JOB
from ..plain.detail import Detail
from ..plain.summary import NewJob, Summary

_SUMMARIES = TypeAdapter(list[Summary])


class Naive:
    """The pieces of work on httpx, or on httpx2, which has the same names."""

    def __init__(self, server: str, http: Any, **options: Any) -> None:
        self.http = http
        self.server = server
        self.options = {
            "headers": {"X-API-Key": KEY},
            # The SDK's own; after httpx's five seconds 500 requests in flight end in a PoolTimeout.
            "timeout": http.Timeout(60, connect=5),
            **options,
        }
        self.client = http.Client(**self.options)
        self.async_client = http.AsyncClient(**self.options)
        self.new_job = NewJob(**NEW_JOB)

    def make(self) -> Any:
        """Make a client."""
        return self.http.Client(**self.options)

    def visit(self) -> Detail:
        """Make a client, use it once and close it."""
        with self.make() as client:
            response = client.get(f"{self.server}/v1/projects/jobs-10/training-jobs/points-10")
            response.raise_for_status()
            return Detail.model_validate_json(response.content)

    def retrieve(self, points: int) -> Detail:
        """Retrieve a job."""
        response = self.client.get(f"{self.server}/v1/projects/jobs-10/training-jobs/points-{points}")
        response.raise_for_status()
        return Detail.model_validate_json(response.content)

    async def retrieve_async(self, points: int) -> Detail:
        """Retrieve a job."""
        response = await self.async_client.get(f"{self.server}/v1/projects/jobs-10/training-jobs/points-{points}")
        response.raise_for_status()
        return Detail.model_validate_json(response.content)

    def list(self, length: int) -> Any:
        """List jobs."""
        response = self.client.get(f"{self.server}/v1/projects/jobs-{length}/training-jobs")
        response.raise_for_status()
        return _SUMMARIES.validate_json(response.content)

    def create_from_dict(self) -> Summary:
        """Create a job from a dictionary."""
        response = self.client.post(f"{self.server}/v1/projects/jobs-10/training-jobs", json=NEW_JOB)
        response.raise_for_status()
        return Summary.model_validate_json(response.content)

    def create_from_model(self) -> Summary:
        """Create a job from a model."""
        response = self.client.post(
            f"{self.server}/v1/projects/jobs-10/training-jobs",
            content=self.new_job.model_dump_json(exclude_unset=True),
            headers={"content-type": "application/json"},
        )
        response.raise_for_status()
        return Summary.model_validate_json(response.content)

"""What is left where nothing is left out: httpcore's pool under its public API, and pydantic's parser."""

from typing import Any

import httpcore
from pydantic import TypeAdapter

from ..answers import KEY, answer
from ..plain.detail import Detail
from ..plain.summary import Summary

_DETAIL = TypeAdapter(Detail)
_SUMMARIES = TypeAdapter(list[Summary])
_EXTENSIONS = {"timeout": {"connect": 5.0, "read": 60.0, "write": 60.0, "pool": 60.0}}


class Floor:
    """The pieces of work on httpcore; a status other than 200 is not looked for."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.headers = [
            (b"host", server.removeprefix("http://").encode()),
            (b"accept", b"application/json"),
            (b"user-agent", b"floor"),
            (b"x-api-key", KEY.encode()),
        ]
        self.pool = httpcore.ConnectionPool(max_connections=None)
        self.async_pool = httpcore.AsyncConnectionPool(max_connections=None)

    def _get(self, path: str) -> bytes:
        return self.pool.request("GET", self.server + path, headers=self.headers, extensions=_EXTENSIONS).content

    def retrieve(self, points: int) -> Detail:
        """Retrieve a job."""
        return _DETAIL.validate_json(self._get(f"/v1/projects/jobs-10/training-jobs/points-{points}"))

    async def retrieve_async(self, points: int) -> Detail:
        """Retrieve a job."""
        response = await self.async_pool.request(
            "GET",
            f"{self.server}/v1/projects/jobs-10/training-jobs/points-{points}",
            headers=self.headers,
            extensions=_EXTENSIONS,
        )
        return _DETAIL.validate_json(response.content)

    def list(self, length: int) -> Any:
        """List jobs."""
        return _SUMMARIES.validate_json(self._get(f"/v1/projects/jobs-{length}/training-jobs"))


class ValidateJson:
    """Pydantic's parser alone, on a body that is in memory already."""

    def __init__(self, _server: str) -> None:
        pass

    def retrieve(self, points: int) -> Detail:
        """Parse a job."""
        return _DETAIL.validate_json(answer("GET", f"/v1/projects/jobs-10/training-jobs/points-{points}")[1])

    def list(self, length: int) -> Any:
        """Parse a list of jobs."""
        return _SUMMARIES.validate_json(answer("GET", f"/v1/projects/jobs-{length}/training-jobs")[1])

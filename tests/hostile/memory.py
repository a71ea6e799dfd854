"""A program: read a list of many megabytes one way, and print the memory that it took, in sizes of the list.

The way is ``pydantic``, which reads the bytes alone, or the name of what a server answers to a real call:
``success``, ``defect`` (a success whose last item cannot be read) or ``failure`` (an error with such a body).
"""

from __future__ import annotations

import asyncio
import resource
import sys
from typing import Any

from pydantic import TypeAdapter

from emissary_client_sdk import EmissaryClient, errors
from emissary_client_sdk.models import TrainingJobSummary

from ..support.answers import KEY
from ..support.rawserver import Answer, RawServer, answering

SIZE = 50_000_000
_ITEM = b'{"id":"a-job","status":"Running","progress":50,"created_at":1700000000,"name":"%s"}' % (b"x" * 4000)
_DEFECT = b'{"progress":"none"}'


def peak() -> int:
    """Give the most bytes that this process has had in memory so far."""
    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale


def read(way: str, body: bytes, *, is_async: bool) -> int:
    """Read the body one way; gives the number of items, or of characters in an error's body."""
    if way == "pydantic":
        return len(TypeAdapter(list[TrainingJobSummary]).validate_json(body))
    answer = Answer(500 if way == "failure" else 200, body)
    with RawServer(answering(lambda _: answer)) as server:
        client = EmissaryClient(KEY, server_url=server.url, retry_config=None)
        try:
            return len(asyncio.run(listed(client)) if is_async else client.training_jobs.list(project_id="p"))
        except errors.SDKError as error:
            return len(error.body)
        finally:
            client.close()


async def listed(client: EmissaryClient) -> Any:
    """Make the call in an event loop."""
    async with client:
        return await client.training_jobs.list_async(project_id="p")


def main(way: str, mode: str) -> None:
    """Print how many times the body's size the reading took, and what it read."""
    read(way, b"[" + _ITEM + b"]", is_async=mode == "async")
    count = SIZE // len(_ITEM)
    # In one piece: a copy made on the way would count as memory that the process had before.
    body = b"".join([b"[", *[_ITEM, b","] * count, _DEFECT if way == "defect" else _ITEM, b"]"])
    before = peak()
    found = read(way, body, is_async=mode == "async")
    print((peak() - before) / len(body), found)  # noqa: T201  # this is what the program is for


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Read a long response and print the growth of the peak of memory, in sizes of the response, and what was read.

::

    python -m tests.calls.hostile.memory KIND MODE

KIND is ``pydantic``, which parses the content without a call, or the response to a real call: ``success``, ``defect``
(a list whose last item is invalid) or ``failure`` (an error with such a body).
"""

from __future__ import annotations

import asyncio
import sys

from pydantic import TypeAdapter

from emissary_client_sdk import EmissaryClient, errors
from emissary_client_sdk.models import TrainingJobSummary

from ...flows.uploads.memory import peak
from ...support.answers import KEY
from ...support.rawserver import RawResponse, RawServer, responding

SIZE = 16_000_000
_ITEM = b'{"id":"a-job","status":"Running","progress":50,"created_at":1700000000,"name":"%s"}' % (b"x" * 4000)


def read(kind: str, body: bytes, mode: str) -> int:
    """Read the body; return the number of items, or of characters in the body of an error."""
    if kind == "pydantic":
        return len(TypeAdapter(list[TrainingJobSummary]).validate_json(body))
    response = RawResponse(500 if kind == "failure" else 200, body)
    with RawServer(responding(lambda _: response)) as server:
        client = EmissaryClient(KEY, server_url=server.url, retry_config=None)
        try:
            if mode == "async":
                return asyncio.run(count_async(client))
            return len(client.training_jobs.list(project_id="p"))
        except errors.SDKError as error:
            return len(error.body)
        finally:
            client.close()


async def count_async(client: EmissaryClient) -> int:
    """Make the call in an event loop, which may build the whole ``repr`` of its result."""
    async with client:
        return len(await client.training_jobs.list_async(project_id="p"))


def main(kind: str, mode: str) -> None:
    """Read a short response, and then the long one."""
    read(kind, b"[" + _ITEM + b"]", mode)
    count = SIZE // len(_ITEM)
    # Joined at once: a copy would count as memory that the process had before.
    body = b"".join([b"[", *[_ITEM, b","] * count, b"3]" if kind == "defect" else _ITEM + b"]"])
    before = peak()
    found = read(kind, body, mode)
    sys.stdout.write(f"{(peak() - before) / len(body)} {found}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

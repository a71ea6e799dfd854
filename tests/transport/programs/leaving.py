"""A program that ends without closing its client: ``python -m tests.transport.programs.leaving WAY+WAY URL``."""

from __future__ import annotations

import asyncio
import sys

import trio

from emissary_client_sdk import EmissaryClient

from ...support.answers import KEY


def main(ways: str, url: str) -> None:
    """Make two calls each way that is asked for, and let everything go as it is."""
    asked = ways.split("+")
    client = EmissaryClient(KEY, server_url=url)

    async def calls() -> None:
        for _ in range(2):
            await client.training_jobs.list_async(project_id="project")

    if "sync" in asked:
        for _ in range(2):
            client.training_jobs.list(project_id="project")
    if "asyncio" in asked:
        asyncio.run(calls())
    if "trio" in asked:
        trio.run(calls)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""End without closing the client: ``python -m tests.transport.programs.leaving WAY+WAY URL``."""

from __future__ import annotations

import asyncio
import sys

import trio

from emissary_client_sdk._transport.asyncclient import AsyncDefaultClient
from emissary_client_sdk._transport.client import DefaultClient


def main(ways: str, url: str) -> None:
    """Send two requests in each of the ways."""
    client, async_client = DefaultClient(), AsyncDefaultClient()

    async def send() -> None:
        for _ in range(2):
            await async_client.send(async_client.build_request("GET", url))

    for way in ways.split("+"):
        if way == "sync":
            for _ in range(2):
                client.send(client.build_request("GET", url))
        elif way == "async":
            asyncio.run(send())
        else:
            trio.run(send)


if __name__ == "__main__":
    main(*sys.argv[1:])

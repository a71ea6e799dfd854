"""A program that processes a file until it is killed. Its arguments: URL INPUT OUTPUT WAY."""

import asyncio
import sys
from typing import Any

from emissary_client_sdk import EmissaryClient

from ...support.answers import KEY


async def _main(arguments: dict[str, Any], url: str) -> None:
    async with EmissaryClient(KEY, server_url=url) as client:
        await client.classification.process_file_async(model="m", max_concurrency=3, **arguments)


if __name__ == "__main__":
    server_url, source, target, way = sys.argv[1:]
    files: dict[str, Any] = {"input": source, "output": target}
    if way == "async":
        asyncio.run(_main(files, server_url))
    else:
        with EmissaryClient(KEY, server_url=server_url) as sync_client:
            sync_client.classification.process_file(model="m", max_concurrency=3, **files)

"""Upload 50 MB and print the growth of the peak of memory in bytes: ``python -m tests.flows.uploads.memory MODE``."""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from pathlib import Path
from typing import IO

from emissary_client_sdk import EmissaryClient

from ...support.answers import KEY, as_json
from ...support.rawserver import Connection, RawServer

SIZE = 50_000_000


def sink(connection: Connection) -> None:
    """Discard uploads."""
    while head := connection.read():
        length = re.search(rb"(?i)content-length: (\d+)", head)
        assert length is not None
        left = int(length[1]) - len(head.partition(b"\r\n\r\n")[2])
        while left > 0:
            left -= len(connection.read())
        connection.respond(as_json({"id": "d"}, 201))


def peak() -> int:
    """Return the peak of this process's memory so far, in bytes. That of ``getrusage`` includes its parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])


def main(mode: str) -> None:
    """Upload a small file, and then the large one."""
    with RawServer(sink) as server, EmissaryClient(KEY, server_url=server.url) as client:

        def upload(file: IO[bytes], size: int) -> None:
            file.truncate(size)
            if mode == "sync":
                client.datasets.upload(project_id="p", file=file, check=False, wait=False)
            else:
                asyncio.run(client.datasets.upload_async(project_id="p", file=file, check=False, wait=False))

        with tempfile.TemporaryFile() as file:
            upload(file, 2_000_000)
            before = peak()
            upload(file, SIZE)
            sys.stdout.write(f"{peak() - before}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

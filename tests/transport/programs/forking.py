"""Calls before and after a fork, in both processes: ``python -m tests.transport.programs.forking WAY URL``."""

from __future__ import annotations

import os
import sys
from typing import cast

from emissary_client_sdk import EmissaryClient

from ...support.answers import KEY
from ...support.calling import Call, Way


def main(way: str, url: str) -> None:
    """Make a call, fork, and make two more in each process with the same client."""
    client = EmissaryClient(KEY, server_url=url)
    with Call(cast("Way", way)) as call:
        call(client, "list")
        child = os.fork()
        who = "parent" if child else "child"
        for _ in range(2):
            call(client, "list", http_headers={"X-Process": who})
        if child:
            _, status = os.waitpid(child, 0)
            assert status == 0
            call(client, "list", http_headers={"X-Process": "parent"})
        call.close_client(client)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Send requests before and after a fork, in both processes: ``python -m tests.transport.programs.forking WAY URL``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, cast

from ..driver import Driver

if TYPE_CHECKING:
    from ...support.calling import Way


def main(way: str, url: str) -> None:
    """Send a request, fork, and send more in each process with the same client."""
    http = Driver(cast("Way", way))
    http.send(url)
    child = os.fork()
    process = "parent" if child else "child"
    for _ in range(2):
        http.send(url, headers={"X-Process": process})
    if child:
        _, status = os.waitpid(child, 0)
        assert status == 0
        http.send(url, headers={"X-Process": process})
    http.close()
    http.end_loop()


if __name__ == "__main__":
    main(*sys.argv[1:])

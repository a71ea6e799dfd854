"""What a test lets another process do; a process that was spawned has to find it in a module."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .calling import Call

if TYPE_CHECKING:
    from emissary_client_sdk import EmissaryClient

    from .calling import Way


def work(client: EmissaryClient, way: Way) -> tuple[int, list[str]]:
    """Make two calls with a client that has come from another process; gives the process and the jobs' ids."""
    with client, Call(way) as call:
        return os.getpid(), [call(client, "retrieve").id for _ in range(2)]

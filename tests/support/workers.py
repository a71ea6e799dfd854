"""Functions that tests run in another process; a spawned process must be able to import them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .calling import Call

if TYPE_CHECKING:
    from emissary_client_sdk import EmissaryClient

    from .calling import Way


def work(client: EmissaryClient, way: Way) -> tuple[int, list[str]]:
    """Make two calls with a client from another process; return the process ID and the IDs of the jobs."""
    with client, Call(way) as call:
        return os.getpid(), [call(client, "retrieve").id for _ in range(2)]

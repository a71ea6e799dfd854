"""A storage host made of plain sockets: it has one file, gives ranges of it, and breaks off where it is told to."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

from ..support.rawserver import Answer, RawServer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..support.rawserver import Connection, Request

CONTENT = bytes(itertools.islice(itertools.cycle(range(251)), 200_000))
"""Of a prime period, so that no two stretches of it are mistaken for one another."""


class Storage:
    """What the host has, and how it behaves.

    :ivar cuts: for each of the next answers after how many bytes the connection breaks; None for not at all.
    :ivar answers: what is answered instead, to the next requests; None for the file.
    """

    def __init__(
        self,
        *,
        content: bytes = CONTENT,
        cuts: Iterable[int | None] = (),
        answers: Iterable[Answer | None] = (),
        headers: dict[str, str] | None = None,
        knows_ranges: bool = True,
    ) -> None:
        self.content = content
        self.cuts = iter(cuts)
        self.answers = iter(answers)
        self.headers = {"etag": '"one"'} if headers is None else headers
        self.knows_ranges = knows_ranges

    def script(self, connection: Connection) -> None:
        """Serve one connection."""
        while (request := connection.read_request()) is not None:
            data = (next(self.answers, None) or self.answer(request)).encode()
            cut = next(self.cuts, None)
            if cut is not None:
                head = data.index(b"\r\n\r\n") + 4
                connection.send(data[: head + cut])
                connection.pause(0.02)  # what was sent arrives before the connection breaks
                return
            connection.send(data)

    def answer(self, request: Request) -> Answer:
        """Answer as a good host does, whose file may have changed."""
        wanted = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
        condition = request.headers.get("if-range")
        is_same = condition is None or condition in self.headers.values()
        if wanted is None or not is_same or not self.knows_ranges:
            return Answer(200, self.content, self.headers)
        start, length = int(wanted[1]), len(self.content)
        if start >= length:
            return Answer(416, b"", {**self.headers, "content-range": f"bytes */{length}"})
        span = {"content-range": f"bytes {start}-{length - 1}/{length}"}
        return Answer(206, self.content[start:], {**self.headers, **span})


def serving(**options: Any) -> tuple[Storage, RawServer]:
    """Make a host and its server, which listens within its ``with`` block."""
    storage = Storage(**options)
    return storage, RawServer(storage.script)

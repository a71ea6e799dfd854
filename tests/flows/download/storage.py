"""A storage host with one file, which serves ranges of it and can break connections."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from ...support.rawserver import RawResponse, RawServer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...support.rawserver import Connection, Request

CONTENT = bytes(itertools.islice(itertools.cycle(range(251)), 200_000))  # no two parts of it are equal


class Storage(RawServer):
    """A host of one file.

    :ivar cuts: For each of the next responses, the number of bytes after which the connection breaks, or None.
    :ivar responses: Responses to the next requests instead of the file, or None.
    """

    def __init__(
        self,
        *,
        content: bytes = CONTENT,
        cuts: Iterable[int | None] = (),
        responses: Iterable[RawResponse | None] = (),
        headers: dict[str, str] | None = None,
        has_ranges: bool = True,
    ) -> None:
        super().__init__(self.serve)
        self.content = content
        self.cuts = iter(cuts)
        self.responses = iter(responses)
        self.headers = {"etag": '"one"'} if headers is None else headers
        self.has_ranges = has_ranges

    def serve(self, connection: Connection) -> None:
        """Serve one connection."""
        while (request := connection.read_request()) is not None:
            data = (next(self.responses, None) or self.respond(request)).encode()
            cut = next(self.cuts, None)
            if cut is not None:
                head = data.index(b"\r\n\r\n") + 4
                connection.send(data[: head + cut])
                connection.pause(0.02)  # so that the data arrives before the connection breaks
                return
            connection.send(data)

    def respond(self, request: Request) -> RawResponse:
        """Return the file or the requested range, if the file is still the same."""
        wanted = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
        condition = request.headers.get("if-range")
        is_same = condition is None or condition in self.headers.values()
        if wanted is None or not is_same or not self.has_ranges:
            return RawResponse(200, self.content, self.headers)
        start, length = int(wanted[1]), len(self.content)
        if start >= length:
            return RawResponse(416, b"", {**self.headers, "content-range": f"bytes */{length}"})
        span = {"content-range": f"bytes {start}-{length - 1}/{length}"}
        return RawResponse(206, self.content[start:], {**self.headers, **span})

"""A script for ``RawServer`` that speaks HTTP/2, by means of the package h2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded

from .rawserver import Answer, Connection, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from .rawserver import Script


def answering_http2(handler: Callable[[Request], Answer]) -> Script:
    """Make the script that answers each stream with what the handler gives. The server's TLS has to offer ``h2``."""

    def script(connection: Connection) -> None:
        assert connection.protocol == "h2"
        state = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        state.initiate_connection()
        connection.send(state.data_to_send())
        heads: dict[int, dict[str, str]] = {}
        bodies: dict[int, bytes] = {}
        while data := connection.read():
            for event in state.receive_data(data):
                if isinstance(event, RequestReceived):
                    fields: Any = event.headers
                    heads[event.stream_id], bodies[event.stream_id] = dict(fields), b""
                elif isinstance(event, DataReceived):
                    bodies[event.stream_id] += event.data
                    state.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, StreamEnded):
                    head, body = heads.pop(event.stream_id), bodies.pop(event.stream_id)
                    request = Request(connection.number, head[":method"], head[":path"], head, body)
                    connection.note(request)
                    _answer(state, event.stream_id, handler(request))
            connection.send(state.data_to_send())

    return script


def _answer(state: H2Connection, stream: int, answer: Answer) -> None:
    state.send_headers(stream, [(":status", str(answer.status)), *answer.headers.items()], end_stream=not answer.body)
    if answer.body:
        state.send_data(stream, answer.body, end_stream=True)

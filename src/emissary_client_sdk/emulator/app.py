"""The emulated platform as an ASGI application: routing, keys, faults and the log.

Handlers await nothing, so each request is one step of the event loop, and SQLite, whose queries take
microseconds here, needs no thread.
"""

import hmac
import logging
import sqlite3
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import quote, unquote_to_bytes

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import uploads
from .answers import Answers
from .call import Call, Settings, Upload
from .faults import ACCEPTED, HEADER, Faults, parse
from .learning.service import Learning
from .problem import Problem
from .responses import dropped, faulty, interrupted, late, problem, response
from .routes import ENDPOINTS, FILES, Endpoint
from .store import Store

_log = logging.getLogger("emissary_client_sdk.emulator")


class App:
    """The emulator as an ASGI application; ``create_app`` returns one and documents the parameters.

    :ivar faults: The injected faults.
    :ivar answers: The answers of inference that were set.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self.faults = Faults()
        self.answers = Answers()
        self._learning = Learning(store, settings.clock, enabled=settings.learn, functions=settings.rewards)
        self._store = store
        self._settings = settings
        paths: dict[str, dict[str, Endpoint]] = {}
        for endpoint in (*ENDPOINTS, *FILES):
            paths.setdefault(endpoint.path, {})[endpoint.method] = endpoint
        self._inner = Starlette(
            routes=[self._route(path, methods) for path, methods in paths.items()],
            exception_handlers=dict.fromkeys((404, 405, ClientDisconnect, sqlite3.Error, Exception), _answer_error),
            lifespan=self._lifespan,
        )
        self._inner.router.redirect_slashes = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to one request and log it, without its headers, which contain the key."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        # Routed as it was sent: decoded, an id that contains a slash would be two segments.
        path: str = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("ascii", "replace")
        began = time.perf_counter()
        logged = False

        def log(status: object) -> None:
            nonlocal logged
            logged = True
            _log.info("%s %s %s %.1f ms", scope["method"], path, status, (time.perf_counter() - began) * 1000)

        async def logging_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                log(message["status"])  # before it is sent: a client that has the response finds the line
            await send(message)

        app = self._inner if path.startswith("/files/") or self._accepts_key(scope) else _REFUSAL
        await app({**scope, "path": path}, receive, logging_send)
        if not logged:
            log("dropped")

    def reset(self) -> None:
        """Remove everything that was created, every fault and every answer."""
        self.faults.clear()
        self.answers.clear()
        with self._store.transaction() as transaction:
            transaction.clear()
        self._learning.stop()

    def close(self) -> None:
        """Stop all training and close the database."""
        self._learning.close()
        self._store.close()

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncGenerator[None, None]:
        yield
        self.close()

    def _accepts_key(self, scope: Scope) -> bool:
        key: bytes = next((value for name, value in scope["headers"] if name == b"x-api-key"), b"")
        if self._settings.api_key is None:
            return bool(key.strip())
        return hmac.compare_digest(key, self._settings.api_key.encode())

    def _route(self, path: str, methods: dict[str, Endpoint]) -> Route:
        async def handle(request: Request) -> ASGIApp:
            # The route accepts HEAD where there is a GET; the server sends its response without the body.
            return await self._respond(methods.get(request.method) or methods["GET"], request)

        return Route(path, handle, methods=list(methods))

    async def _respond(self, endpoint: Endpoint, request: Request) -> ASGIApp:
        body = await _read_body(endpoint, request)
        header = request.headers.get(HEADER)
        try:
            fault = self.faults.take(endpoint.name) if header is None else parse(header)
        except ValueError as error:
            return problem(Problem(400, f"{error}. {ACCEPTED}"))
        if fault is None:
            return self._act(endpoint, request, body)
        if fault.status is not None:
            answer: ASGIApp = faulty(fault, fault.status)
        elif fault.refusal is not None:
            answer = response({"error": fault.refusal}, 200 if endpoint.success == 204 else endpoint.success, request)
        elif fault.drop == "before":
            answer = dropped
        else:
            answer = self._act(endpoint, request, body)
            if fault.drop is not None:
                answer = interrupted(answer) if fault.drop == "during" else dropped
        return late(answer, fault.latency) if fault.latency else answer

    def _act(self, endpoint: Endpoint, request: Request, body: bytes | Upload | Problem) -> Response:
        """Run the handler of an operation in a transaction; return its response."""
        try:
            if isinstance(body, Problem):
                raise body
            path = {name: _decoded(name, value) for name, value in request.path_params.items()}
            with self._store.transaction(write=endpoint.method != "GET") as transaction:
                call = Call(
                    settings=self._settings,
                    answers=self.answers,
                    learning=self._learning,
                    db=transaction,
                    endpoint=endpoint.path,
                    now=self._settings.clock(),
                    path=path,
                    query=request.query_params,
                    body=b"" if isinstance(body, Upload) else body,
                    upload=body if isinstance(body, Upload) else Upload(),
                    key=request.headers.get("Idempotency-Key"),
                    url=f"{request.url.scheme}://{request.url.netloc}",
                )
                result = endpoint.handler(call)
        except Problem as error:
            return problem(error)
        return response(result, endpoint.success, request)


def _decoded(name: str, segment: str) -> str:
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        raise Problem(400, f"{name} is not UTF-8") from None


async def _read_body(endpoint: Endpoint, request: Request) -> bytes | Upload | Problem:
    """Return the body, or why it is refused, unless an injected fault comes first."""
    body = bytearray()
    if endpoint.largest_body:
        async for chunk in request.stream():
            body += chunk
            if len(body) > endpoint.largest_body:
                return Problem(413, f"the body must not have more than {endpoint.largest_body} bytes")
    return await uploads.read(request.scope, bytes(body)) if endpoint.multipart else bytes(body)


async def _answer_error(request: Request, error: Exception) -> Response:
    if isinstance(error, ClientDisconnect):
        return Response(status_code=400)  # no one receives it
    if isinstance(error, sqlite3.Error):
        _log.warning("the database failed: %s", error)
        return problem(Problem(503, f"the database failed: {error}", headers={"Retry-After": "1"}))
    if not isinstance(error, HTTPException):
        return problem(Problem(500, "the emulator has a bug; its log has the traceback"))
    if error.status_code == 404:
        return problem(Problem(404, f"there is nothing at {request.url.path}", code="route_not_found"))
    methods = ", ".join(sorted((error.headers or {})["Allow"].split(", ")))
    return problem(Problem(405, f"the method must be one of {methods}", headers={"Allow": methods}))


_REFUSAL = problem(Problem(401, "the header X-API-Key is missing, or its key is not accepted"))

"""The platform's six operations as an ASGI application.

Handlers act without awaiting anything, so each request is one step of the event loop: nothing runs in
between, and SQLite, whose queries take microseconds here, needs no thread.
"""

import hmac
import json
import logging
import math
import sqlite3
import time
import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from urllib.parse import quote, unquote_to_bytes

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from ..models import TrainingJobStatus
from . import bodies, views
from .answers import Dropped, Late, Problem, faulty
from .faults import HEADER, Faults, parse
from .state import Run
from .store import BaseJobMissingError, Job, NewJob, Store

LARGEST_BODY = 1 << 20  # bytes
LONGEST_IDEMPOTENCY_KEY = 255  # characters

_log = logging.getLogger("emissary_client_sdk.emulator")

_JOBS = "/v1/projects/{project_id}/training-jobs"
_JOB = _JOBS + "/{training_job_id}"

Handler = Callable[[Request, bytes], Response]


class App:
    """The emulator as an ASGI application; made by ``create_app``, which documents the parameters.

    :ivar faults: the faults that are asked for.
    """

    def __init__(
        self,
        store: Store,
        faults: Faults,
        *,
        job_seconds: float,
        api_key: str | None,
        clock: Callable[[], float],
    ) -> None:
        self.faults = faults
        self._store = store
        self._job_seconds = job_seconds
        self._api_key = None if api_key is None else api_key.encode()
        self._clock = clock
        self._inner = Starlette(
            routes=[
                self._route(_JOBS, POST=("create", self._create), GET=("list", self._list)),
                self._route(_JOB, GET=("retrieve", self._retrieve), DELETE=("delete", self._delete)),
                self._route(_JOB + "/cancel", POST=("cancel", self._cancel)),
                self._route(_JOB + "/checkpoints", GET=("list_checkpoints", self._list_checkpoints)),
            ],
            exception_handlers={
                404: _answer_unknown_path,
                405: _answer_wrong_method,
                ClientDisconnect: _answer_nobody,
                sqlite3.Error: _answer_database_trouble,
                Exception: _answer_bug,
            },
            lifespan=self._lifespan,
        )
        self._inner.router.redirect_slashes = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and log it: never a header, for they hold the key."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        # Routed as it was sent: decoded, an id that holds a slash would be two segments.
        path: str = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("ascii", "replace")
        began = time.perf_counter()
        logged = False

        def log(status: object) -> None:
            nonlocal logged
            logged = True
            _log.info("%s %s %s %.1f ms", scope["method"], path, status, (time.perf_counter() - began) * 1000)

        async def logging_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                log(message["status"])  # before it is sent: whoever has the answer finds the line
            await send(message)

        app = self._inner if self._may_enter(scope) else _REFUSAL
        await app({**scope, "path": path}, receive, logging_send)
        if not logged:
            log("dropped")

    def reset(self) -> None:
        """Remove every job and every fault that is still asked for."""
        self.faults.clear()
        self._store.clear()

    def close(self) -> None:
        """Close the database."""
        self._store.close()

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncGenerator[None, None]:
        yield
        self.close()

    def _may_enter(self, scope: Scope) -> bool:
        key: bytes = next((value for name, value in scope["headers"] if name == b"x-api-key"), b"")
        if self._api_key is None:
            return bool(key.strip())
        return hmac.compare_digest(key, self._api_key)

    def _route(self, path: str, **operations: tuple[str, Handler]) -> Route:
        async def endpoint(request: Request) -> Response:
            # The route lets a HEAD in where there is a GET; its answer goes out without a body.
            operation, handler = operations.get(request.method) or operations["GET"]
            try:
                return await self._perform(operation, handler, request)
            except Problem as problem:
                return problem.response()

        return Route(path, endpoint, methods=list(operations))

    async def _perform(self, operation: str, handler: Handler, request: Request) -> Response:
        body = await _read_body(request) if operation == "create" else b""
        asked = request.headers.get(HEADER)
        try:
            fault = self.faults.take(operation) if asked is None else parse(asked)
        except ValueError as error:
            raise Problem(400, str(error)) from None
        if fault is None:
            return handler(request, body)
        answer: Response = Dropped()
        if fault.status is not None:
            answer = faulty(fault, fault.status)
        elif fault.drop != "before":
            try:
                acted = handler(request, body)
            except Problem as problem:
                acted = problem.response()
            if fault.drop is None:
                answer = acted
        return Late(answer, fault.latency) if fault.latency else answer

    def _create(self, request: Request, body: bytes) -> Response:
        project = _segment(request, "project_id")
        key = request.headers.get("Idempotency-Key")
        if key is not None and not 0 < len(key) <= LONGEST_IDEMPOTENCY_KEY:
            raise Problem(400, f"Idempotency-Key must have 1 to {LONGEST_IDEMPOTENCY_KEY} characters")
        try:
            fields = bodies.read(body)
        except bodies.BodyError as error:
            raise Problem(400, str(error)) from None
        now = self._clock()
        outcome = bodies.outcome_of(fields.get("parameters", {}))
        new = NewJob(
            run=Run(str(uuid.uuid4()), now, self._job_seconds, outcome),
            head=json.dumps(views.head(fields)),
            body=json.dumps(fields),
            name=fields.get("name"),
            base_job=fields["base_model"] if fields.get("base_model_option") == "fine-tuned" else None,
            idempotency_key=key,
        )
        try:
            job = self._store.create(project, new)
        except BaseJobMissingError:
            name = fields["base_model"]
            raise Problem(400, f"base_model: there is no training job {name!r} in this project") from None
        if job is not new and bodies.canonical(json.loads(job.body)) != bodies.canonical(fields):
            raise Problem(400, "Idempotency-Key: this key came before with a different body")
        return JSONResponse(views.summary(job, now), 201)

    def _list(self, request: Request, _body: bytes) -> Response:
        now = self._clock()
        return JSONResponse([views.summary(job, now) for job in self._store.list(_segment(request, "project_id"))])

    def _retrieve(self, request: Request, _body: bytes) -> Response:
        return JSONResponse(views.detail(self._find(request), self._clock()))

    def _list_checkpoints(self, request: Request, _body: bytes) -> Response:
        job = self._find(request)
        return JSONResponse(views.checkpoints(_segment(request, "project_id"), job, self._clock()))

    def _delete(self, request: Request, _body: bytes) -> Response:
        if not self._store.delete(*_segments(request)):
            raise _no_such_job(request)
        return Response(status_code=204)

    def _cancel(self, request: Request, _body: bytes) -> Response:
        status = self._store.cancel(*_segments(request), self._clock())
        if status is None:
            raise _no_such_job(request)
        # A job that is cancelled already is what was asked for: a repeated request, whose first answer was lost.
        if status.is_terminal and status != TrainingJobStatus.CANCELLED:
            raise Problem(400, f"the training job has ended already: its status is {status}")
        return Response(status_code=204)

    def _find(self, request: Request) -> Job:
        job = self._store.get(*_segments(request))
        if job is None:
            raise _no_such_job(request)
        return job


def make_app(
    store: Store,
    *,
    job_seconds: float,
    api_key: str | None,
    clock: Callable[[], float],
) -> App:
    """Check the settings and make the application."""
    if not 0 <= job_seconds < math.inf:  # false for NaN too
        raise ValueError(f"job_seconds must be a number of seconds, zero or more, not {job_seconds}")
    if api_key == "":
        raise ValueError("api_key must not be empty")
    return App(store, Faults(), job_seconds=job_seconds, api_key=api_key, clock=clock)


def _segment(request: Request, name: str) -> str:
    try:
        return unquote_to_bytes(request.path_params[name]).decode()
    except UnicodeDecodeError:
        raise Problem(400, f"{name} is not UTF-8") from None


def _segments(request: Request) -> tuple[str, str]:
    return _segment(request, "project_id"), _segment(request, "training_job_id")


def _no_such_job(request: Request) -> Problem:
    project, job = (name if len(name) <= 80 else name[:80] + "…" for name in _segments(request))
    return Problem(404, f"there is no training job {job!r} in project {project!r}", code="object_not_found")


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise Problem(413, f"the body must not have more than {LARGEST_BODY} bytes")
    return bytes(body)


async def _answer_unknown_path(request: Request, _error: Exception) -> Response:
    return Problem(404, f"there is nothing at {request.url.path}", code="route_not_found").response()


async def _answer_wrong_method(_request: Request, error: Exception) -> Response:
    methods = ", ".join(sorted(getattr(error, "headers", {})["Allow"].split(", ")))
    return Problem(405, f"the method must be one of {methods}", headers={"Allow": methods}).response()


async def _answer_nobody(_request: Request, _error: Exception) -> Response:
    return Response(status_code=400)  # the client has gone


async def _answer_database_trouble(_request: Request, error: Exception) -> Response:
    _log.warning("the database refuses: %s", error)
    return Problem(503, f"the database refuses: {error}", headers={"Retry-After": "1"}).response()


async def _answer_bug(_request: Request, _error: Exception) -> Response:
    return Problem(500, "the emulator has a bug; its log has the traceback").response()


_REFUSAL = Problem(401, "the header X-API-Key is missing, or its key is not accepted").response()

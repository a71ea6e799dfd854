"""A recognizable key, and a witness that collects every text in which it could appear."""

from __future__ import annotations

import contextlib
import io
import logging
import pickle
import traceback
import warnings
from collections import deque
from typing import TYPE_CHECKING, Any

import httpx

from emissary_client_sdk import EmissaryClient, EmissaryClientError, SDKHooks
from emissary_client_sdk._auth import ApiKey

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from types import ModuleType

    from ...support.calling import Call

CANARY = "canary-0123456789-abcdef"
_WALKED = ("emissary_client_sdk", "httpx", "httpcore", "h11", "anyio", "builtins", "collections")
_NOT_WALKED = (ApiKey, httpx.Client, httpx.AsyncClient)


class Witness(logging.Handler):
    """Collects the texts that a call leaves behind.

    :ivar seen: Pairs of place and text.
    :ivar hooks: Hooks that collect their arguments.
    """

    def __init__(self) -> None:
        super().__init__(level=1)
        self.seen: list[tuple[str, str]] = []
        self.hooks = SDKHooks()
        self.hooks.register_before_request_hook(self._see_hook)
        self.hooks.register_after_success_hook(self._see_hook)
        self.hooks.register_after_error_hook(self._see_hook)

    def _see_hook(self, context: Any, *arguments: Any) -> None:
        self.see("hook", (context, context.security_source, context.security_source(), arguments))

    def emit(self, record: logging.LogRecord) -> None:
        """Collect a log record."""
        self.seen.append((f"log of {record.name}", f"{record.getMessage()} {record.args!r} {record.exc_text}"))

    def see(self, place: str, value: object) -> None:
        """Collect the repr and the text of a value."""
        self.seen.append((place, f"{value!r} {value!s}"))

    def see_client(self, client: EmissaryClient) -> None:
        """Collect a client and everything that it refers to."""
        for place, value in walk("client", client):
            self.see(place, value)

    def see_error(self, error: BaseException) -> None:
        """Collect an error, those behind it, their attributes and the traceback."""
        for one in chain(error):
            self.see("error", one)
            for place, value in walk("error", vars(one)):
                self.see(place, value)
            if isinstance(one, EmissaryClientError):
                self.seen.append(("pickle of an error", pickle.dumps(one, protocol=0).decode("latin-1")))
        self.seen.append(("traceback", "".join(traceback.format_exception(error))))

    def found(self, *secrets: str) -> list[str]:
        """Return the places and texts in which a secret appears."""
        assert len(self.seen) > 10  # otherwise nothing was collected
        return [f"{place}: {text[:300]}" for place, text in self.seen if any(secret in text for secret in secrets)]


def walk(place: str, value: Any, seen: set[int] | None = None) -> Iterator[tuple[str, Any]]:
    """Yield a value and, recursively, its items and attributes with their places.

    Except those of the key's source, of a caller's HTTP client, and of a response, but for its request: it is kept as
    it was received.
    """
    seen = set() if seen is None else seen
    if id(value) in seen:
        return
    seen.add(id(value))
    yield place, value
    if isinstance(value, _NOT_WALKED) or not type(value).__module__.startswith(_WALKED):
        return
    for name, part in _parts_of(value):
        yield from walk(f"{place}.{name}", part, seen)


def _parts_of(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, httpx.Response):
        return [("request", value.request)]
    if isinstance(value, httpx.Headers):
        return [("raw", value.raw)]  # its repr redacts some
    kind: Any = value.__class__
    parts: list[tuple[Any, Any]] = list(value.items()) if issubclass(kind, dict) else []
    if issubclass(kind, (list, tuple, set, frozenset, deque)):
        parts = [("item", item) for item in value]
    slots = [name for base in kind.__mro__ for name in getattr(base, "__slots__", ())]
    return parts + [(name, getattr(value, name, None)) for name in [*getattr(value, "__dict__", {}), *slots]]


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and those that a traceback shows with it, each once."""
    seen = set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


@contextlib.contextmanager
def watching() -> Generator[Witness]:
    """Collect the records of every logger at every level, the standard streams and the warnings of the block."""
    witness = Witness()
    root = logging.getLogger()
    level = root.level
    streams = io.StringIO()
    root.addHandler(witness)
    root.setLevel(1)
    try:
        with (
            contextlib.redirect_stdout(streams),
            contextlib.redirect_stderr(streams),
            warnings.catch_warnings(record=True) as warned,
        ):
            warnings.simplefilter("always")
            yield witness
        witness.seen.append(("standard streams", streams.getvalue()))
        witness.seen += [("warning", str(warning.message)) for warning in warned]
    finally:
        root.setLevel(level)
        root.removeHandler(witness)


def see_call(witness: Witness, call: Call, make: Callable[[], EmissaryClient], method: str, **arguments: Any) -> None:
    """Make a client and one call under the eyes of a witness, however the call ends."""
    try:
        client = make()
        try:
            witness.see("result", call(client, method, **arguments))
        finally:
            witness.see_client(client)
            call.close_client(client)
    except Exception as error:  # noqa: BLE001  # no error may show the key
        witness.see_error(error)


@contextlib.contextmanager
def http_options(call: Call, library: ModuleType | None, **options: Any) -> Generator[dict[str, Any]]:
    """Yield the argument of ``EmissaryClient`` for the HTTP client of a library; nothing for the SDK's own."""
    if library is None:
        yield {}
    else:
        with call.http_client(library, **options) as http:
            yield call.using(http)

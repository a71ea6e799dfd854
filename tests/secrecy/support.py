"""A key that must be seen nowhere, and a witness who looks everywhere."""

from __future__ import annotations

import contextlib
import io
import logging
import pickle
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import emissary_client_sdk
from emissary_client_sdk import EmissaryClient, EmissaryClientError, SDKHooks

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from types import ModuleType

    from ..support.calling import Call

CANARY = "canary-0123456789-abcdef"
PACKAGE = Path(emissary_client_sdk.__file__).parent


class Witness(logging.Handler):
    """Keeps every text that a call leaves behind, with the place where it was seen.

    :ivar seen: pairs of place and text.
    """

    def __init__(self) -> None:
        super().__init__(level=1)
        self.seen: list[tuple[str, str]] = []
        self.hooks = SDKHooks()
        self.hooks.register_before_request_hook(self._see_hook)
        self.hooks.register_after_success_hook(self._see_hook)
        self.hooks.register_after_error_hook(self._see_hook)

    def _see_hook(self, context: Any, *arguments: Any) -> Any:
        for name, value in [("context", context), ("security", context.security_source), ("argument", arguments)]:
            self.see(f"hook's {name}", value)
        self.see("hook's Security", context.security_source())
        return arguments if len(arguments) == 2 else None

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a log record: its text, its arguments, and all else that it carries."""
        self.seen.append((f"log of {record.name}", f"{record.getMessage()} {record.args!r} {record.exc_text}"))

    def see(self, place: str, value: object) -> None:
        """Keep what can be seen of a value."""
        self.seen.append((f"repr of {place}", repr(value)))
        self.seen.append((f"str of {place}", f"{value} {value!s}"))

    def see_client(self, client: EmissaryClient) -> None:
        """Keep what can be seen of a client and its parts."""
        config = client.sdk_configuration
        parts = [client, config, config.security, config.get_hooks(), client.training_jobs, config.client]
        for part in [*parts, vars(client), config.async_client, config.retry_config, config.debug_logger]:
            self.see(type(part).__name__, part)

    def see_error(self, error: BaseException) -> None:
        """Keep what can be seen of an error, of those behind it, and of the SDK's frames on their way."""
        for one in chain(error):
            self.see("error", one)
            self.see("error's attributes", {name: value for name, value in vars(one).items() if name != "request"})
            if isinstance(one, EmissaryClientError):  # a pickle holds none of those behind it
                self.seen.append(("pickle of an error", pickle.dumps(one, protocol=0).decode("latin-1")))
        self.seen += [("traceback", line) for line in traceback.format_exception(error)]
        self.seen += [("frame", line) for line in frames(error)]

    def places(self, *secrets: str) -> set[str]:
        """Name the places where a secret was seen; none at all would mean that nobody looked."""
        assert len(self.seen) > 10
        return {place for place, text in self.seen if any(secret in text for secret in secrets)}

    def details(self, *secrets: str) -> list[str]:
        """Give the texts in which a secret was seen, for the message of a failing test."""
        return [f"{place}: {text[:300]}" for place, text in self.seen if any(secret in text for secret in secrets)]


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Give an error and those behind it, each once."""
    left, seen = [error], set[int]()
    while left:
        one = left.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            left += [one.__cause__, one.__context__]


def frames(error: BaseException) -> Iterator[str]:
    """Give the local variables of the SDK's own frames on the way of an error and of those behind it."""
    for one in chain(error):
        for frame, _ in traceback.walk_tb(one.__traceback__):
            if Path(frame.f_code.co_filename).is_relative_to(PACKAGE):
                place = f"{Path(frame.f_code.co_filename).name}:{frame.f_code.co_name}"
                yield from (f"{place} {name}={_shown(value)}" for name, value in frame.f_locals.items())


def _shown(value: object) -> str:
    try:
        return repr(value)
    except AttributeError as error:  # an object that is half made, of which a traceback cannot be printed
        return f"its repr fails with {CANARY}: {error}"


@contextlib.contextmanager
def watching() -> Generator[Witness, None, None]:
    """Let a witness watch every logger at every level, the standard streams and the warnings."""
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
    """Make a client and one call before the eyes of a witness, however the call ends."""
    try:
        client = make()
        witness.see_client(client)
        try:
            witness.see("result", call(client, method, **arguments))
        finally:
            witness.see_client(client)
            call.close_client(client)
    except Exception as error:  # noqa: BLE001  # whatever it is, it must not show the key
        witness.see_error(error)


@contextlib.contextmanager
def http_options(call: Call, library: ModuleType | None, **options: Any) -> Generator[dict[str, Any], None, None]:
    """Give the arguments that have a client use a library's HTTP client; none for the SDK's own."""
    if library is None:
        yield {}
    else:
        with call.http_client(library, **options) as http:
            yield call.using(http)

"""The API key: where it comes from, and its redaction. No other object stores the key."""

import os
from typing import TYPE_CHECKING, Any

from ._validation import header_problem
from ._wire import KEY_VARIABLES
from .models.security import Security
from .utils.logger import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_REMEMBERED = 4
CREDENTIAL_HEADERS = ("x-api-key", "authorization", "cookie")


class ApiKey:
    """A key, a function that returns one, the environment variable, or a profile.

    Calling it returns a ``Security``, as a hook's ``security_source`` does.

    :ivar profile: A ``Profile`` with the key of last resort, or None.
    """

    __slots__ = ("_last", "_recent", "_source", "profile")

    def __init__(self, source: Any) -> None:
        # An error raised here would show the source in a traceback with local variables; ``check`` raises instead.
        self._source: str | Callable[[], Any] | None = source or None
        self.profile: Any = None
        self._last: str | None = None
        self._recent: tuple[str, ...] = ()  # a call in progress may still use an older key

    def check(self) -> None:
        """Check the caller's argument.

        :raises TypeError: It is neither a str nor a callable.
        :raises ValueError: It is not a valid header value; the message does not contain it.
        """
        if self._source is None or isinstance(self._source, str):
            self.read()
        elif not callable(self._source):
            raise TypeError(f"api_key must be a str or a function that returns one, not {type(self._source).__name__}")

    def read(self) -> str | None:
        """Return the current key, or None."""
        key, name = self._find()
        if not key:
            self._last = None
            return None
        if key != self._last:
            problem = header_problem(key) if isinstance(key, str) else f"is a {type(key).__name__}, not a str"
            if problem is not None:
                del key  # not in a traceback with local variables
                raise ValueError(f"{name} {problem}")
            self._last = key
            self._remember(key)
        return str(key)

    @property
    def origin(self) -> str:
        """The source of the key: ``api_key``, the name of a variable, or ``profile``; empty without a key."""
        return self._find()[1]

    def _find(self) -> tuple[Any, str]:
        """Return the key and its origin."""
        key: Any = self._source() if callable(self._source) else self._source
        key = getattr(key, "api_key", key)  # an SDKConfiguration accepts a Security
        if key:
            return key, "api_key"
        # Read on each call: a program may load its .env file after creating the client.
        for variable in KEY_VARIABLES:
            if key := os.environ.get(variable, "").strip():
                return key, variable
        return (None, "") if self.profile is None else (self.profile.read_key(), "profile")

    def remember_credentials(self, headers: Any) -> None:
        """Remember the credentials that a hook or the caller added to a request, to redact them."""
        for name in ("x-api-key", "authorization"):
            credential = str(headers.get(name) or "").rpartition(" ")[2]
            if credential and credential not in self._recent:
                self._remember(credential)

    def _remember(self, key: str) -> None:
        self._recent = (key, *self._recent[: _REMEMBERED - 1])

    def redact(self, text: str) -> str:
        """Return the text with the key replaced."""
        for key in self._recent:
            text = redact(text, key)
        return text

    def redact_error(self, error: BaseException | None) -> None:
        """Replace the key in the messages of an exception and its causes: some quote what a server sent."""
        for one in chain_of(error):
            one.args = tuple(self.redact(arg) if isinstance(arg, str) else arg for arg in one.args)

    def __call__(self) -> Security:
        """Return the current key as a ``Security``."""
        return Security(api_key=self.read())

    def __repr__(self) -> str:
        return "ApiKey(…)"

    def __getstate__(self) -> tuple[Any, Any]:
        return self._source, self.profile

    def __setstate__(self, state: tuple[Any, Any]) -> None:
        self._source, self.profile = state
        self._last = None
        self._recent = ()


def chain_of(error: BaseException | None) -> "Iterator[BaseException]":
    """Yield an exception and its causes, each once."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__

"""Where the API key comes from. The one place that holds it; nothing that shows the object shows the key."""

import os
from typing import TYPE_CHECKING, Any

from .checks import header_problem
from .logger import chain_of, conceal

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..models.security import Security

_REMEMBERED = 4
ENVIRONMENT_VARIABLE = "EMISSARY_CLIENT_API_KEY"


class ApiKey:
    """The key that a caller gave, or gives through a function, or that the environment has.

    Calling it gives a ``Security``, which is what a hook's ``security_source`` is.
    """

    __slots__ = ("_last", "_recent", "_source")

    def __init__(self, source: Any) -> None:
        """Keep the source; an error that is raised here would show it in a traceback's locals."""
        self._source: str | Callable[[], Any] | None = source or os.environ.get(ENVIRONMENT_VARIABLE)
        self._last: str | None = None
        self._recent: tuple[str, ...] = ()  # a call that began with an older key may still be under way

    def check(self) -> None:
        """Check what the caller gave.

        :raises TypeError: it is neither a str nor a callable.
        :raises ValueError: it cannot be a header's value; the message does not show it.
        """
        if isinstance(self._source, str):
            self.read()
        elif self._source is not None and not callable(self._source):
            kind = type(self._source).__name__
            raise TypeError(f"api_key must be a str or a function that gives one, not {kind}")

    def read(self) -> str | None:
        """Give the key as it is now; None where there is none."""
        key: Any = self._source() if callable(self._source) else self._source
        key = getattr(key, "api_key", key)  # a Security, as an SDKConfiguration may be given one
        if not key:
            # Set since the client was made, perhaps: a program may read its .env file late.
            key = os.environ.get(ENVIRONMENT_VARIABLE)
            if not key:
                self._last = None
                return None
        if key is not self._last:
            problem = header_problem(key) if isinstance(key, str) else f"is a {type(key).__name__}, not a str"
            if problem is not None:
                del key  # a traceback that shows this frame's locals must not show it
                raise ValueError(f"api_key {problem}")
            self._last = key
            self._recent = (key, *self._recent[: _REMEMBERED - 1])
        return str(key)

    def note(self, headers: Any) -> None:
        """Take note of the credentials of a request, for a hook may have brought others than this key."""
        for name in ("x-api-key", "authorization"):
            credential = str(headers.get(name) or "").rpartition(" ")[2]
            if credential and credential not in self._recent:
                self._recent = (credential, *self._recent[: _REMEMBERED - 1])

    def conceal_error(self, error: BaseException | None) -> None:
        """Conceal the key in the texts of an exception and of those behind it: some quote what a server sent."""
        for one in chain_of(error):
            one.args = tuple(self.conceal(arg) if isinstance(arg, str) else arg for arg in one.args)

    def conceal(self, text: str) -> str:
        """Give a text without the key, should a server have repeated it there."""
        for key in self._recent:
            text = conceal(text, key)
        return text

    def __call__(self) -> "Security":
        """Give the key as it is now, as a hook takes it."""
        from ..models.security import Security

        return Security(api_key=self.read())

    def __repr__(self) -> str:
        return "ApiKey(…)"

    def __getstate__(self) -> tuple[Any]:
        return (self._source,)

    def __setstate__(self, state: tuple[Any]) -> None:
        (self._source,) = state
        self._last = None
        self._recent = ()

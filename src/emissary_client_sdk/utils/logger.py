"""The debug log: the package's own logger, and what must not be seen in it.

Nothing here touches the root logger.
"""

import logging
import os
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .apikey import ApiKey

NAME = "emissary_client_sdk"
CONCEALED = "[redacted]"
_SECRET_HEADERS = frozenset({"x-api-key", "authorization", "proxy-authorization", "cookie", "set-cookie"})
_SHORTEST_SECRET = 8  # characters; to replace every "a" of a text would conceal the text
_SHOWN_OF_BODY = 1000  # bytes


class Logger(Protocol):
    """What ``debug_logger`` has to have. A ``logging.Logger`` has it."""

    def debug(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log a message, formatted with ``%`` and the arguments."""
        ...


def get_default_logger() -> logging.Logger:
    """Give the logger ``emissary_client_sdk``.

    It is silent until the application sets its level, or until ``EMISSARY_CLIENT_DEBUG`` is set to something
    other than 0 or false: then it writes to standard error, where no other handler would show it.
    """
    logger = logging.getLogger(NAME)
    if os.environ.get("EMISSARY_CLIENT_DEBUG", "").lower() in ("", "0", "false"):
        return logger
    logger.setLevel(logging.DEBUG)
    if not logger.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
    return logger


def is_enabled(logger: Logger) -> bool:
    """Whether it is worth making a message for this logger."""
    return not isinstance(logger, logging.Logger) or logger.isEnabledFor(logging.DEBUG)


def conceal(text: str, secret: str | None) -> str:
    """Give the text without the secret, should somebody have repeated it there."""
    if secret is None or len(secret) < _SHORTEST_SECRET:
        return text
    return text.replace(secret, CONCEALED)


def chain_of(error: BaseException | None) -> "Iterator[BaseException]":
    """Give an exception and those behind it, each once."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def conceal_headers(headers: Any) -> None:
    """Replace the secret values in the headers of a request that is over, for an error keeps it."""
    for name in _SECRET_HEADERS:
        if name in headers:
            headers[name] = CONCEALED


class CallLog:
    """The debug log of one call."""

    def __init__(self, logger: Logger, key: "ApiKey") -> None:
        self._logger = logger
        self._conceal = key.conceal

    def request(self, request: Any) -> None:
        """Log a request that is about to be sent."""
        self._logger.debug(
            "Request: %s %s, headers %s, body %s",
            request.method,
            self._conceal(str(request.url)),
            self._conceal(str(_shown_headers(request.headers))),
            self._shown_body(_content_of(request)),
        )

    def outcome(self, response: Any, content: bytes, error: Exception | None) -> None:
        """Log what came of it."""
        if error is not None:
            self._logger.debug("No response: %s", self._conceal(repr(error)))
        else:
            self._logger.debug(
                "Response: %s, headers %s, body %s",
                response.status_code,
                self._conceal(str(_shown_headers(response.headers))),
                self._shown_body(content),
            )

    def _shown_body(self, content: bytes) -> str:
        # More than is shown is searched for the key, for it may begin within that part and end beyond it.
        text = self._conceal(content[: 4 * _SHOWN_OF_BODY].decode("utf-8", "replace"))
        return text if len(content) <= _SHOWN_OF_BODY else f"{text[:_SHOWN_OF_BODY]}… ({len(content)} bytes in all)"

    def retry(self, seconds: float, failed: Exception) -> None:
        """Log that there will be another attempt."""
        self._logger.debug("Retrying in %.3f s after: %s", seconds, failed)


def _shown_headers(headers: "Mapping[str, str]") -> dict[str, str]:
    return {name: CONCEALED if name.lower() in _SECRET_HEADERS else value for name, value in headers.items()}


def _content_of(request: Any) -> bytes:
    try:
        content: bytes = request.content
    except (AttributeError, RuntimeError):  # a caller's own kind of request, or one whose body is a stream
        return b"(not in memory)"
    return content

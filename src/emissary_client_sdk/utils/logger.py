"""The debug log: the package's logger, and redaction."""

import logging
import os
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NAME = "emissary_client_sdk"
REDACTED = "[redacted]"
_SECRET_HEADERS = frozenset({"x-api-key", "authorization", "proxy-authorization", "cookie", "set-cookie"})
_MIN_SECRET_LENGTH = 8  # replacing every "a" of a text would redact the whole text
_BODY_LIMIT = 1000  # bytes


class Logger(Protocol):
    """A logger for ``debug_logger``; a ``logging.Logger`` is one."""

    def debug(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log a message, formatted with ``%`` and the arguments."""
        ...


def get_default_logger() -> logging.Logger:
    """Return the logger ``emissary_client_sdk``.

    It is silent until the application sets its level. If ``EMISSARY_CLIENT_DEBUG`` is set to something other than
    0 or false, it logs to standard error, unless another handler receives its records.
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
    """Return whether the logger would write debug messages."""
    return not isinstance(logger, logging.Logger) or logger.isEnabledFor(logging.DEBUG)


def redact(text: str, secret: str) -> str:
    """Return the text with the secret replaced."""
    return text if len(secret) < _MIN_SECRET_LENGTH else text.replace(secret, REDACTED)


def redact_headers(headers: Any) -> None:
    """Replace secret values in the headers of a finished request, which an error keeps."""
    for name in _SECRET_HEADERS:
        if name in headers:
            headers[name] = REDACTED


class CallLog:
    """The debug log of one call.

    :param redact: Replaces the API key in a text.
    """

    def __init__(self, logger: Logger, redact: "Callable[[str], str]") -> None:
        self._logger = logger
        self._redact = redact

    def request(self, request: Any) -> None:
        """Log a request before it is sent."""
        url = self._redact(str(request.url))
        self._logger.debug("Request: %s %s, headers %s, body %s", request.method, url, *self._parts(request))

    def outcome(self, response: Any, error: Exception | None) -> None:
        """Log the response to a request, or the exception that replaced it."""
        if error is not None:
            self._logger.debug("No response: %s", self._redact(repr(error)))
            return
        self._logger.debug("Response: %s, headers %s, body %s", response.status_code, *self._parts(response))

    def retry(self, seconds: float, error: Exception) -> None:
        """Log that the request is sent again."""
        self._logger.debug("Retrying in %.3f s after: %s", seconds, error)

    def _parts(self, message: Any) -> tuple[str, str]:
        """Return the headers and the body of a request or a response."""
        headers = self._redact(str(safe_headers(message.headers)))
        try:
            content: bytes = message.content
        except (AttributeError, RuntimeError):  # another library's message, or a body that is streamed
            return headers, "(not in memory)"
        # Redact more than is logged: the key may start inside the logged part and end after it.
        text = self._redact(content[: 4 * _BODY_LIMIT].decode("utf-8", "replace"))
        if len(content) > _BODY_LIMIT:
            text = f"{text[:_BODY_LIMIT]}… ({len(content)} bytes in total)"
        return headers, text


def safe_headers(headers: "Mapping[str, str]") -> dict[str, str]:
    """Return the headers with the values of secret ones replaced."""
    return {name: REDACTED if name.lower() in _SECRET_HEADERS else value for name, value in headers.items()}

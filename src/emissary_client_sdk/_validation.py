"""Checks of a caller's arguments. Each error names the argument and is raised before a request is sent."""

import re
from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from encodings.idna import ToUnicode
from functools import lru_cache
from inspect import Parameter, signature
from math import inf
from typing import Any
from urllib.parse import urlsplit

MAX_SECONDS = 2_000_000.0
"""Longest timeout or pause that the operating system accepts (23 days); longer ones are shortened to it."""

LAST_PORT = 65535
_HOST = re.compile(r"[\w.-]+|[0-9A-Fa-f:.]+(%\w+)?")
_NOT_IN_A_URL = frozenset(' {}<>"|\\^`')
# The HTTP library sets these from the body; a second value would allow request smuggling.
_RESERVED_HEADERS = frozenset({"content-length", "transfer-encoding"})


def header_problem(value: str) -> str | None:
    """Describe why a text is not a valid header value, without quoting it; return None if it is valid."""
    if not value.isascii():
        return "contains a non-ASCII character"
    if not value.replace("\t", " ").isprintable():
        return "contains a line break or another control character"
    if value != value.strip():
        return "starts or ends with whitespace"
    return None


def require_headers(name: str, headers: object) -> dict[str, str]:
    """Return the headers as a dictionary after checking names and values."""
    if not isinstance(headers, Mapping):
        raise TypeError(f"{name} must be a mapping of str to str, not {type(headers).__name__}")
    checked: dict[str, str] = {}
    for key, value in headers.items():  # pyright: ignore[reportUnknownVariableType]  # checked just below
        if not isinstance(key, str) or not isinstance(value, str):
            raise TypeError(f"{name} must be a mapping of str to str; the header {key!r} is not")
        if not key or not key.isascii() or not key.replace("-", "").replace("_", "").isalnum():
            raise ValueError(f"{name}: {key!r} is not a valid header name")
        if key.lower() in _RESERVED_HEADERS:
            raise ValueError(f"{name}: {key} is derived from the body and cannot be set")
        if problem := header_problem(value):
            raise ValueError(f"{name}: the value of {key} {problem}")
        checked[key] = value
    return checked


def is_valid_host(host: str, port: int | None = None) -> bool:
    """Return whether a host is an address, or a name that can be looked up, and its port is one.

    No part of a name is empty or too long.
    """
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return _HOST.fullmatch(host) is not None and (port is None or 0 < port <= LAST_PORT)


@lru_cache(maxsize=64)
def require_server_url(name: str, url: str) -> str:
    """Return a server URL without its trailing slash, and without a trailing ``/v1``.

    :param name: Name of the argument or environment variable, for the error.
    """
    expected = f"{name} must be a URL such as https://api.withemissary.com"
    try:
        parts = urlsplit(url)
        port = parts.port
        if parts.hostname and "xn--" in parts.hostname:  # the HTTP library decodes it too
            for label in parts.hostname.split("."):
                ToUnicode(label)
    except (ValueError, UnicodeError) as error:
        raise ValueError(f"{expected}: {error}") from None
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"{expected}: {url!r} does not start with http:// or https://")
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"{expected}: it must not contain a user name or password")
    if not parts.hostname or not is_valid_host(parts.hostname, port):
        raise ValueError(f"{expected}: {url!r} has no host, or an invalid host or port")
    if parts.query or parts.fragment or "?" in url or "#" in url:
        raise ValueError(f"{expected}: {url!r} must not have a query or a fragment")
    if not url.isascii() or not url.isprintable() or _NOT_IN_A_URL.intersection(url):
        raise ValueError(f"{expected}: {url!r} contains a character that is not allowed in a URL")
    return url.rstrip("/").removesuffix("/v1")  # the paths begin with it; other clients take it as part of the URL


def require_instance(name: str, value: object, kind: type | tuple[type, ...], expected: str) -> None:
    """Raise TypeError if the value has another type; a bool is not accepted as an int."""
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
        raise TypeError(f"{name} must be {expected}, not {type(value).__name__}")


def require_positive(name: str, value: Any, expected: str = "an int") -> None:
    """Raise an error unless the value is an int greater than zero."""
    require_instance(name, value, int, expected)
    if value < 1:
        raise ValueError(f"{name} must be at least 1, not {value}")


def require_text(name: str, value: object) -> str:
    """Return the value if it is a str."""
    require_instance(name, value, str, "a str")
    return str(value)


def require_duration(name: str, milliseconds: object) -> float:
    """Return a positive, finite number of milliseconds in seconds."""
    number = _number(name, milliseconds, "a number of milliseconds")
    if not 0 < number < inf:
        raise ValueError(f"{name} must be a finite number greater than zero, not {milliseconds!r}")
    return number / 1000


def require_timeout(name: str, milliseconds: object) -> float:
    """Return a timeout or an interval in seconds, at most ``MAX_SECONDS``."""
    return min(require_duration(name, milliseconds), MAX_SECONDS)


def require_not_negative(name: str, value: object) -> None:
    """Raise an error unless the value is a finite number, zero or greater."""
    if not 0 <= _number(name, value, "a number") < inf:
        raise ValueError(f"{name} must be a finite number, zero or greater, not {value!r}")


def _number(name: str, value: object, expected: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be {expected}, not {type(value).__name__}")
    try:
        return float(value)
    except OverflowError:
        return inf


def require_client(name: str, client: Any, *, is_async: bool) -> None:
    """Raise TypeError unless the object is an HTTP client of the kind that the argument accepts."""
    missing = [method for method in ("build_request", "send") if not callable(getattr(client, method, None))]
    if missing:
        raise TypeError(
            f"{name} must be an HTTP client with build_request and send, such as"
            f" httpx.{'AsyncClient' if is_async else 'Client'}; {type(client).__name__} has no {missing[0]}"
        )
    methods = hasattr(client, "close"), hasattr(client, "aclose")
    if not isinstance(client, type) and methods == (is_async, not is_async):
        other = "client" if is_async else "async_client"
        raise TypeError(f"{name} must not be a {type(client).__name__}: pass it as {other}")


_NAMES_ELSEWHERE = {
    "retries": ("retry_config",),
    "max_retries": ("retries", "retry_config"),
    "base_url": ("server_url",),
    "timeout": ("timeout_ms",),
    "default_headers": ("http_headers",),
    "extra_headers": ("http_headers",),
    "http_client": ("client",),
    "max_completion_tokens": ("max_tokens",),
}
"""Arguments of the library openai and of methods, and the arguments here with the same meaning."""


def unexpected_argument(function: str, name: str, known: Collection[str]) -> TypeError:
    """Return the error of an argument that a function does not have; it names the one that was probably meant.

    :param known: Names of the arguments that the function has.
    """
    hint = ""
    ours = [*(other for other in _NAMES_ELSEWHERE.get(name, ()) if other in known), *get_close_matches(name, known, 1)]
    if ours:
        unit = ", in milliseconds" if ours[0] == "timeout_ms" else ""
        hint = f": use {ours[0]}{unit}"
    elif name == "stream":
        hint = ": use the method stream, such as client.chat.completions.stream(…), in a with statement"
    elif name in ("default_headers", "extra_headers"):
        hint = ": use client.with_options(http_headers=…)"
    elif "extra_body" in known:
        hint = ": pass a field of the request that the SDK does not know in extra_body"
    return TypeError(f"{function}() got an unexpected keyword argument {name!r}{hint}")


def require_known(function: Callable[..., Any], unknown: Mapping[str, Any]) -> None:
    """Raise TypeError if a function was called with an argument that it does not have."""
    if unknown:
        parameters = signature(function).parameters.values()
        known = [one.name for one in parameters if one.kind is not Parameter.VAR_KEYWORD]
        raise unexpected_argument(function.__qualname__, next(iter(unknown)), known)

"""Checks of what a caller gives. Each names the argument and says what was expected, before anything is sent."""

from collections.abc import Mapping
from functools import lru_cache
from math import inf
from typing import Any
from urllib.parse import urlsplit

_NOT_IN_A_URL = frozenset(' {}<>"|\\^`')
# The length of the body belongs to the HTTP library; a second opinion about it is how requests are smuggled.
_RESERVED_HEADERS = frozenset({"content-length", "transfer-encoding"})


def header_problem(value: str) -> str | None:
    """Say what keeps a text from being a header's value, without showing it."""
    if not value.isascii():
        return "has a character that is not ASCII"
    if not value.replace("\t", " ").isprintable():
        return "has a line break or another control character"
    if value != value.strip():
        return "begins or ends with white space"
    return None


def require_headers(name: str, headers: object) -> dict[str, str]:
    """Check headers that a caller gave, and give them as a dictionary."""
    if not isinstance(headers, Mapping):
        raise TypeError(f"{name} must be a mapping of str to str, not {type(headers).__name__}")
    checked: dict[str, str] = {}
    for key, value in headers.items():  # pyright: ignore[reportUnknownVariableType]  # checked just below
        if not isinstance(key, str) or not isinstance(value, str):
            raise TypeError(f"{name} must be a mapping of str to str; the header {key!r} is not")
        if not key or not key.isascii() or not key.replace("-", "").replace("_", "").isalnum():
            raise ValueError(f"{name}: {key!r} is no header's name")
        if key.lower() in _RESERVED_HEADERS:
            raise ValueError(f"{name}: {key} follows from the body and cannot be set")
        problem = header_problem(value)
        if problem:
            raise ValueError(f"{name}: the value of {key} {problem}")
        checked[key] = value
    return checked


@lru_cache(maxsize=64)
def require_user_agent(value: object) -> None:
    """Check the value of the header User-Agent, which is a str."""
    require_headers("user_agent", {"User-Agent": value})


def not_a_url(name: str) -> str:
    """Say what an argument that names a server has to be."""
    return f"{name} must be a URL such as https://api.withemissary.com"


@lru_cache(maxsize=64)
def server_base(name: str, url: str) -> str:
    """Check a server's URL and give it without the slash at its end.

    :param name: the argument that the URL came in, for the error.
    """
    expected = not_a_url(name)
    try:
        parts = urlsplit(url)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError as error:
        raise ValueError(f"{expected}: {error}") from None
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"{expected}: it has no scheme http:// or https://: {url!r}")
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"{expected}: it must not hold a user name or password")
    if not parts.hostname or not port_is_valid:
        raise ValueError(f"{expected}: {url!r} names no host, or no valid port")
    if parts.query or parts.fragment or "?" in url or "#" in url:
        raise ValueError(f"{expected}: it must not have a query or a fragment: {url!r}")
    if not url.isascii() or not url.isprintable() or _NOT_IN_A_URL.intersection(url):
        raise ValueError(f"{expected}: it has a character that no URL has: {url!r}")
    return url.rstrip("/")


def require_instance(name: str, value: object, kind: type, expected: str) -> None:
    """Check an argument's type, which an annotation alone does not."""
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
        raise TypeError(f"{name} must be {expected}, not {type(value).__name__}")


def require_text(name: str, value: object) -> str:
    """Check that an argument is a str."""
    require_instance(name, value, str, "a str")
    return str(value)


def require_timeout(milliseconds: object, name: str = "timeout_ms") -> float:
    """Check a number of milliseconds, and give it in seconds."""
    number = _number(name, milliseconds, "a number of milliseconds")
    if not 0 < number < inf:
        raise ValueError(f"{name} must be a finite number above zero, not {milliseconds!r}")
    return number / 1000


def require_not_negative(name: str, value: object) -> None:
    """Check a number that may be zero."""
    if not 0 <= _number(name, value, "a number") < inf:
        raise ValueError(f"{name} must be a finite number that is not negative, not {value!r}")


def _number(name: str, value: object, expected: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be {expected}, not {type(value).__name__}")
    try:
        return float(value)
    except OverflowError:
        return inf  # for every purpose here


def require_client(name: str, client: Any, *, is_async: bool) -> None:
    """Check that a caller's HTTP client has what is used of it, and is of the kind that the argument takes."""
    missing = [method for method in ("build_request", "send") if not callable(getattr(client, method, None))]
    if missing:
        raise TypeError(
            f"{name} must be an HTTP client with build_request and send, such as"
            f" httpx.{'AsyncClient' if is_async else 'Client'}; {type(client).__name__} has no {missing[0]}"
        )
    if not isinstance(client, type) and (hasattr(client, "close"), hasattr(client, "aclose")) == (
        is_async,
        not is_async,
    ):
        other = "client" if is_async else "async_client"
        raise TypeError(f"{name} must not be a {type(client).__name__}: pass it as {other}")

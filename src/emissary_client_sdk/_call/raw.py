"""One call to an endpoint that has no method of its own."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Mapping
from io import TextIOBase
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, unquote, urlencode

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError, to_json

from .._validation import require_headers, require_instance, require_text
from ..models._json import json_value
from ..utils.retries import Effect
from .call import call
from .multipart import UnseekablePart
from .operation import Operation
from .request import Payload

if TYPE_CHECKING:
    from .call import Caller
    from .commands import Flow

_READS = ("GET", "HEAD", "OPTIONS", "DELETE")
_PATH_CHARACTERS = "/%:@!$&'()*+,;=~"  # not encoded; "%" because the caller encodes what is special


def raw_call(
    caller: Caller,
    method: str,
    path: str,
    options: Mapping[str, Any],
    *,
    query: Mapping[str, Any] | None,
    json: Any,
    files: Any,
    result: Any,
) -> Flow[Any]:
    """Send a request and return its parsed response; ``EmissaryClient.request`` documents the arguments."""
    require_text("method", method)
    if not (method.isascii() and method.isalpha()):
        raise ValueError(f"method must be an HTTP method such as POST, not {method!r}")
    if json is not None and files is not None:
        raise ValueError("pass json or files, not both")
    effect = Effect.REPEATABLE if method.upper() in _READS else Effect.CREATES
    operation = RawOperation(method.upper(), _checked_path(path), effect, result)
    payload = Payload(_encoded_query(query))
    if json is not None:
        payload = payload._replace(options={"content": _encoded_json(json)})
    elif files is not None:
        parts = _checked_files(files)
        is_repeatable = not any(isinstance(part[1], UnseekablePart) for _, part in parts)
        payload = payload._replace(options={"files": parts}, is_repeatable=is_repeatable)
    return (yield from call(caller, operation, options, payload=payload))


class RawOperation(Operation[Any]):
    """An operation that the API description does not have."""

    def __init__(self, http_method: str, path: str, effect: Effect, result: Any) -> None:
        super().__init__("request", http_method, path, effect=effect)
        self.is_acknowledged = False
        self._adapter = None if result is None else _adapter(result)

    def decode(self, content: bytes) -> Any:
        """Return the parsed body of a successful response; None without a body."""
        if not content:
            return None
        return jsonlib.loads(content) if self._adapter is None else self._adapter.validate_json(content)


def _adapter(result: Any) -> TypeAdapter[Any]:
    """Return what validates a type, with all its references resolved: after the call it would be too late.

    :raises TypeError: It is not such a type.
    """
    try:
        adapter = TypeAdapter[Any](result)
        adapter.rebuild()
    except Exception as error:
        raise TypeError(f"result must be a type that pydantic can validate, not {result!r}") from error
    return adapter


def _checked_files(files: Any) -> list[tuple[str, tuple[Any, ...]]]:
    """Return the parts of a multipart body as pairs of a name and a tuple that httpx accepts."""
    pairs = cast("Mapping[str, Any]", files).items() if isinstance(files, Mapping) else files
    try:
        given: list[tuple[Any, Any]] = [(name, part) for name, part in pairs]
    except (TypeError, ValueError):
        raise TypeError("files must be a mapping or pairs of names and files, as in httpx") from None
    return [(require_text("the name of a file", name), _checked_part(name, part)) for name, part in given]


def _checked_part(name: str, part: Any) -> tuple[Any, ...]:
    """Return a part as a tuple of its filename, content, and possibly content type and headers.

    :raises TypeError: It is not in a form that httpx accepts.
    """
    place = f"files[{name!r}]"
    filename = PurePath(str(getattr(part, "name", "upload"))).name
    fields: list[Any] = [*part] if isinstance(part, tuple) else [filename, part]
    padded: list[Any] = [*fields, None, None, None, None]
    filename, content, content_type, headers = padded[:4]
    is_text = isinstance(content, str | bytes)
    is_file = callable(getattr(content, "read", None)) and not isinstance(content, TextIOBase)
    if len(fields) > 4 or not isinstance(filename, str | None) or not (is_text or is_file):
        raise TypeError(
            f"{place} must be a file in binary mode, bytes, or a tuple (filename, content, ...) as in httpx"
        )
    require_headers(place, {} if content_type is None else {"content-type": content_type})
    require_headers(place, {} if headers is None else headers)
    is_repeatable = is_text or (hasattr(content, "seekable") and content.seekable())
    return filename, content if is_repeatable else UnseekablePart(content), *fields[2:]


def _checked_path(path: str) -> str:
    """Return the path, in which nothing can lead to another host or out of its folder.

    :raises ValueError: It is not a path.
    """
    require_text("path", path)
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"path must begin with one slash, such as /v1/models, not {path!r}")
    if not path.isprintable() or any(character in path for character in " \\?#"):
        raise ValueError(f"path must not contain spaces, backslashes, ? or #; pass query for a query: {path!r}")
    if any(unquote(segment) in (".", "..") for segment in path.split("/")):
        raise ValueError(f"path must not contain the segments . and .., which servers remove from a path: {path!r}")
    return quote(path, safe=_PATH_CHARACTERS)


def _encoded_query(query: Mapping[str, Any] | None) -> str:
    """Return the query with its question mark; names that are None are left out, and lists repeat their name."""
    if query is None:
        return ""
    require_instance("query", query, Mapping, "a mapping")
    pairs: list[tuple[str, str]] = []
    for name, given in query.items():
        values = cast("list[object]", given) if isinstance(given, list) else [given]
        pairs += [(name, _text_of(name, value)) for value in values if value is not None]
    try:
        return f"?{urlencode(pairs)}" if pairs else ""
    except UnicodeEncodeError:
        raise ValueError("query contains a character that cannot be encoded as UTF-8") from None


def _text_of(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    require_instance(f"query[{name!r}]", value, (str, int, float), "a str, a number, a bool or a list of these")
    return str(value)


def _encoded_json(value: Any) -> bytes:
    try:
        return to_json(json_value(value, "json"))
    except (PydanticSerializationError, ValueError) as error:
        raise ValueError(f"json cannot be represented as JSON: {error}") from error

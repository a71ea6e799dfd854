"""The request of a call: URL, headers and body, checked before anything is sent."""

from __future__ import annotations

import contextlib
import json
import os
import warnings
from collections.abc import Mapping
from functools import lru_cache
from inspect import currentframe
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast
from urllib.parse import quote, urlencode, urlsplit

from pydantic_core import PydanticSerializationError, to_json

from .._transport.request import build_request
from .._validation import require_headers, require_instance, require_server_url, require_text, require_timeout
from ..errors import NoResponseError
from ..httpclient import loaded_libraries
from ..models._json import json_value
from ..models.misspelled import doubts
from ..types.annotations import nullable_fields
from .multipart import encode_upload

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ..sdkconfiguration import SDKConfiguration
    from .operation import Operation

ModelT = TypeVar("ModelT", bound="BaseModel")

_DEFAULT_SECONDS = 60.0
_MIN_TIMEOUT = 0.001  # seconds; httpx treats zero as an error
_INTERNAL = (str(Path(__file__).parent.parent) + os.sep, contextlib.__file__)


class Payload(NamedTuple):
    """The encoded input of a request.

    :ivar query: The query with its question mark, or nothing.
    :ivar options: The arguments of ``build_request`` for the body, if there is one.
    :ivar is_repeatable: Whether the body can be sent again.
    :ivar is_large: Whether the body is an upload that may exceed the platform's limit.
    """

    query: str = ""
    options: Mapping[str, Any] = MappingProxyType({})
    is_repeatable: bool = True
    is_large: bool = False


class PreparedRequest:
    """The request of a call, which each attempt builds again.

    :param options: Call options.
    :param arguments: Path parameters, and the ``request_body``, the fields of the body or the query.
    :ivar key: The API key, to redact it.
    :ivar server_url: URL of the server, for messages.
    :ivar has_key: Whether the headers contain the API key.
    :ivar is_repeatable: Whether the body can be sent again.
    :ivar is_large: Whether the body is an upload that may exceed the platform's limit.
    :raises TypeError: An argument has the wrong type.
    :raises ValueError: An argument has an invalid value; pydantic's ValidationError is a ValueError.
    """

    def __init__(
        self,
        config: SDKConfiguration,
        client: Any,
        operation: Operation[Any],
        options: Mapping[str, Any],
        arguments: Mapping[str, Any],
    ) -> None:
        self.operation = operation
        self.key = config.key
        headers = options.get("http_headers")
        given = {} if headers is None else require_headers("http_headers", headers)
        if config.http_headers:
            given = config.with_headers(given)
        timeout_ms = options.get("timeout_ms")
        timeout_ms = config.timeout_ms if timeout_ms is None else timeout_ms
        timeout = None if timeout_ms is None else require_timeout("timeout_ms", timeout_ms)
        server_url = options.get("server_url")
        if server_url in (None, ""):
            self.server_url = config.get_server_details()[0]
        else:
            self.server_url = require_server_url("server_url", require_text("server_url", server_url))
        values = [require_text(name, arguments[name]) for name in operation.path_parameters]
        path = encode_path(operation.path, operation.path_parameters, *values)
        payload: Payload = arguments.get("payload") or _payload(operation, options, arguments)
        self.is_repeatable, self.is_large = payload.is_repeatable, payload.is_large
        self._client = client
        self._options: dict[str, Any] = {
            "method": operation.http_method,
            "url": _parsed(_url_type(client.__class__), self.server_url + path + payload.query),
            **payload.options,
        }
        self._options["headers"], self.has_key = _headers(config, client, operation, payload, given)
        if timeout is not None:  # otherwise a caller's client uses its own timeout
            self._options["timeout"] = timeout

    @property
    def line(self) -> str:
        """Method and path, for messages."""
        return f"{self._options['method']} {urlsplit(str(self._options['url'])).path}"

    def limit_timeout(self, seconds: float) -> None:
        """Shorten the timeout of each attempt to this, if it is longer."""
        default: float = getattr(getattr(self._client, "timeout", None), "read", None) or _DEFAULT_SECONDS
        if seconds < self._options.get("timeout", default):
            self._options["timeout"] = max(_MIN_TIMEOUT, seconds)

    def build(self) -> Any:
        """Return the request of one attempt.

        :raises NoResponseError: The caller's HTTP client cannot build it.
        """
        try:
            return self._client.build_request(**self._options)
        except UnicodeEncodeError as error:  # the client holds a cookie that is not a valid header
            raise NoResponseError(
                f"{self.line}: the HTTP client cannot build the request: {error}", sent=False
            ) from error


@lru_cache(maxsize=64)
def _url_type(client_type: Any) -> Any:
    """Return the URL class of the client's library, which is httpx for the SDK's own; str for other clients."""
    for library in loaded_libraries():
        if getattr(client_type, "build_request", None) in (library.Client.build_request, build_request):
            return library.URL
    return str


@lru_cache(maxsize=256)
def _parsed(url_type: Any, url: str) -> Any:
    """Return a URL, which polling and inference use again and again; to parse it, httpx needs a tenth of a call."""
    return url_type(url)


@lru_cache(maxsize=256)
def encode_path(template: str, names: tuple[str, ...], *values: str) -> str:
    """Return the path with each parameter encoded as exactly one segment.

    :raises ValueError: A value is blank, or is a relative segment that servers remove from a path.
    """
    return template.format(**{name: _segment(name, value) for name, value in zip(names, values, strict=True)})


def _segment(name: str, value: str) -> str:
    if not value.strip():
        raise ValueError(f"{name} must not be empty")
    if value in (".", ".."):
        raise ValueError(f"{name} must not be {value!r}, which servers remove from a path")
    try:
        return quote(value, safe="")
    except UnicodeEncodeError:
        raise ValueError(f"{name} contains a character that cannot be encoded as UTF-8") from None


def _payload(operation: Operation[Any], options: Mapping[str, Any], arguments: Mapping[str, Any]) -> Payload:
    body = _body(operation, options, arguments)
    if body is None:
        return Payload(_query(operation, arguments))
    if operation.is_multipart:
        return Payload("", *encode_upload(body))
    return Payload(options={"content": encode_json(body, extra_body_of(options))})


def _query(operation: Operation[Any], arguments: Mapping[str, Any]) -> str:
    query = {
        name: require_text(name, value)
        for name, value in arguments.items()
        if name not in operation.path_parameters and value is not None
    }
    return f"?{urlencode(query)}" if query else ""


def _body(operation: Operation[Any], options: Mapping[str, Any], arguments: Mapping[str, Any]) -> BaseModel | None:
    model = operation.body
    if model is None:
        return None
    if "request_body" in arguments:
        fields = arguments["request_body"]
    else:
        given = {**options, **arguments}
        fields = {name: given[name] for name in model.model_fields if given.get(name) is not None}
    body = body_of(operation, model, fields)
    for doubt in doubts(model, body):
        warn_caller(f"sent as given, but {doubt}")
    return body


def body_of(operation: Operation[Any], model: type[ModelT], fields: object) -> ModelT:
    """Return a request body that the caller has given as a model or as a mapping.

    :raises TypeError: It is neither.
    """
    require_instance("request_body", fields, (Mapping, model), f"a {model.__name__} or a mapping with its fields")
    if isinstance(fields, model):
        return fields
    return cast("ModelT", operation.validate(dict(cast("Mapping[str, Any]", fields))))


def warn_caller(message: str) -> None:
    """Issue a warning that points at the caller's line."""
    frame = currentframe()
    level = 1
    while frame is not None and frame.f_code.co_filename.startswith(_INTERNAL):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, UserWarning, stacklevel=level)


def extra_body_of(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that the SDK does not know.

    :raises TypeError: ``extra_body`` is not a mapping.
    :raises ValueError: JSON cannot represent a field.
    """
    extra = options.get("extra_body")
    if extra is None:
        return {}
    require_instance("extra_body", extra, Mapping, "a mapping")
    fields: dict[str, Any] = json_value(extra, "extra_body")
    return fields


def encode_json(body: BaseModel, extra: Mapping[str, Any]) -> bytes:
    """Return the body as JSON, without fields that are not set or are None where None does not mean null.

    :raises ValueError: The body contains something that JSON cannot represent.
    """
    left_out = {name for name, value in vars(body).items() if value is None} - nullable_fields(type(body))
    try:
        content = body.model_dump_json(exclude_unset=True, exclude=left_out or None).encode()
        if extra:
            content = to_json({**json.loads(content), **extra}, inf_nan_mode="constants")
        if b"NaN" in content or b"Infinity" in content:
            json.loads(content, parse_constant=_refuse)
    except (PydanticSerializationError, ValueError) as error:
        raise ValueError(f"the request body cannot be represented as JSON: {error}") from error
    return content


def _refuse(constant: str) -> None:
    raise ValueError(f"JSON has no {constant}")


def _headers(
    config: SDKConfiguration, client: Any, operation: Operation[Any], payload: Payload, given: Mapping[str, str]
) -> tuple[dict[str, str], bool]:
    """Return the headers of a call, and whether the API key is among them."""
    key = config.key.read()
    headers = {"accept": "application/json"}
    if _has_default_user_agent(client):
        headers["user-agent"] = config.user_agent
    if "content" in payload.options:
        headers["content-type"] = "application/json"
    if operation.creates:
        headers["idempotency-key"] = os.urandom(16).hex()
    if key is not None:
        headers["x-api-key"] = key
    for name in given:
        headers.pop(name.lower(), None)
    return {**headers, **given}, key is not None


def _has_default_user_agent(client: Any) -> bool:
    headers = getattr(client, "headers", None)
    return headers is None or str(headers.get("user-agent", "python-httpx")).startswith("python-httpx")

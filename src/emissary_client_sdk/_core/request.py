"""A call's request: URL, headers and body, checked before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote
from uuid import uuid4

import httpx

from .._transport.messages import DEFAULT_SECONDS, OwnClient, accepted_encodings
from ..sdkconfiguration import require_retries
from ..utils.checks import not_a_url, require_headers, require_text, require_timeout, server_base

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ..sdkconfiguration import SDKConfiguration
    from ..types.unset import Unset
    from ..utils.retries import RetryConfig
    from .operation import Operation

_TAKES_HTTPX_URL = (OwnClient, httpx.Client, httpx.AsyncClient)
_LEAST_TIMEOUT = 0.001  # seconds; zero is none
_ACCEPT = _CONTENT_TYPE = "application/json"


def segment(name: str, value: str) -> str:
    """Encode a parameter as exactly one segment of a path.

    :raises ValueError: it is blank, or a server would take it for a way up in the path.
    """
    if not value.strip():
        raise ValueError(f"{name} must not be empty")
    if value in (".", ".."):
        raise ValueError(f"{name} must not be {value!r}: a server would leave it out of the path")
    try:
        return quote(value, safe="")
    except UnicodeEncodeError:
        raise ValueError(f"{name} has a character that UTF-8 cannot encode") from None


@lru_cache(maxsize=256)
def target(base: str, path: str, names: tuple[str, ...], *values: str) -> tuple[httpx.URL, str]:
    """Make the URL of a call, and the name of its server as a Host header has it.

    The last ones are kept, for whoever follows a job asks for the same URL again and again.
    """
    try:
        _ = httpx.URL(base).host
    except (httpx.InvalidURL, UnicodeError) as error:
        raise ValueError(f"{not_a_url('server_url')}: {error}") from None
    encoded = {name: segment(name, value) for name, value in zip(names, values, strict=True)}
    try:
        url = httpx.URL(base + path.format(**encoded))
    except httpx.InvalidURL as error:
        raise ValueError(f"{' and '.join(names)} make no URL: {error}") from None
    return url, url.netloc.decode("ascii")


def _with_a_dictionary(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Let any mapping be a request's body; pydantic takes none but a dictionary for a model."""
    body: Any = arguments["request_body"]
    if isinstance(body, Mapping) and not isinstance(body, dict):
        return {**arguments, "request_body": dict(cast("Mapping[str, Any]", body))}
    return arguments


def encode(body: BaseModel) -> bytes:
    """Write a request's body. A field that is not set is left out, and so is None where it does not mean null.

    :raises ValueError: something in it cannot be written as JSON.
    """
    from pydantic_core import PydanticSerializationError

    from ..types.annotations import nullable_fields

    unsaid = {name for name, value in vars(body).items() if value is None} - nullable_fields(type(body))
    try:
        content = body.model_dump_json(exclude_unset=True, exclude=unsaid or None).encode()
        if b"NaN" in content or b"Infinity" in content:
            json.loads(content, parse_constant=_refuse)
    except (PydanticSerializationError, ValueError) as error:
        raise ValueError(f"request_body cannot be written as JSON: {error}") from error
    return content


def _refuse(constant: str) -> None:
    raise ValueError(f"there is no {constant} in JSON")


def _base_headers(
    config: SDKConfiguration, user_agent: str | None, host: str | None, *, has_body: bool
) -> tuple[httpx.Headers, bool]:
    """Make the headers that a client's requests to a server share; the last ones made are kept.

    Gives them, and whether the key is among them. Nothing is raised here once the key is known, for a traceback
    that shows this frame's locals would show it.

    :param host: the server's name, for the SDK's own HTTP client; None for a caller's, which adds its own.
    """
    key = config.key.read()
    identity = (key, user_agent, host, has_body)
    cached = config.header_cache
    if cached is None or cached[0] != identity:
        headers = httpx.Headers({"accept": _ACCEPT} if host is None else {"host": host, "accept": _ACCEPT})
        if user_agent is not None:
            headers["user-agent"] = user_agent
        if host is not None:
            headers["accept-encoding"] = accepted_encodings()
        if has_body:
            headers["content-type"] = _CONTENT_TYPE
        if key is not None:
            headers["x-api-key"] = key
        cached = config.header_cache = identity, headers
    return cached[1], key is not None


def headers_for(
    config: SDKConfiguration, client: Any, operation: Operation[Any], host: str, given: Mapping[str, str] | None
) -> tuple[httpx.Headers, bool]:
    """Make the headers of a call, and say whether the key is among them.

    What the caller gave wins over what the SDK would send.
    """
    if isinstance(client, OwnClient):
        headers, has_key = _base_headers(config, config.user_agent, host, has_body=operation.creates)
    else:
        user_agent = config.user_agent if _has_no_user_agent_of_its_own(client) else None
        headers, has_key = _base_headers(config, user_agent, None, has_body=operation.creates)
    if operation.creates or given:
        headers = headers.copy()
    if operation.creates:
        headers["idempotency-key"] = str(uuid4())
    if given:
        headers.update(given)
    return headers, has_key


def _has_no_user_agent_of_its_own(client: Any) -> bool:
    headers = getattr(client, "headers", None)
    return headers is None or str(headers.get("user-agent", "python-httpx")).startswith("python-httpx")


class Options:
    """What a caller can say of one call, beside its arguments."""

    __slots__ = ("http_headers", "retries", "server_url", "timeout_ms")

    def __init__(
        self,
        retries: RetryConfig | Unset | None,
        server_url: str | None,
        timeout_ms: int | None,
        http_headers: Mapping[str, str] | None,
    ) -> None:
        self.retries = retries
        self.server_url = server_url
        self.timeout_ms = timeout_ms
        self.http_headers = http_headers


class Prepared:
    """Everything about a call's request that its attempts share. Its repr shows no header: one holds the key.

    :raises pydantic.ValidationError: an argument does not fit the operation's request model.
    :raises TypeError: an option has the wrong type.
    :raises ValueError: an option or an id has a value that cannot be sent.
    """

    __slots__ = ("_build", "_options", "has_key")

    def __init__(
        self,
        config: SDKConfiguration,
        client: Any,
        operation: Operation[Any],
        arguments: Mapping[str, Any],
        options: Options,
        *,
        bare: bool,
    ) -> None:
        require_retries("retries", options.retries)
        given = None if options.http_headers is None else require_headers("http_headers", options.http_headers)
        timeout_ms = config.timeout_ms if options.timeout_ms is None else options.timeout_ms
        timeout = None if timeout_ms is None else require_timeout(timeout_ms)
        if options.server_url is None:
            base = config.get_server_details()[0]
        else:
            base = server_base("server_url", require_text("server_url", options.server_url))
        request = operation.arguments(_with_a_dictionary(arguments) if operation.creates else arguments)
        url, host = target(base, operation.path, operation.ids, *[getattr(request, name) for name in operation.ids])
        content = encode(request.request_body) if operation.creates else None
        headers, self.has_key = headers_for(config, client, operation, host, given)
        self._build = client.build_request
        self._options: dict[str, Any] = {
            "method": operation.method,
            "url": url if isinstance(client, _TAKES_HTTPX_URL) else str(url),
            "content": content,
            "headers": headers,
        }
        if timeout is not None:  # a client whose timeout nobody overrides keeps its own
            self._options["timeout"] = timeout
        if bare and isinstance(client, OwnClient):
            self._options["bare"] = True

    def limit_timeout(self, seconds: float) -> None:
        """Let no attempt take longer than this, or than it may anyway."""
        if seconds < self._options.get("timeout", DEFAULT_SECONDS):
            self._options["timeout"] = max(_LEAST_TIMEOUT, seconds)

    def build(self) -> Any:
        """Make the request of one attempt.

        :raises NoResponseError: the caller's HTTP client cannot make it.
        """
        try:
            return self._build(**self._options)
        except UnicodeEncodeError as error:  # it keeps a cookie that no header can hold
            from ..errors import NoResponseError

            raise NoResponseError(f"The HTTP client cannot make the request: {error}", sent=False) from error

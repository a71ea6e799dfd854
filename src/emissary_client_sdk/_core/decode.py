"""From an answer to a typed error. Whatever a server sends, only documented errors come out."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ..errors import (
    APIErrorInvalidInput,
    APIErrorNotFound,
    APIErrorUnauthorized,
    ResponseValidationError,
    SDKError,
)
from ..utils.retries import retry_after

if TYPE_CHECKING:
    from ..utils.apikey import ApiKey


def unreadable_success(
    operation_id: str, response: Any, content: bytes, reason: Exception, key: ApiKey
) -> tuple[ResponseValidationError, Exception]:
    """Make the error of a success that is not what the contract says, and its cause."""
    message = f"The answer to {operation_id} is not what the API's contract says"
    error = ResponseValidationError(message, response.status_code, text(content, key), response)
    shown = str(reason)
    concealed = key.conceal(shown)
    return error, reason if concealed == shown else ValueError(concealed)


def failure(response: Any, content: bytes, key: ApiKey) -> SDKError:
    """Make the error of an answer that is no success."""
    status = response.status_code
    body = text(content, key)
    wait = retry_after_of(response)
    if status in (400, 401, 404):
        from ..models import apierrors

        data_type, error_type = {
            400: (apierrors.APIErrorInvalidInputData, APIErrorInvalidInput),
            401: (apierrors.APIErrorUnauthorizedData, APIErrorUnauthorized),
            404: (apierrors.APIErrorNotFoundData, APIErrorNotFound),
        }[status]
        try:
            data = data_type.model_validate_json(body.removeprefix("\ufeff"))
        except ValidationError:
            pass  # not the platform's own error: somebody between it and us answered
        else:
            return error_type(data, response, body=body, retry_after=wait)
    if 300 <= status < 400:
        message = (
            "The server answered with a redirect, which is not followed because the API key would go with it;"
            " the server_url may be wrong"
        )
    else:
        message = "API error occurred"
    return SDKError(message, status, body, response, retry_after=wait)


def text(content: bytes, key: ApiKey) -> str:
    """Read a body as text. The contract says UTF-8; a charset that the server names is not trusted."""
    return key.conceal(content.decode("utf-8", "replace"))


def retry_after_of(response: Any) -> float | None:
    """For how many seconds the answer asks to wait."""
    return retry_after(response.headers, lambda: datetime.now(timezone.utc))

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
    from .flow import Answer


def unreadable_success(
    operation_id: str, answer: Answer, reason: Exception, key: ApiKey
) -> tuple[ResponseValidationError, Exception]:
    """Make the error of a success that is not what the contract says, and its cause."""
    message = f"The answer to {operation_id} is not what the API's contract says"
    response = answer.response
    headers = concealed_headers(response, key)
    error = ResponseValidationError(message, response.status_code, text(answer.content, key), response, headers=headers)
    shown = str(reason)
    concealed = key.conceal(shown)
    return error, reason if concealed == shown else ValueError(concealed)


def failure(answer: Answer, key: ApiKey) -> SDKError:
    """Make the error of an answer that is no success."""
    response = answer.response
    status = response.status_code
    body = text(answer.content, key)
    headers = concealed_headers(response, key)
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
            return error_type(data, response, body=body, headers=headers, retry_after=wait)
    if 300 <= status < 400:
        message = (
            "The server answered with a redirect, which is not followed because the API key would go with it;"
            " the server_url may be wrong"
        )
    else:
        message = "API error occurred"
    return SDKError(message, status, body, response, headers=headers, retry_after=wait)


def concealed_headers(response: Any, key: ApiKey) -> Any:
    """Give an answer's headers; a copy without the key, should the server have repeated it there."""
    headers = response.headers
    if all(key.conceal(value) == value for value in headers.values()):
        return headers
    concealed = headers.copy()
    for name, value in headers.items():
        concealed[name] = key.conceal(value)
    return concealed


def text(content: bytes, key: ApiKey) -> str:
    """Read a body as text. The contract says UTF-8; a charset that the server names is not trusted."""
    return key.conceal(content.decode("utf-8", "replace"))


def retry_after_of(response: Any) -> float | None:
    """For how many seconds the answer asks to wait."""
    return retry_after(response.headers, lambda: datetime.now(timezone.utc))

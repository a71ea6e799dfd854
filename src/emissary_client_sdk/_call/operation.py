"""One operation of the platform's API, as data."""

from __future__ import annotations

import os
import re
from threading import RLock
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, get_origin

from pydantic import TypeAdapter

from ..types.resultlist import ResultList
from ..utils.retries import Effect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import BaseModel

T = TypeVar("T")

_IN_BRACES = re.compile(r"{(\w+)}")

_building = RLock()  # pydantic must not build validators in two threads at once
TypeAdapter(int)  # pydantic imports modules for its first validator; a child forked meanwhile could never import them


def _renew_lock() -> None:
    global _building
    _building = RLock()


if hasattr(os, "register_at_fork"):  # pragma: no branch  # not on Windows
    os.register_at_fork(after_in_child=_renew_lock)


class Operation(Generic[T]):
    """One operation of the platform's API.

    :ivar is_acknowledged: Whether a success has no result, so that its body only says that the request was accepted.
    :param id: Operation ID of the API description.
    :param http_method: HTTP method.
    :param path: Path; the names in braces are the path parameters.
    :param body: Model of the request body, or None.
    :param result: Type of a successful response: a model, a list of models, or None.
    :param effect: Effect of a request on the platform, which decides the default retries.
    :param is_multipart: Whether the body is sent as multipart form data instead of JSON.
    :param hints: Next step after an unsuccessful response, by status.
    """

    def __init__(
        self,
        id: str,  # noqa: A002  # the word of the API description
        http_method: str,
        path: str,
        *,
        body: type[BaseModel] | None = None,
        result: type[T] | None = None,
        effect: Effect = Effect.REPEATABLE,
        is_multipart: bool = False,
        hints: Mapping[int, str] | None = None,
    ) -> None:
        self.id = id
        self.http_method = http_method
        self.path = path
        self.path_parameters = tuple(_IN_BRACES.findall(path))
        self.body = body
        self.result = result
        self.is_acknowledged = result is None
        self.effect = effect
        self.is_multipart = is_multipart
        self.hints = hints or {}
        self._read: Callable[[bytes], T] | None = None

    @property
    def creates(self) -> bool:
        """Whether each request creates something, so that it carries an ``Idempotency-Key``."""
        return self.effect is Effect.CREATES

    def decode(self, content: bytes) -> T:
        """Return the parsed body of a successful response.

        :raises pydantic.ValidationError: The body does not match the API description.
        """
        if self._read is None:
            with _building:
                self._read = _reader(self.result)
        return self._read(content)

    def validate(self, fields: Mapping[str, Any]) -> BaseModel:
        """Return the request body with these fields.

        :raises pydantic.ValidationError: The fields are invalid.
        """
        model = cast("type[BaseModel]", self.body)
        if not model.__pydantic_complete__:
            with _building:
                model.model_rebuild()
        return model.model_validate(fields)


def creation(operation_id: str, path: str, body: type[BaseModel], result: type[T]) -> Operation[T]:
    """Return an operation that creates something with each request."""
    return Operation(operation_id, "POST", path, body=body, result=result, effect=Effect.CREATES)


def _reader(kind: Any) -> Callable[[bytes], Any]:
    if get_origin(kind) is not list:
        kind.model_rebuild()
        return cast("Callable[[bytes], Any]", kind.model_validate_json)
    validate = TypeAdapter[Any](kind).validate_json
    return lambda content: ResultList(validate(content))

"""An operation of the platform's API, as data."""

from __future__ import annotations

import gc
import re
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from pydantic import BaseModel

T = TypeVar("T")

_IN_BRACES = re.compile(r"{(\w+)}")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # an editor's or a proxy's; JSON has none
_LONG = 1 << 14  # bytes; what is shorter is parsed in microseconds
_building = threading.RLock()


class Operation(Generic[T]):
    """What distinguishes one method of a resource from another.

    :param id: the operation's id in the API's description.
    :param method: the HTTP method.
    :param path: the path, with the request model's fields in braces.
    :param request: gives the model that validates the arguments; called at the first use.
    :param result: gives the type of a success's content, or None where there is nothing to read.
    :param creates: whether a request that is sent twice may cost money twice.
    """

    def __init__(
        self,
        id: str,  # noqa: A002  # the API's own word for it
        method: str,
        path: str,
        *,
        request: Callable[[], type[BaseModel]],
        result: Callable[[], type[T]] | None = None,
        creates: bool = False,
    ) -> None:
        self.id = id
        self.method = method
        self.path = path
        self.creates = creates
        self.ids = tuple(_IN_BRACES.findall(path))
        self._request = request
        self._result = result
        self._model: type[BaseModel] | None = None
        self._read: Callable[[bytes], T] | None = None

    def arguments(self, values: Mapping[str, Any]) -> Any:
        """Validate a call's arguments; gives an instance of the request model.

        :raises pydantic.ValidationError: an argument is missing or has the wrong type.
        """
        if self._model is None:
            with _building:
                model = self._request()
                model.model_rebuild()
                self._model = model
        return self._model.model_validate(values)

    def decode(self, content: bytes) -> T:
        """Read a success's content.

        :raises pydantic.ValidationError: it is not what the contract says.
        """
        if self._read is None:
            if self._result is None:
                return cast("T", None)
            with _building:  # building is not safe in several threads at once
                self._read = _reader(self._result())
        content = content.removeprefix(_BYTE_ORDER_MARK)
        if len(content) < _LONG:
            return self._read(content)
        with _without_garbage_collection():
            return self._read(content)


@contextmanager
def _without_garbage_collection() -> Generator[None]:
    """Put off the search for garbage, where nobody else has done so.

    A parser makes objects by the ten thousand and no garbage. Every few hundred of them would start a search all
    the same, and with a large program around it that is a third of the time. Other threads wait for the parser
    anyway; what they leave behind is found right after it.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _reader(kind: Any) -> Callable[[bytes], Any]:
    if hasattr(kind, "model_validate_json"):
        kind.model_rebuild()
        read: Callable[[bytes], Any] = kind.model_validate_json
        return read
    from pydantic import TypeAdapter

    return TypeAdapter[Any](kind).validate_json

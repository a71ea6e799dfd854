"""Declarations: an operation of the API is declared once, as a method without a body, and gets its async twin."""

from __future__ import annotations

import re
from functools import wraps
from inspect import cleandoc
from types import FunctionType
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast, get_args, get_origin

from .._fork import setup
from ..types.resultlist import ResultList
from ..utils.retries import Effect
from .call import call
from .drivers import iterate, iterate_async, run, run_async
from .options import COMMON_ERROR_DOCS, OPTION_DEFAULTS, OPTION_DOCS, OPTION_TYPES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
    from typing import Concatenate

    from pydantic import BaseModel

    from ..sdkconfiguration import SDKConfiguration
    from .call import EmittingFlow, Flow

P = ParamSpec("P")
T = TypeVar("T")
FunctionT = TypeVar("FunctionT", bound="Callable[..., Any]")
ResourceT = TypeVar("ResourceT", bound="Resource")

_IN_BRACES = re.compile(r"{(\w+)}")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # added by some proxies; JSON has none


class Resource:
    """A group of operations. Its methods send their requests with the client that it belongs to."""

    def __init__(self, sdk_config: SDKConfiguration) -> None:
        self.sdk_configuration = sdk_config


class Operation(Generic[T]):
    """One operation of the platform's API.

    :param id: Operation ID of the API description.
    :param http_method: HTTP method.
    :param path: Path; the names in braces are the path parameters.
    :param function: The declaration. Its parameters and annotations describe the request and the result.
    :param effect: What a request does on the platform, which decides the default retries.
    :param fields_of: Name of the model in ``models`` that validates the body, if the parameters are its fields.
    :param is_multipart: Whether the body is sent as multipart form data instead of JSON.
    :param hints: What to check next after an unsuccessful response, by status.
    """

    def __init__(
        self,
        id: str,  # noqa: A002  # the word of the API description
        http_method: str,
        path: str,
        function: FunctionType,
        *,
        effect: Effect = Effect.REPEATABLE,
        fields_of: str | None = None,
        is_multipart: bool = False,
        hints: Mapping[int, str] | None = None,
    ) -> None:
        self.id = id
        self.http_method = http_method
        self.path = path
        self.effect = effect
        self.fields_of = fields_of
        self.is_multipart = is_multipart
        self.hints = hints or {}
        self.path_parameters = tuple(_IN_BRACES.findall(path))
        self.parameters = tuple(name for name in function.__code__.co_varnames[1:] if name not in OPTION_DEFAULTS)
        self.has_body = fields_of is not None or "request_body" in self.parameters
        self.is_body_optional = "request_body" in (function.__kwdefaults__ or {})
        self._function = function
        self._body_model: type[BaseModel] | None = None
        self._read: Callable[[bytes], T] | None = None

    @property
    def creates(self) -> bool:
        """Whether each request creates something, so that it carries an ``Idempotency-Key``."""
        return self.effect is Effect.CREATES

    def _annotation(self, name: str) -> Any:
        # Evaluated at first use: importing a resource must not import all of its models.
        annotation: str = self._function.__annotations__[name]
        return eval(annotation, self._function.__globals__)  # noqa: S307  # the annotation of a declaration

    @property
    def body_model(self) -> type[BaseModel]:
        """The model that validates the body."""
        if self._body_model is None:
            with setup(exclusive=True):
                self._body_model = self._find_body_model()
        return self._body_model

    def _find_body_model(self) -> type[BaseModel]:
        if self.fields_of is not None:
            from .. import models

            model: type[BaseModel] = getattr(models, self.fields_of)
        else:
            members = get_args(self._annotation("request_body"))
            model = next(member for member in members if hasattr(member, "model_validate"))
        model.model_rebuild()
        return model

    @property
    def result_type(self) -> Any:
        """The type of a successful response: a model, a list of models, or None."""
        return self._annotation("return")

    def decode(self, content: bytes) -> T:
        """Return the parsed body of a successful response.

        :raises pydantic.ValidationError: The body does not match the API description.
        """
        if self._read is None:
            with setup(exclusive=True):
                self._read = _reader(self.result_type)
        return self._read(content.removeprefix(_BYTE_ORDER_MARK))


def _reader(kind: Any) -> Callable[[bytes], Any]:
    if kind is None:
        return lambda _: None
    if get_origin(kind) is not list:
        kind.model_rebuild()
        return cast("Callable[[bytes], Any]", kind.model_validate_json)
    from pydantic import TypeAdapter

    validate = TypeAdapter[Any](kind).validate_json
    return lambda content: ResultList(validate(content))


def operation(
    http_method: str,
    path: str,
    *,
    id: str,  # noqa: A002
    effect: Effect = Effect.REPEATABLE,
    fields_of: str | None = None,
    is_multipart: bool = False,
    hints: Mapping[int, str] | None = None,
    through: Callable[[Callable[..., Flow[Any]]], Callable[..., Flow[Any]]] | None = None,
) -> Callable[[FunctionT], FunctionT]:
    """Declare a method of a resource as an operation of the API. The other parameters are those of ``Operation``.

    :param through: Wraps the flow of the method, for one that may make several calls.
    """

    def declare(function: FunctionT) -> FunctionT:
        signature = expanded(cast("FunctionType", function))
        declared = Operation[Any](
            id,
            http_method,
            path,
            signature,
            effect=effect,
            fields_of=fields_of,
            is_multipart=is_multipart,
            hints=hints,
        )

        def flow(resource: Resource, client: Any, **arguments: Any) -> Flow[Any]:
            return call(resource.sdk_configuration, client, declared, arguments)

        method = _synchronous(signature, flow if through is None else through(flow))
        method.__operation__ = declared
        return cast("FunctionT", method)

    return declare


def composed(flow: Callable[..., Flow[Any]]) -> Callable[[FunctionT], FunctionT]:
    """Declare a method that makes several calls.

    :param flow: Generator function that is called with the resource, the HTTP client and all arguments, defaults and
        call options included.
    """

    def declare(function: FunctionT) -> FunctionT:
        signature = expanded(cast("FunctionType", function))
        return cast("FunctionT", _synchronous(signature, _with_defaults(signature, flow)))

    return declare


def emitting(flow: Callable[..., EmittingFlow]) -> Callable[[FunctionT], FunctionT]:
    """Declare a method that makes several calls and yields values. The parameter is that of ``composed``."""

    def declare(function: FunctionT) -> FunctionT:
        signature = expanded(cast("FunctionType", function))
        start = _with_defaults(signature, flow)

        @wraps(signature)
        def method(self: Resource, /, **arguments: Any) -> Any:
            signature(self, **arguments)
            client = self.sdk_configuration.client
            return iterate(start(self, client, **arguments), client)

        cast("Any", method).__flow__ = start
        return cast("FunctionT", method)

    return declare


def asynchronous(
    method: Callable[Concatenate[ResourceT, P], T],
) -> Callable[Concatenate[ResourceT, P], Coroutine[Any, Any, T]]:
    """Return the async twin of a declared method."""
    signature, flow = _declaration_of(method)

    @wraps(signature)
    async def async_method(self: Resource, /, **arguments: Any) -> Any:
        signature(self, **arguments)
        client = self.sdk_configuration.async_client
        return await run_async(flow(self, client, **arguments), client)

    twin: Callable[Concatenate[ResourceT, P], Coroutine[Any, Any, T]] = as_twin(async_method, method)
    return twin


def asynchronous_iterator(
    method: Callable[Concatenate[ResourceT, P], Iterator[T]],
) -> Callable[Concatenate[ResourceT, P], AsyncIterator[T]]:
    """Return the async twin of a declared method that yields values."""
    signature, flow = _declaration_of(method)
    signature = returning_async(signature)

    @wraps(signature)
    def async_method(self: Resource, /, **arguments: Any) -> Any:
        signature(self, **arguments)
        client = self.sdk_configuration.async_client
        return iterate_async(flow(self, client, **arguments), client)

    twin: Callable[Concatenate[ResourceT, P], AsyncIterator[T]] = as_twin(async_method, method)
    return twin


def operation_of(method: Callable[..., Any]) -> Operation[Any]:
    """Return the operation that a method of a resource was declared with."""
    declared: Operation[Any] = cast("Any", method).__operation__
    return declared


def _synchronous(signature: FunctionType, flow: Callable[..., Flow[Any]]) -> Any:
    @wraps(signature)
    def method(self: Resource, /, **arguments: Any) -> Any:
        signature(self, **arguments)  # raises TypeError for a missing or unexpected argument
        client = self.sdk_configuration.client
        return run(flow(self, client, **arguments), client)

    cast("Any", method).__flow__ = flow
    return method


def _with_defaults(signature: FunctionType, flow: Callable[..., Any]) -> Callable[..., Any]:
    defaults = signature.__kwdefaults__ or {}

    def start(resource: Resource, client: Any, **arguments: Any) -> Any:
        return flow(resource, client, **{**defaults, **arguments})

    return start


def _declaration_of(method: Any) -> tuple[FunctionType, Callable[..., Any]]:
    return method.__wrapped__, method.__flow__


def as_twin(twin: Any, method: Any) -> Any:
    """Return the twin under the name of the method and ``_async``."""
    twin.__name__ = f"{method.__name__}_async"
    twin.__qualname__ = f"{method.__qualname__}_async"
    if hasattr(method, "__operation__"):
        twin.__operation__ = method.__operation__
    return twin


def returning_async(signature: FunctionType) -> FunctionType:
    """Return the signature of a twin that returns the asynchronous counterpart: AsyncIterator, AsyncStream."""
    twin = FunctionType(signature.__code__, signature.__globals__, signature.__name__)
    twin.__kwdefaults__ = signature.__kwdefaults__
    twin.__annotations__ = {**signature.__annotations__, "return": f"Async{signature.__annotations__['return']}"}
    twin.__doc__ = signature.__doc__
    twin.__module__ = signature.__module__
    twin.__qualname__ = signature.__qualname__
    return twin


def _with_option_docs(doc: str | None) -> str | None:
    """Return the docstring of a declaration with the call options and the errors that every method has."""
    if doc is None:  # python -OO
        return None
    doc = cleandoc(doc)
    start = min((place for field in (":returns:", ":raises ") if (place := doc.find(field)) >= 0), default=len(doc))
    head, tail = doc[:start].rstrip(), doc[start:]
    if ":param" not in head:
        head += "\n"
    return "\n".join([head, *OPTION_DOCS, *([tail] if tail else []), *COMMON_ERROR_DOCS])


def _template(self: object) -> None:
    """Do nothing."""


def expanded(function: FunctionType) -> FunctionType:
    """Return an empty function with the parameters of a declaration, its ``**options`` replaced by the call options.

    ``help`` and other tools show its signature; calling it checks the arguments.
    """
    declared = function.__code__
    parameters = declared.co_varnames[1 : 1 + declared.co_kwonlyargcount]
    names = ("self", *parameters, *OPTION_DEFAULTS)
    code = _template.__code__.replace(
        co_name=declared.co_name,
        co_filename=declared.co_filename,
        co_firstlineno=declared.co_firstlineno,
        co_kwonlyargcount=len(names) - 1,
        co_varnames=names,
        co_nlocals=len(names),
    )
    empty = FunctionType(code, function.__globals__, function.__name__)
    empty.__kwdefaults__ = {**(function.__kwdefaults__ or {}), **OPTION_DEFAULTS}
    annotations = {**function.__annotations__}
    del annotations["options"]
    result = annotations.pop("return")
    empty.__annotations__ = {**annotations, **OPTION_TYPES, "return": result}
    empty.__doc__ = _with_option_docs(function.__doc__)
    empty.__module__ = function.__module__
    empty.__qualname__ = function.__qualname__
    return empty

"""The two methods that a flow of a resource becomes: a synchronous one and its asynchronous twin.

Users see plain methods: ``help``, ``inspect.signature`` and editors show the parameters of the flow with its options
expanded. Tracebacks and profiles show the flow itself, ``_create`` in ``trainingjobs.py``, because the methods only run
it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, contextmanager
from inspect import Parameter, Signature, cleandoc, signature
from types import GenericAlias
from typing import TYPE_CHECKING, Any, Concatenate, ForwardRef, ParamSpec, Protocol, TypeVar, get_args, get_type_hints

from .._validation import unexpected_argument
from .call import Caller
from .drivers import run, run_async, run_shielded
from .options import default_of, option_docs, option_types

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .commands import Awaited, Flow


P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
CallerT = TypeVar("CallerT", bound=Caller)
FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])


def twins(
    flow: Callable[Concatenate[CallerT, P], Flow[T]],
) -> tuple[Callable[Concatenate[CallerT, P], T], Callable[Concatenate[CallerT, P], Awaited[T]]]:
    """Return the methods that run a flow: ``_create`` becomes ``create`` and ``create_async``."""
    public = Public(flow)

    def method(self: CallerT, /, *args: P.args, **kwargs: P.kwargs) -> T:
        public.check(kwargs)
        return run(flow(self, *args, **kwargs), self.sdk_configuration.client)

    async def async_method(self: CallerT, /, *args: P.args, **kwargs: P.kwargs) -> T:
        public.check(kwargs)
        return await run_async(flow(self, *args, **kwargs), self.sdk_configuration.async_client)

    result = get_args(public.result)[-1]
    return public.describe(method, result), public.describe(async_method, result, "_async")


def iterator_twins(
    flows: Callable[Concatenate[CallerT, P], Iterator[Flow[list[T]]]],
) -> tuple[Callable[Concatenate[CallerT, P], Iterator[T]], Callable[Concatenate[CallerT, P], AsyncIterator[T]]]:
    """Return the methods that run one flow after the other and yield the values that each of them returns."""
    public = Public(flows)

    def method(self: CallerT, /, *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        public.check(kwargs)
        client = self.sdk_configuration.client
        return (value for flow in flows(self, *args, **kwargs) for value in run(flow, client))

    def async_method(self: CallerT, /, *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[T]:
        public.check(kwargs)
        return _iterate_async(flows(self, *args, **kwargs), self.sdk_configuration.async_client)

    values = get_args(get_args(get_args(public.result)[0])[-1])
    return (
        public.describe(method, GenericAlias(Iterator, values)),
        public.describe(async_method, GenericAlias(AsyncIterator, values), "_async"),
    )


class Lease(Protocol[T_co]):
    """Something on the platform that exists during a ``with`` block."""

    def acquire(self) -> Flow[T_co]:
        """Create it."""
        ...

    def release(self, *, failed: bool) -> Flow[None]:
        """Delete it, whether or not it was created completely.

        :param failed: Whether an exception ends the block, which must not be replaced by another one.
        """
        ...


def context_twins(
    lease: Callable[Concatenate[CallerT, P], Lease[T]],
) -> tuple[
    Callable[Concatenate[CallerT, P], AbstractContextManager[T]],
    Callable[Concatenate[CallerT, P], AbstractAsyncContextManager[T]],
]:
    """Return the methods that hold a lease during a ``with`` or ``async with`` block."""
    public = Public(lease)

    def method(self: CallerT, /, *args: P.args, **kwargs: P.kwargs) -> AbstractContextManager[T]:
        public.check(kwargs)
        return _hold(lease(self, *args, **kwargs), self.sdk_configuration.client)

    def async_method(self: CallerT, /, *args: P.args, **kwargs: P.kwargs) -> AbstractAsyncContextManager[T]:
        public.check(kwargs)
        return _hold_async(lease(self, *args, **kwargs), self.sdk_configuration.async_client)

    (value,) = get_args(public.result)
    return (
        public.describe(method, GenericAlias(AbstractContextManager, value)),
        public.describe(async_method, GenericAlias(AbstractAsyncContextManager, value), "_async"),
    )


@contextmanager
def _hold(lease: Lease[T], client: Any) -> Generator[T, None, None]:
    try:
        yield run(lease.acquire(), client)
    except BaseException:
        run(lease.release(failed=True), client)
        raise
    run(lease.release(failed=False), client)


@asynccontextmanager
async def _hold_async(lease: Lease[T], client: Any) -> AsyncGenerator[T, None]:
    try:
        yield await run_async(lease.acquire(), client)
    except BaseException:
        await run_shielded(lease.release(failed=True), client)
        raise
    await run_async(lease.release(failed=False), client)


async def _iterate_async(flows: Iterator[Flow[list[T]]], client: Any) -> AsyncIterator[T]:
    for flow in flows:
        for value in await run_async(flow, client):
            yield value


class Public:
    """The public face of a private function ``_name`` of a resource.

    :ivar result: The function's annotation of its result.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        annotations = dict(function.__annotations__)
        self.result: Any = annotations.pop("return")
        _, kind = annotations.popitem()
        (self._options,) = get_args(kind)
        self._annotations = annotations | option_types(self._options)
        self._name = function.__name__.removeprefix("_")
        self._qualname = function.__qualname__.replace("._", ".")
        self._module = function.__module__
        self._function = function
        function.__qualname__ = self._qualname  # the interpreter's messages about missing arguments show it
        self._doc = _with_options(function.__doc__, option_docs(self._options))

    def check(self, arguments: Mapping[str, Any]) -> None:
        """Raise TypeError for an argument that the function would take for an option."""
        if not arguments.keys() <= self._annotations.keys():
            name = next(name for name in arguments if name not in self._annotations)
            raise unexpected_argument(self._qualname, name, self._annotations)

    def describe(self, method: FunctionT, result: Any, suffix: str = "") -> FunctionT:
        """Return a method with the name, signature and docstring that users see.

        :param result: Annotation of the result.
        :param suffix: End of the name.
        """
        public: Any = method
        public.__name__ = self._name + suffix
        public.__qualname__ = self._qualname + suffix
        public.__module__ = self._module
        public.__doc__ = self._doc
        public.__annotations__ = {**self._annotations, "return": result}
        public.__wrapped__ = _Described(self._function, self._options, public)
        return method


class _Described:
    """The object that ``inspect`` asks for the signature of a method. Most programs never ask, so it is made then.

    :param options: The TypedDict of the function's options.
    """

    def __init__(self, function: Callable[..., Any], options: Any, method: Callable[..., Any]) -> None:
        self.__wrapped__ = function
        self._options = options
        self._method = method

    @property
    def __signature__(self) -> Signature:
        *parameters, _ = signature(self.__wrapped__).parameters.values()
        parameters += [
            Parameter(name, Parameter.KEYWORD_ONLY, default=default_of(name), annotation=type_)
            for name, type_ in option_types(self._options).items()
        ]
        result = self._method.__annotations__["return"]
        if isinstance(result, (str, ForwardRef)):  # it is imported now, such as a report on a model
            result = get_type_hints(self._method)["return"]
        return Signature(parameters, return_annotation=result)


def _with_options(doc: str | None, lines: list[str]) -> str | None:
    """Return a docstring with the lines of ``option_docs``: the options after the parameters, the errors at the end."""
    if doc is None:  # python -OO
        return None
    doc = cleandoc(doc)
    start = min((place for field in (":returns:", ":raises ") if (place := doc.find(field)) >= 0), default=len(doc))
    head, tail = doc[:start].rstrip(), doc[start:]
    if ":param" not in head:
        head += "\n"
    errors = [line for line in lines if line.startswith(":raises ")]
    options = [line for line in lines if line not in errors]
    return "\n".join([head, *options, *([tail] if tail else []), *errors])

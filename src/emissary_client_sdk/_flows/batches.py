"""Many inputs: several calls at a time, and long inputs in several calls."""

from __future__ import annotations

from collections.abc import Iterable, Sized
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .._call.commands import Flow, Gather
from .._call.concurrency import pieces_of
from .._call.options import BatchOptions, InferenceOptions, option_types
from .._display.progress import count_progress
from .._validation import require_instance
from ..errors import ResponseValidationError
from ..types.resultlist import ResultList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .._call.operation import Operation
    from ..models import GetEmbeddingsFromDeploymentResponseBody as Embeddings

T = TypeVar("T")

INFERENCE_HINTS = {
    404: "Check that model is the name of a deployed deployment or of a serverless base model",
    **dict.fromkeys(
        (408, 409, 425, 502, 503, 504),
        "A deactivated deployment takes 8 to 20 minutes to wake up; pass wake_timeout_ms to wait for it",
    ),
}
"""The next step after an unsuccessful response, by status."""


def call_many(
    flow_of: Callable[[str], Flow[T]],
    inputs: Iterable[str],
    options: BatchOptions,
    *,
    label: str,
) -> Flow[list[T]]:
    """Make one call for each input, with a limited number at a time, and return their results in order.

    :param flow_of: Returns the flow of the call for an input.
    :param label: Name of the progress bar.
    """
    max_concurrency, on_result = options.get("max_concurrency", 10), options.get("on_result")
    _require_positive("max_concurrency", max_concurrency)
    if isinstance(inputs, str) or not isinstance(cast("object", inputs), Iterable):
        raise TypeError(f"inputs must be an iterable of str, not {type(inputs).__name__}")
    total = len(inputs) if isinstance(inputs, Sized) else None
    with count_progress(options.get("progress", False), label, total) as meter:

        def report(place: int, result: T) -> Any:
            if meter is not None:
                meter.update()
            return None if on_result is None else on_result(place, result)

        results: list[T] = yield Gather(
            map(flow_of, inputs), max_concurrency, options.get("return_exceptions", False), report
        )
    return ResultList(results)


def inference_options(options: BatchOptions) -> InferenceOptions:
    """Return those options that apply to each request."""
    names = option_types(InferenceOptions)
    return cast("InferenceOptions", {name: value for name, value in options.items() if name in names})


def embed_in_batches(
    flow_of: Callable[[list[str]], Flow[Embeddings]],
    texts: Sequence[str],
    operation: Operation[Embeddings],
    *,
    batch_size: int,
    max_concurrency: int,
) -> Flow[Embeddings]:
    """Embed a long input with several calls and join their results in order.

    :param flow_of: Returns the flow of the call for a part of the texts.
    """
    _require_positive("batch_size", batch_size)
    _require_positive("max_concurrency", max_concurrency)
    parts = list(pieces_of(texts, batch_size)) or [[]]
    results: list[Embeddings] = yield Gather(map(flow_of, parts), max_concurrency)
    for part, result in zip(parts, results, strict=True):
        if len(result.data or []) != len(part):
            message = f"the response has {len(result.data or [])} vectors for {len(part)} texts"
            error = ResponseValidationError(message, 200)
            error.request_line = f"{operation.http_method} {operation.path}"
            raise error
    return _joined(results)


def _joined(results: list[Embeddings]) -> Embeddings:
    """Return one response with the vectors of all; their indices and the usage become those of the whole input."""
    vectors = [vector for result in results for vector in result.data or []]
    for index, vector in enumerate(vectors):
        if vector.index is not None:
            vector.index = index
    update: dict[str, Any] = {"data": vectors}
    usages: list[Any] = [(result.model_extra or {}).get("usage") for result in results]
    with suppress(TypeError, LookupError, OverflowError):  # the description does not specify it
        update["usage"] = {name: sum(usage[name] for usage in usages) for name in usages[0]}
    return results[0].model_copy(update=update)


def _require_positive(name: str, value: object) -> None:
    require_instance(name, value, int, "an int")
    if cast("int", value) < 1:
        raise ValueError(f"{name} must be at least 1, not {value}")

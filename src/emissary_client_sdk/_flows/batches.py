"""What the inference operations have in common: hints, batches, many calls at once."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from .._call.call import Flow, Gather, call
from .._call.concurrency import pieces_of
from .._call.operation import operation_of
from .._validation import require_instance
from ..errors import ResponseValidationError
from ..types.resultlist import ResultList

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..models import GetEmbeddingsFromDeploymentResponseBody as Embeddings

INFERENCE_HINTS = {
    404: "Check that model is the name of a deployed deployment or of a serverless base model",
    **dict.fromkeys(
        (408, 409, 425, 502, 503, 504),
        "A deactivated deployment takes 8 to 20 minutes to wake up; pass wake_timeout_ms to wait for it",
    ),
}
"""What to check after an unsuccessful response, by status."""


def in_batches(flow: Callable[..., Flow[Any]]) -> Callable[..., Flow[Any]]:
    """Return a flow that splits a long ``input`` into several calls and joins the results in order."""

    def batched(
        resource: Any, client: Any, *, batch_size: int | None = None, max_concurrency: int = 4, **arguments: Any
    ) -> Flow[Any]:
        texts = arguments["input"]
        if batch_size is None or isinstance(texts, str):
            return (yield from flow(resource, client, **arguments))
        _require_positive("batch_size", batch_size)
        _require_positive("max_concurrency", max_concurrency)
        parts = list(pieces_of(texts, batch_size)) or [[]]
        flows = (flow(resource, client, **{**arguments, "input": part}) for part in parts)
        results: list[Any] = yield Gather(flows, max_concurrency)
        for part, result in zip(parts, results, strict=True):
            if len(result.data or []) != len(part):
                operation = operation_of(resource.create)
                message = f"the response has {len(result.data or [])} vectors for {len(part)} texts"
                error = ResponseValidationError(message, 200)
                error.request_line = f"{operation.http_method} {operation.path}"
                raise error
        return _joined(results)

    return batched


def _joined(results: list[Embeddings]) -> Embeddings:
    """Return one response with the vectors of all; their indices and the usage become those of the whole input."""
    vectors = [vector for result in results for vector in result.data or []]
    for index, vector in enumerate(vectors):
        if vector.model_extra and "index" in vector.model_extra:
            vector.model_extra["index"] = index
    update: dict[str, Any] = {"data": vectors}
    usages: list[Any] = [(result.model_extra or {}).get("usage") for result in results]
    with suppress(TypeError, LookupError, OverflowError):  # the description does not specify it
        update["usage"] = {name: sum(usage[name] for usage in usages) for name in usages[0]}
    return results[0].model_copy(update=update)


def classifying_many(
    resource: Any,
    client: Any,
    *,
    inputs: Iterable[str],
    max_concurrency: int,
    return_exceptions: bool,
    progress: bool,
    **arguments: Any,
) -> Flow[list[Any]]:
    """Classify texts with a limited number of calls at a time."""
    from .._display.progress import count_progress

    _require_positive("max_concurrency", max_concurrency)
    if isinstance(inputs, str) or not isinstance(cast("object", inputs), Iterable):
        raise TypeError(f"inputs must be an iterable of str, not {type(inputs).__name__}")
    config = resource.sdk_configuration
    create = operation_of(resource.create)
    flows = (call(config, client, create, {**arguments, "input": text}) for text in inputs)
    total = len(inputs) if hasattr(inputs, "__len__") else None  # type: ignore[arg-type]
    with count_progress(progress, "Classifying", total) as meter:
        on_result = None if meter is None else meter.update
        results: list[Any] = yield Gather(flows, max_concurrency, return_exceptions, on_result)
    return ResultList(results)


def _require_positive(name: str, value: object) -> None:
    require_instance(name, value, int, "an int")
    if cast("int", value) < 1:
        raise ValueError(f"{name} must be at least 1, not {value}")

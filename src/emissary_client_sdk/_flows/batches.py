"""Many inputs: several calls at a time, and long inputs in several calls."""

from __future__ import annotations

from collections.abc import Iterable, Sized
from contextlib import suppress
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from .._call.commands import Flow, Gather
from .._call.limiter import limiter_of
from .._call.operation import Operation
from .._call.options import BatchOptions, InferenceOptions, options_of
from .._display.progress import count_progress
from .._transport.pool import MAX_CONNECTIONS
from .._validation import require_positive
from ..errors import ResponseValidationError
from ..types.resultlist import ResultList
from ..utils.responseinfo import response_info
from ..utils.retries import Effect

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pydantic import BaseModel

    from .._call.call import Resource
    from ..models import EmbeddingData
    from ..models import GetEmbeddingsFromDeploymentResponseBody as Embeddings

T = TypeVar("T")

_HINTS = {
    404: "Check that model names a deployed deployment, a serverless base model, or an experiment with its version",
    **dict.fromkeys(
        (408, 409, 425, 502, 503, 504),
        "A deactivated deployment takes 8 to 20 minutes to wake up; pass wake_timeout_ms to wait for it",
    ),
}
"""The next step after an unsuccessful response, by status."""


def inference(operation_id: str, path: str, body: type[BaseModel], result: type[T]) -> Operation[T]:
    """Return an operation that sends a request to a model. Each processed request is charged."""
    return Operation(operation_id, "POST", path, body=body, result=result, effect=Effect.CHARGED, hints=_HINTS)


def call_many(
    resource: Resource,
    model: str,
    flow_of: Callable[..., Flow[T]],
    inputs: Iterable[str],
    options: BatchOptions,
    *,
    label: str,
) -> Flow[list[T]]:
    """Make one call for each input, with a limited number at a time, and return their results in order.

    :param flow_of: Returns the flow of the call for a ``model``, an ``input`` and the options of a request.
    :param label: Name of the progress bar.
    """
    on_result = options.get("on_result")
    if isinstance(inputs, str) or not isinstance(cast("object", inputs), Iterable):
        raise TypeError(f"inputs must be an iterable of str, not {type(inputs).__name__}")
    limit, limited = limit_of(resource, model, options.get("max_concurrency", "auto"))
    request_options = {**options_of(InferenceOptions, options), **limited}
    total = len(inputs) if isinstance(inputs, Sized) else None
    with count_progress(options.get("progress", False), label, total) as meter:

        def report(place: int, result: T) -> Any:
            if meter is not None:
                meter.update()
            return None if on_result is None else on_result(place, result)

        results: list[T] = yield Gather(
            (flow_of(model=model, input=text, **request_options) for text in inputs),
            limit,
            options.get("return_exceptions", False),
            report,
        )
    return ResultList(results)


def limit_of(
    resource: Resource, model: str, max_concurrency: int | Literal["auto"]
) -> tuple[Callable[[], int], dict[str, Any]]:
    """Return the function that limits a batch of requests to a model, and the options that count its requests.

    :raises TypeError: ``max_concurrency`` is neither an int nor ``"auto"``.
    :raises ValueError: It is less than 1.
    """
    most = MAX_CONNECTIONS if max_concurrency == "auto" else max_concurrency
    require_positive("max_concurrency", most, 'an int or "auto"')
    limiter = limiter_of(resource.sdk_configuration, model)
    return lambda: min(most, limiter.limit), {"limiter": limiter}


def in_order(answer: Embeddings, count: int, operation: Operation[Embeddings]) -> Embeddings:
    """Return an answer with one vector for each text, in the order of the texts.

    :raises ResponseValidationError: A vector is missing, or there are too many.
    """
    vectors = answer.data or []
    places = [place if vector.index is None else vector.index for place, vector in enumerate(vectors)]
    problem = None
    if len(vectors) != count:
        problem = f"the response has {len(vectors)} vectors for {count} texts"
    elif not all(vector.embedding for vector in vectors):
        problem = "the response lacks the vector of a text"
    elif sorted(places) != list(range(count)):
        problem = "the indices of the vectors are not those of the texts"
    if problem is not None:
        info = response_info(answer)
        error = ResponseValidationError(problem, info.status_code, headers=info.headers)
        error.request_line = f"{operation.http_method} {operation.path}"
        error.attempts, error.elapsed_seconds = info.attempts, info.elapsed_seconds
        raise error
    answer.data = [vector for _, vector in sorted(zip(places, vectors, strict=True), key=itemgetter(0))]
    return answer


def embed_in_batches(
    resource: Resource,
    model: str,
    flow_of: Callable[..., Flow[Embeddings]],
    texts: Sequence[str],
    *,
    batch_size: int,
    max_concurrency: int | Literal["auto"],
    on_result: Callable[[int, EmbeddingData], Any] | None,
) -> Flow[Embeddings]:
    """Embed a long input with several calls and join their results in order.

    :param flow_of: Returns the flow of the call for a part of the texts and further options.
    :param on_result: Called with the index of each text and its vector.
    """
    require_positive("batch_size", batch_size)
    limit, limited = limit_of(resource, model, max_concurrency)
    parts = [list(texts[start : start + batch_size]) for start in range(0, len(texts), batch_size)] or [[]]
    found: dict[int, EmbeddingData] = {}

    def report(place: int, answer: Embeddings) -> Any:
        returned = None
        for index, vector in enumerate(answer.data or [], place * batch_size):
            vector.index = None if vector.index is None else index
            found[index] = vector
            returned = None if on_result is None else on_result(index, vector)
        return returned

    try:
        answers: list[Embeddings] = yield Gather((flow_of(part, **limited) for part in parts), limit, on_result=report)
    except BaseException as error:
        with suppress(AttributeError):
            error.completed = dict(sorted(found.items()))  # type: ignore[attr-defined]
        raise
    return answers[0].model_copy(update={"data": list(map(found.__getitem__, sorted(found))), **_usage_of(answers)})


def _usage_of(answers: list[Embeddings]) -> dict[str, Any]:
    """Return the sum of the usages, which the API description does not specify."""
    usages: list[Any] = [(answer.model_extra or {}).get("usage") for answer in answers]
    with suppress(TypeError, LookupError, OverflowError):
        return {"usage": {name: sum(usage[name] for usage in usages) for name in usages[0]}}
    return {}

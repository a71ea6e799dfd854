"""The options that methods accept as keyword arguments: one TypedDict for each kind of method.

Their fields, their descriptions, the errors that every method of the kind can raise, and ``DEFAULTS`` are stated here
only; signatures, docstrings and pages follow.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal

from typing_extensions import TypedDict, get_original_bases

from ..types.unset import UNSET, Unset
from ..utils.retries import RetryConfig


class NoOptions(TypedDict):
    """No options: other arguments are errors for type checkers, and at runtime they reach a better message."""


class CallOptions(TypedDict, total=False):
    """Options of every call.

    :param retries: Retries of this call: a RetryConfig, a number, or None for no retries. Default: the client's.
    :param server_url: URL of another server for this call.
    :param timeout_ms: Timeout of each attempt, in milliseconds. Default: the client's.
    :param http_headers: Headers for this call; they replace the SDK's own.
    :raises SDKError: Any other unsuccessful response, or a response that does not match the API description.
    :raises NoResponseError: No response was received.
    :raises TypeError: An argument has the wrong type; nothing was sent.
    :raises ValueError: An argument has an invalid value; nothing was sent.
    """

    retries: RetryConfig | int | Unset | None
    server_url: str | None
    timeout_ms: int | None
    http_headers: Mapping[str, str] | None


class InferenceOptions(CallOptions, total=False):
    """Options of a request to a model.

    :param extra_body: Fields that the SDK does not know, merged into the body.
    :param wake_timeout_ms: Maximum time to keep retrying while the platform wakes a deactivated deployment, in
        milliseconds. It takes 8 to 20 minutes. None: do not wait for it.
    :raises APIErrorNotFound: No deployment, experiment or serverless base model has the name of ``model`` (404).
    """

    extra_body: Mapping[str, Any] | None
    wake_timeout_ms: float | None


class BatchOptions(InferenceOptions, total=False):
    """Options of a method that sends many requests to a model.

    :param max_concurrency: Maximum number of requests at a time. They begin with a few, become more while answers come,
        and fewer after 429, 503 and timeouts; a refused request is sent again. ``"auto"``: at most 100.
    :param return_exceptions: Whether a failed input has its exception in the place of its result. Otherwise the first
        failure ends the call, after the requests in progress.
    :param on_result: Called with the index of an input and its result, as soon as it arrives; may be a coroutine
        function in an ``_async`` method.
    :param progress: Whether to show a progress bar (extra ``progress``).
    """

    max_concurrency: int | Literal["auto"]
    return_exceptions: bool
    on_result: Callable[[int, Any], Any] | None
    progress: bool


class ProcessOptions(InferenceOptions, total=False):
    """Options of a method that sends a request for each record of a file.

    :param max_concurrency: Maximum number of requests at a time. They begin with a few, become more while answers come,
        and fewer after 429, 503 and timeouts; a refused request is sent again. ``"auto"``: at most 100.
    :param resume: Whether to continue an output that exists. Otherwise an existing file is refused.
    :param progress: Whether to show a progress bar (extra ``progress``).
    :raises APIErrorUnauthorized: The API key is missing or invalid (401).
    :raises FileExistsError: ``output`` is not the output of an earlier run.
    :raises OSError: ``output`` cannot be written. Finished records are kept.
    """

    max_concurrency: int | Literal["auto"]
    resume: bool
    progress: bool


class SamplingOptions(InferenceOptions, total=False):
    """Options of a request that generates text.

    :param temperature: Sampling temperature.
    :param top_p: Share of the probability mass to sample from.
    :param top_k: Number of most probable tokens to sample from.
    """

    temperature: float | None
    top_p: float | None
    top_k: int | None


class ProcessSamplingOptions(ProcessOptions, SamplingOptions, total=False):
    """Options of a method that generates a text for each record of a file."""


class PollOptions(CallOptions, total=False):
    """Options of a method that polls.

    :param poll_interval_ms: First interval between two polls, in milliseconds. It grows slowly to six times as much.
        A ``Retry-After`` of up to 30 minutes is honored.
    :param total_timeout_ms: Maximum time to wait, in milliseconds; None for no limit.
    """

    poll_interval_ms: float
    total_timeout_ms: float | None


class WaitOptions(PollOptions, total=False):
    """Options of a method that waits until a resource is finished or ready.

    :param raise_on_failure: Whether to raise an error if the resource ends without success or is deactivated.
    :param progress: Whether to show a progress bar (extra ``progress``).
    """

    raise_on_failure: bool
    progress: bool


_DEFAULTS: dict[str, Any] = {
    "retries": UNSET,
    "max_concurrency": "auto",
    "return_exceptions": False,
    "poll_interval_ms": 5000,
    "raise_on_failure": True,
    "progress": False,
    "resume": True,
}
"""The defaults that are not None."""


def default_of(name: str) -> Any:
    """Return the default of an option."""
    return _DEFAULTS.get(name)


@cache
def option_types(kind: Any) -> dict[str, Any]:
    """Return the types of the options of a TypedDict by name; its own come before those of its bases."""
    inherited: dict[str, Any] = {}
    for base in reversed(_bases(kind)):
        found = {name: type_ for name, type_ in option_types(base).items() if name not in inherited}
        inherited = {**found, **inherited}
    own = {name: type_ for name, type_ in kind.__annotations__.items() if name not in inherited}
    return {**own, **inherited}


def options_of(kind: Any, options: Mapping[str, Any]) -> Any:
    """Return those options that a TypedDict has."""
    return {name: value for name, value in options.items() if name in option_types(kind)}


@cache
def option_docs(kind: Any) -> list[str]:
    """Return the lines of a docstring that describe the options of a TypedDict, and the errors, in the same order."""
    lines = [line.strip() for line in (kind.__doc__ or "").partition("\n\n")[2].splitlines()]
    own = [line if line.startswith(":") else f"    {line}" for line in lines if line]
    inherited: list[str] = []
    for base in reversed(_bases(kind)):
        inherited = [*(line for line in option_docs(base) if line not in inherited), *inherited]
    return [*own, *inherited]


def _bases(kind: Any) -> list[Any]:
    return [base for base in get_original_bases(kind) if hasattr(base, "__total__")]

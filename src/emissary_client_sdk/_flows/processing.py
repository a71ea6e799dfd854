"""A file of records, each of which is one request to a model, and a file of their answers."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from time import monotonic
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Protocol, TypeAlias, TypeVar, cast

from .. import errors
from .._call.call import call
from .._call.commands import Compute, Flow, Gather, GetClient
from .._call.options import InferenceOptions, SamplingOptions, option_types
from .._call.request import PreparedRequest, extra_body_of
from .._call.retry import policy_of
from .._datafiles.datasetfile import ANY_SCHEMA
from .._datafiles.inputs import InputFile, text_column
from .._datafiles.source import open_source
from .._datafiles.values import json_type
from .._display.progress import count_progress
from .._display.text import counted
from .._validation import require_instance, require_text
from .._version import __version__
from .batches import limit_of
from .outputfile import OutputFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .._call.call import Resource
    from .._call.operation import Operation
    from .._datafiles.datasetfile import DatasetFile
    from .._datafiles.inputs import InputRecord
    from .._datafiles.source import DataSource

T = TypeVar("T")

_OF_EVERY_RECORD = (
    errors.APIErrorUnauthorized,
    errors.APIErrorForbidden,
    errors.APIErrorNotFound,
    errors.MissingAPIKeyError,
    errors.ClientClosedError,
)
"""Errors that all other records would have, too: they end the run."""
_OUTAGES = (errors.NoResponseError, errors.APIServerError, errors.APIErrorTooManyRequests)
_PATIENCE = 120.0
"""Seconds of an outage, without any other answer, after which the run ends instead of failing all records."""
_FEW = 10  # records that failed meanwhile, which may be the reason themselves
_SKIPPED = 1000  # records without a request, after which an event loop can do something else


class Deciding(Protocol):
    """Decides by the scores of an answer, like ``evaluation.Policy``."""

    def decide(self, answer: Any, /) -> str | list[str] | None:
        """Return the decision for an answer."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Return the policy as a dict of JSON values."""
        ...


DecisionPolicy: TypeAlias = Annotated[Deciding, ANY_SCHEMA]


@dataclass(frozen=True)
class ProcessReport:
    """The result of ``process_file``."""

    output: Path
    """The file with the answers."""
    records: int
    """Number of records of the input."""
    succeeded: int
    """Number of records with an answer, those of earlier runs included."""
    failed: int
    """Number of records that failed. The next run tries them again."""
    resumed: int
    """Number of records that earlier runs have answered."""
    seconds: float
    """Duration of this run."""
    tokens: int
    """Tokens of the prompts and completions of this run, as far as the platform counts them."""

    def __str__(self) -> str:
        earlier = f", {self.resumed:,} of them earlier" if self.resumed else ""
        return (
            f"{counted(self.records, 'record')}: {self.succeeded:,} succeeded{earlier}, {self.failed:,} failed;"
            f" {self.seconds:,.1f} s, {counted(self.tokens, 'token')}"
        )


class FileTask(NamedTuple):
    """The requests that a method makes for the records of a file.

    :ivar field: Field of the request body that has the text of a record.
    :ivar arguments: The other fields; None if they are not set.
    :ivar label: Name of the progress bar.
    :ivar kinds: Types that the value in the column may have.
    :ivar columns: Names of which the first one in the file is the column by default.
    :ivar to_field: Returns the value of the field for the value in the column.
    :ivar check: Returns an answer after checking it.
    :ivar facts: What else decides about the answers.
    """

    operation: Operation[Any]
    field: str
    arguments: dict[str, Any]
    label: str
    kinds: tuple[type, ...] = (str,)
    columns: tuple[str, ...] = ("prompt", "input")
    to_field: Callable[[Any], Any] = lambda value: value
    check: Callable[[Any], Any] = lambda answer: answer
    facts: Mapping[str, Any] = MappingProxyType({})


def process_file(
    resource: Resource,
    task: FileTask,
    *,
    input: DatasetFile,  # noqa: A002  # the name of the argument
    output: str | os.PathLike[str],
    column: str | None,
    options: Mapping[str, Any],
    policy: DecisionPolicy | None = None,
    clock: Callable[[], float] = monotonic,
) -> Flow[ProcessReport]:
    """Make a request for each record of a file, and write the answers.

    :param options: ``ProcessOptions``, and the options that are fields of the request body.
    :param policy: Decides by the answers.
    """
    started = clock()
    if policy is not None:
        require_policy(policy)
    path, resume = _require_arguments(output, column, options), options.get("resume", True)
    limit, limited = limit_of(resource, task.arguments["model"], options.get("max_concurrency", "auto"))
    request_options = {**options, **limited}
    yield from _check_request(resource, task, request_options)
    with ExitStack() as stack:
        source = yield Compute(lambda: _open(input, stack))
        file = InputFile(input, source)
        digest = yield Compute(source.sha256)
        chosen: str | None = yield Compute(lambda: text_column(file, column, task.columns))
        facts = _facts(task, request_options, policy, {"input": file.name, "sha256": digest, "column": chosen})
        written: OutputFile = yield Compute(
            lambda: stack.enter_context(closing(OutputFile(path, facts, resume=resume)))
        )
        show = options.get("progress", False)
        total = (yield Compute(lambda: sum(1 for _ in file.records(chosen)))) if show else None
        meter = stack.enter_context(count_progress(show, task.label, total))
        if meter is not None:
            meter.n = meter.initial = written.resumed
        flows = _Run(resource, task, request_options, written, policy, clock).flows(file.records(chosen), chosen)

        def report(_: int, count: int) -> None:
            if meter is not None:
                meter.update(count)

        yield Gather(flows, limit, on_result=report, keeps_results=False)
        yield Compute(written.finish)
    return ProcessReport(
        output=path,
        records=written.succeeded + written.failed,
        succeeded=written.succeeded,
        failed=written.failed,
        resumed=written.resumed,
        seconds=clock() - started,
        tokens=written.tokens,
    )


def require_policy(policy: object) -> None:
    """Raise TypeError unless the object is a policy."""
    if not callable(getattr(policy, "decide", None)) or not callable(getattr(policy, "to_dict", None)):
        raise TypeError(f"policy must be a Policy, such as load_policy returns, not {type(policy).__name__}")


def decide(policy: DecisionPolicy, answer: Any) -> str | list[str] | None:
    """Return the decision for an answer; None if its scores cannot be used, because the answer was paid for."""
    try:
        return policy.decide(answer)
    except (TypeError, ValueError):
        return None


def _require_arguments(output: str | os.PathLike[str], column: str | None, options: Mapping[str, Any]) -> Path:
    """Return the path of the output after checking what else no other function checks."""
    require_instance("output", output, (str, os.PathLike), "a path")
    if not os.fspath(output):
        raise ValueError("output must not be empty")
    if column is not None:
        require_text("column", column)
    require_instance("resume", options.get("resume", True), bool, "True or False")
    return Path(output)


def _open(input: DatasetFile, stack: ExitStack) -> DataSource:  # noqa: A002  # the name of the argument
    try:
        return stack.enter_context(open_source(input))
    except TypeError as error:
        raise TypeError(f"input: {error}") from None


def _check_request(resource: Resource, task: FileTask, options: Mapping[str, Any]) -> Flow[None]:
    """Raise for invalid arguments and options before anything is written."""
    if not require_text("model", task.arguments["model"]).strip():
        raise ValueError("model must not be empty")
    config = resource.sdk_configuration
    client = yield GetClient()
    PreparedRequest(config, client, task.operation, options, {**task.arguments, task.field: task.to_field("text")})
    policy_of(config, task.operation, options)


def _facts(
    task: FileTask, options: Mapping[str, Any], policy: DecisionPolicy | None, of_input: dict[str, Any]
) -> dict[str, Any]:
    """Return what decides about the answers, and must not change when a run is continued."""
    sampling = [name for name in option_types(SamplingOptions) if name not in option_types(InferenceOptions)]
    given = {**task.arguments, **task.facts, **{name: options.get(name) for name in sampling}}
    return {
        "sdk_version": __version__,
        "operation": task.operation.id,
        **of_input,
        **{name: value for name, value in given.items() if value is not None},
        "extra_body": extra_body_of(options),
        "policy": None if policy is None else policy.to_dict(),
    }


class _Run:
    """The requests for the records that have no answer yet."""

    def __init__(
        self,
        resource: Resource,
        task: FileTask,
        options: Mapping[str, Any],
        output: OutputFile,
        policy: DecisionPolicy | None,
        clock: Callable[[], float],
    ) -> None:
        self._resource = resource
        self._task = task
        self._options = options
        self._output = output
        self._policy = policy
        self._clock = clock
        self._answered_at = clock()
        self._failures = 0  # since then

    def flows(self, records: Iterator[InputRecord], column: str | None) -> Iterator[Flow[int]]:
        """Yield a flow for each record that has no answer. It returns the number of records that it has finished."""
        skipped = 0
        for record in records:
            if record.line in self._output:
                skipped += 1
                if skipped % _SKIPPED == 0:
                    yield _nothing()
                continue
            yield self._one(record.line, record.fields.get(column or ""), self._problem_of(record, column))

    def _problem_of(self, record: InputRecord, column: str | None) -> str | None:
        if record.problem is not None:
            return record.problem
        if column not in record.fields:
            return f"the record has no {column!r}"
        value = record.fields[column]
        return None if isinstance(value, self._task.kinds) else f"{column!r} must be a text, not {json_type(value)}"

    def _one(self, line: int, value: Any, problem: str | None) -> Flow[int]:
        task = self._task
        if problem is not None:
            self._output.write_error(line, _described("ValueError", None, problem))
            return 1
        try:
            fields = {**task.arguments, task.field: task.to_field(value)}
            answer = task.check((yield from call(self._resource, task.operation, self._options, **fields)))
        except _OF_EVERY_RECORD:
            raise
        except (errors.SDKError, errors.NoResponseError, ValueError) as error:
            self._output.write_error(
                line, _described(type(error).__name__, getattr(error, "status_code", None), str(error))
            )
            if isinstance(error, _OUTAGES):
                self._failures += 1
            else:
                self._note_answer()
            if self._is_outage():
                raise
            return 1
        self._note_answer()
        decision = None if self._policy is None else "null"
        try:
            if self._policy is not None:
                decision = json.dumps(decide(self._policy, answer))
        finally:  # the answer was paid for, even if a policy of the caller fails
            result = answer.model_dump_json(exclude_unset=True)
            self._output.write_result(line, result, decision, _tokens_of(answer))
        return 1

    def _note_answer(self) -> None:
        self._answered_at, self._failures = self._clock(), 0

    def _is_outage(self) -> bool:
        """Return whether the platform has answered nothing for so long that all other records would fail, too."""
        return self._failures >= _FEW and self._clock() - self._answered_at >= _PATIENCE


def _described(kind: str, status_code: int | None, message: str) -> dict[str, Any]:
    return {"type": kind, "status_code": status_code, "message": message}


def _tokens_of(answer: Any) -> int:
    """Return the number of tokens, as far as the answer has counts that are numbers."""
    usage: Any = getattr(answer, "usage", None)
    counts = cast("Mapping[str, Any]", usage if isinstance(usage, Mapping) else getattr(usage, "__dict__", {}))
    found = [counts.get(name) for name in ("prompt_tokens", "completion_tokens")]
    return sum(int(count) for count in found if isinstance(count, (int, float)) and isfinite(count))


def _nothing() -> Flow[int]:
    """Return 0."""
    yield from ()
    return 0

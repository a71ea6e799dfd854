"""Evaluating a model on a file: its answers, compared with the right ones."""

from __future__ import annotations

import os
from array import array
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from pydantic_core import from_json

from .. import evaluation
from .._call.commands import Compute, Flow
from .._datafiles.examples import examples_of
from .._datafiles.inputs import InputFile
from .._datafiles.source import open_source
from ..evaluation.answers import scores_of
from ..evaluation.checks import require_seed, require_share
from ..evaluation.extra import needs_extra
from ..evaluation.labels import without_lengths
from ..models import (
    ChatCompletionObject,
    CompletionObject,
    GetEmbeddingsFromDeploymentResponseBody,
    GetRegressionResponseBody,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

    from .._datafiles.datasetfile import DatasetFile
    from .._datafiles.examples import LabelledRecords

T = TypeVar("T")
PathLike = str | os.PathLike[str]
_NO_SCORES = "the answer has no scores"


class LabelledFile(NamedTuple):
    """A file of records with their right answers."""

    content: DatasetFile
    """The file, such that it can be read again."""
    name: str
    sha256: str
    examples: LabelledRecords


class FileAnswers(NamedTuple):
    """Value or error of each record of a file."""

    values: list[Any]
    """None if the call failed, or the answer is of no use."""
    errors: list[str | None]


def read_labelled(file: DatasetFile, task: str | None, column: str | None = None) -> Flow[LabelledFile]:
    """Read a file of labelled records.

    :raises ValueError: A record is not labelled for the task; the message has its line.
    """
    labelled: LabelledFile = yield Compute(lambda: _read_labelled(file, task, column))
    return labelled


def _read_labelled(file: DatasetFile, task: str | None, column: str | None) -> LabelledFile:
    with open_source(file) as source:
        content = file if isinstance(file, (str, os.PathLike)) else source.open().read()
        try:
            input_file = InputFile(content, source)
            examples = examples_of(_readable(input_file), task, column)
        except ValueError as error:
            reason = str(error).removeprefix("input: ")
            raise ValueError(
                f"file: {reason if source.file_name in reason else f'{source.file_name}, {reason}'}"
            ) from None
        return LabelledFile(content, source.file_name, source.sha256(), examples)


def _readable(file: InputFile) -> Iterator[tuple[int, Any]]:
    for record in file.records():
        if record.problem is not None:
            raise ValueError(f"line {record.line}: {record.problem}")
        yield record.line, record.fields


def require_evaluation(
    *, confidence: float = 0.95, seed: int = 0, threshold: float = 0.5, scorer: object = None
) -> Flow[None]:
    """Raise an error for what would fail after the calls: invalid arguments, or a missing extra.

    :raises ImportError: The extra is not installed.
    """
    require_share("threshold", threshold)
    require_share("confidence", confidence)
    require_seed(seed)
    if scorer is not None and not callable(scorer):
        raise TypeError(f"scorer must be a function of a record and an answer, not {type(scorer).__name__}")
    with needs_extra("evaluate"):
        yield Compute(lambda: import_module("emissary_client_sdk.evaluation._numeric.libraries"))


def answers_of(
    lines: Sequence[int],
    output: PathLike | None,
    process: Callable[..., Flow[Any]],
    read: Callable[[Any], Any],
    report: Callable[[FileAnswers], T],
) -> Flow[T]:
    """Process a file and return a report on its answers.

    :param lines: The lines of its records.
    :param output: File of the answers; None for a temporary one.
    :param process: Returns the flow of ``process_file`` for an ``output``.
    :param read: Returns the value of an answer; it raises ValueError for an answer without one.
    :param report: Returns the report; called in a thread if there is an event loop.
    """
    with _place_for(output) as path:
        yield from process(output=path)
        made: T = yield Compute(lambda: report(_read_answers(Path(path), lines, read)))
    return made


@contextmanager
def _place_for(output: PathLike | None) -> Generator[PathLike, None, None]:
    if output is not None:
        yield output
        return
    with TemporaryDirectory(prefix="emissary-") as directory:
        yield Path(directory) / "answers.jsonl"


def _read_answers(path: Path, lines: Sequence[int], read: Callable[[Any], Any]) -> FileAnswers:
    found = FileAnswers([], [])
    with path.open("rb") as file:
        for line, content in zip(lines, file, strict=True):
            entry: dict[str, Any] = from_json(content)
            if entry["line"] != line:
                raise ValueError(f"{path} has line {entry['line']} where line {line} was expected")
            value, error = None, entry.get("error", {}).get("message")
            if "result" in entry:
                try:
                    value = read(entry["result"])
                except ValueError as problem:
                    error = str(problem)
            found.values.append(value)
            found.errors.append(error)
    return found


def _details(
    labelled: LabelledFile, answers: FileAnswers, model: str, parameters: Mapping[str, Any]
) -> evaluation.Details:
    return {
        "model": model,
        "file": labelled.name,
        "sha256": labelled.sha256,
        "parameters": {name: value for name, value in parameters.items() if value is not None},
        "lines": labelled.examples.lines,
        "texts": labelled.examples.texts,
        "errors": answers.errors,
    }


def read_scores(result: Any) -> tuple[dict[str, Any], str]:
    """Return the scores of a classification, and their format.

    :raises ValueError: There is no score.
    """
    scores, data_format = scores_of(result, "logits")
    if not scores:
        raise ValueError(_NO_SCORES)
    return scores, data_format


def read_value(result: Any) -> float:
    """Return the number of a regression.

    :raises ValueError: It has no number.
    """
    value = GetRegressionResponseBody.model_validate(result).value
    if value is None:
        raise ValueError("the answer has no value")
    return value


def read_vector(result: Any) -> Any:
    """Return an embedding."""
    return array("d", GetEmbeddingsFromDeploymentResponseBody.model_validate(result).vectors[0])


def read_completion(result: Any) -> str:
    """Return the text of a completion."""
    return CompletionObject.model_validate(result).text


def read_chat(result: Any) -> str:
    """Return the text of a chat completion."""
    return ChatCompletionObject.model_validate(result).text


def parameters_of(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that decide about the answers."""
    names = ("temperature", "top_p", "top_k", "extra_body")
    return {name: options.get(name) for name in names}


def report_on_labels(
    labelled: LabelledFile, answers: FileAnswers, model: str, parameters: dict[str, Any], **settings: Any
) -> evaluation.ClassificationReport:
    """Return the report on a classifier."""
    scores = [None if value is None else value[0] for value in answers.values]
    is_of_logits = any(value is not None and value[1] == "logits" for value in answers.values)
    data_format: Literal["probs", "logits"] = "logits" if is_of_logits else "probs"
    labels = without_lengths({label for each in scores if each for label in each})
    for position, each in enumerate(scores):
        if each is not None and labels.isdisjoint(each):
            scores[position], answers.errors[position] = None, _NO_SCORES
    truth = _for_labels(labels, labelled.examples.truth)
    details = _details(labelled, answers, model, parameters)
    return evaluation.evaluate_predictions(truth, scores, data_format=data_format, **settings, **details)


def _for_labels(labels: set[str], truth: list[Any]) -> list[Any]:
    """Return the truth for a judge, which scores one label: whether a record has it."""
    if len(labels) != 1 or isinstance(truth[0], list):
        return truth
    return [[label] if label in labels else [] for label in truth]


def report_on_numbers(
    labelled: LabelledFile, answers: FileAnswers, model: str, parameters: dict[str, Any]
) -> evaluation.RegressionReport:
    """Return the report on a regression."""
    details = _details(labelled, answers, model, parameters)
    return evaluation.evaluate_regression(labelled.examples.truth, answers.values, **details)


def report_on_texts(
    labelled: LabelledFile,
    answers: FileAnswers,
    model: str,
    parameters: dict[str, Any],
    scorer: Callable[[Any, str], float] | None,
    **settings: Any,
) -> evaluation.TextReport:
    """Return the report on generated texts."""
    details = _details(labelled, answers, model, parameters)
    examples = labelled.examples
    return evaluation.evaluate_texts(
        examples.truth, answers.values, scorer=scorer, records=examples.records, **settings, **details
    )


def report_on_pairs(
    labelled: LabelledFile, answers: FileAnswers, model: str, parameters: dict[str, Any]
) -> evaluation.EmbeddingReport:
    """Return the report on embeddings; there are two answers for each record."""
    vectors, errors = iter(answers.values), iter(answers.errors)
    pairs = [
        None if first is None or second is None else (first, second)
        for first, second in zip(vectors, vectors, strict=True)
    ]
    joined = FileAnswers(pairs, [first or second for first, second in zip(errors, errors, strict=True)])
    details = _details(labelled, joined, model, parameters)
    return evaluation.evaluate_embeddings(labelled.examples.truth, pairs, **details)

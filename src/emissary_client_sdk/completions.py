"""The resource ``completions``."""

import os
from collections.abc import Callable
from functools import partial
from typing import Any

from typing_extensions import Unpack

from . import evaluation, models
from ._call.call import Resource, call
from ._call.commands import Flow
from ._call.options import ProcessSamplingOptions, SamplingOptions
from ._call.twins import twins
from ._datafiles.datasetfile import DatasetFile
from ._flows.batches import inference
from ._flows.evaluating import (
    answers_of,
    parameters_of,
    read_completion,
    read_labelled,
    report_on_texts,
    require_evaluation,
)
from ._flows.processing import FileTask, ProcessReport, process_file
from ._flows.streaming import Opening, open_stream, stream_twins

__all__ = ["Completions"]

CREATE = inference(
    "getCompletionsFromDeployment",
    "/v1/completions",
    models.GetCompletionsFromDeploymentRequestBody,
    models.CompletionObject,
)


class Completions(Resource):
    """Completions of a text."""

    def _create(
        self, *, model: str, prompt: str, max_completion_tokens: int | None = None, **options: Unpack[SamplingOptions]
    ) -> Flow[models.CompletionObject]:
        """Complete a text.

        It is retried like a read, but not after a timeout, because each processed request is charged.

        :param model: Name of a deployment or of a serverless base model.
        :param prompt: Text to complete.
        :param max_completion_tokens: Maximum number of tokens to generate.
        :returns: The completion.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        """
        return (
            yield from call(
                self, CREATE, options, model=model, prompt=prompt, max_completion_tokens=max_completion_tokens
            )
        )

    create, create_async = twins(_create)

    def _stream(
        self, *, model: str, prompt: str, max_completion_tokens: int | None = None, **options: Unpack[SamplingOptions]
    ) -> Opening[models.CompletionChunk]:
        """Complete a text and yield the completion in chunks.

        It sends ``"stream": true``. The platform's API description mentions streaming but does not specify it; a JSON
        response counts as a single chunk. Nothing is retried after the first chunk.

        :param model: Name of a deployment or of a serverless base model.
        :param prompt: Text to complete.
        :param max_completion_tokens: Maximum number of tokens to generate.
        :returns: A context manager and iterator over the chunks. ``stream.text`` is the text so far. Leaving the
            ``with`` block closes the connection.
        :raises StreamInterruptedError: The stream ended early; ``error.text`` is the text so far.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        """
        return (
            yield from open_stream(
                self,
                CREATE,
                models.CompletionChunk,
                options,
                model=model,
                prompt=prompt,
                max_completion_tokens=max_completion_tokens,
            )
        )

    stream, stream_async = stream_twins(_stream)

    def _process_file(
        self,
        *,
        model: str,
        input: DatasetFile,  # noqa: A002  # the name of the option
        output: str | os.PathLike[str],
        column: str | None = None,
        max_completion_tokens: int | None = None,
        **options: Unpack[ProcessSamplingOptions],
    ) -> Flow[ProcessReport]:
        """Complete the texts of a file, and write the answers to another file.

        There are several requests at a time, and any number of records. An interrupted run continues where it was, and
        nothing is paid twice: each answer is written before the next request is sent. What the run was made with stands
        in ``OUTPUT.run.json``.

        :param model: Name of a deployment or of a serverless base model.
        :param input: JSON Lines, a JSON array or CSV; Parquet with the extra ``data``. A path, or anything else that
            ``datasets.check`` accepts.
        :param output: File to write. It has a line for each record, in the order of the input: ``line`` and either
            ``result`` or ``error``. Until the run is finished, the lines are in the order of the answers.
        :param column: Column with the text. Default: ``prompt``, ``input``, or the only column of text.
        :param max_completion_tokens: Maximum number of tokens to generate for each text.
        :returns: The number of records that succeeded and failed. The next run tries the failed ones again.
        """
        task = FileTask(
            CREATE, "prompt", {"model": model, "max_completion_tokens": max_completion_tokens}, "Completing"
        )
        return (yield from process_file(self, task, input=input, output=output, column=column, options=options))

    process_file, process_file_async = twins(_process_file)

    def _evaluate(
        self,
        *,
        model: str,
        file: DatasetFile,
        output: str | os.PathLike[str] | None = None,
        column: str | None = None,
        scorer: Callable[[Any, str], float] | None = None,
        max_completion_tokens: int | None = None,
        confidence: float = 0.95,
        seed: int = 0,
        **options: Unpack[ProcessSamplingOptions],
    ) -> Flow["evaluation.TextReport"]:
        """Evaluate the texts of a model on a file of prompts and the expected texts.

        The model answers each record as in ``process_file``. A failed record counts as wrong, and has no score.

        :param model: Name of a deployment or of a serverless base model.
        :param file: Records with ``prompt`` and a text as ``completion``. Or with ``input`` and ``expected_output``.
            JSON Lines, a JSON array or CSV; Parquet with the extra ``data``.
        :param output: File of the answers, as of ``process_file``: records that it has already are not sent again, and
            an interrupted evaluation continues. None: a temporary file.
        :param column: Column with the text. Default: ``prompt`` or ``input``.
        :param scorer: Function of a record and its answer that returns a score. It is called once all answers are
            there; if it may fail, pass an ``output``, so that they are kept.
        :param max_completion_tokens: Maximum number of tokens to generate for each answer.
        :param confidence: Confidence of the intervals.
        :param seed: Seed of the bootstrap of comparisons.
        :returns: The report: the share of exact matches, and the mean score.
        :raises ImportError: The extra ``evaluation`` is not installed; nothing was sent.
        :raises ValueError: A record is not labelled for the task; the message has its line, and nothing was sent.
        """
        settings: dict[str, Any] = {"confidence": confidence, "seed": seed}
        yield from require_evaluation(scorer=scorer, **settings)
        labelled = yield from read_labelled(file, "text-generation", column)
        sampling: dict[str, Any] = {"max_completion_tokens": max_completion_tokens}
        process = partial(self._process_file, model=model, input=labelled.content, column=column, **sampling, **options)
        parameters = {**sampling, **parameters_of(options)}
        report = partial(report_on_texts, labelled, model=model, parameters=parameters, scorer=scorer, **settings)
        return (yield from answers_of(labelled.examples.lines, output, process, read_completion, report))

    evaluate, evaluate_async = twins(_evaluate)

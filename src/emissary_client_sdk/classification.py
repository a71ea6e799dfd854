"""The resource ``classification``."""

import builtins
import os
from collections.abc import Iterable
from functools import partial
from typing import Any

from typing_extensions import Unpack

from . import evaluation, models
from ._call.call import Resource, call
from ._call.commands import Flow
from ._call.options import BatchOptions, InferenceOptions, ProcessOptions
from ._call.twins import twins
from ._datafiles.datasetfile import DatasetFile
from ._flows.batches import call_many, inference
from ._flows.evaluating import (
    answers_of,
    parameters_of,
    read_labelled,
    read_scores,
    report_on_labels,
    require_evaluation,
)
from ._flows.processing import DecisionPolicy, FileTask, ProcessReport, decide, process_file, require_policy
from .models._literals import DataFormatOrStr

__all__ = ["Classification"]

CREATE = inference(
    "getClassificationFromDeployment",
    "/v1/classification",
    models.GetClassificationFromDeploymentRequestBody,
    models.GetClassificationFromDeploymentResponseBody,
)


class Classification(Resource):
    """Scores of a text for each label of a classifier."""

    def _create(
        self,
        *,
        model: str,
        input: str,  # noqa: A002  # the name of the field
        data_format: DataFormatOrStr | None = None,
        **options: Unpack[InferenceOptions],
    ) -> Flow[models.GetClassificationFromDeploymentResponseBody]:
        """Classify a text.

        It is retried like a read, but not after a timeout, because each processed request is charged.

        :param model: Name of a deployment or of a serverless base model.
        :param input: Text to classify.
        :param data_format: ``"logits"`` for raw scores, ``"probs"`` for probabilities; the platform's default is
            logits.
        :returns: The scores by label.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        """
        return (yield from call(self, CREATE, options, model=model, input=input, data_format=data_format))

    create, create_async = twins(_create)

    def _create_many(
        self,
        *,
        model: str,
        inputs: Iterable[str],
        data_format: DataFormatOrStr | None = None,
        policy: DecisionPolicy | None = None,
        **options: Unpack[BatchOptions],
    ) -> Flow[builtins.list[models.GetClassificationFromDeploymentResponseBody]]:
        """Classify many texts, with several requests at a time: in threads, or in tasks of the event loop.

        Each request runs in a copy of the caller's context. Whatever ends the call early, its exception has the
        finished results in ``error.completed``, by the index of their texts.

        :param model: Name of a deployment or of a serverless base model.
        :param inputs: Texts to classify; an iterator is consumed as needed.
        :param data_format: ``"logits"`` for raw scores, ``"probs"`` for probabilities; the platform's default is
            logits.
        :param policy: Decides by the scores, like ``report.fit_policy(…)``: each result has its ``decision``.
        :returns: The scores of each text, in the order of the texts.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        """
        if policy is not None:
            require_policy(policy)

        def one(**arguments: Any) -> Flow[models.GetClassificationFromDeploymentResponseBody]:
            answer = yield from self._create(data_format=data_format, **arguments)
            if policy is not None:
                answer.decision = decide(policy, answer)
            return answer

        return (yield from call_many(self, model, one, inputs, options, label="Classifying"))

    create_many, create_many_async = twins(_create_many)

    def _process_file(
        self,
        *,
        model: str,
        input: DatasetFile,  # noqa: A002  # the name of the option
        output: str | os.PathLike[str],
        column: str | None = None,
        data_format: DataFormatOrStr | None = None,
        policy: DecisionPolicy | None = None,
        **options: Unpack[ProcessOptions],
    ) -> Flow[ProcessReport]:
        """Classify the texts of a file, and write the answers to another file.

        There are several requests at a time, and any number of records. An interrupted run continues where it was, and
        nothing is paid twice: each answer is written before the next request is sent. What the run was made with stands
        in ``OUTPUT.run.json``.

        :param model: Name of a deployment or of a serverless base model.
        :param input: JSON Lines, a JSON array or CSV; Parquet with the extra ``data``. A path, or anything else that
            ``datasets.check`` accepts.
        :param output: File to write. It has a line for each record, in the order of the input: ``line`` and either
            ``result`` or ``error``. Until the run is finished, the lines are in the order of the answers.
        :param column: Column with the text. Default: ``prompt``, ``input``, or the only column of text.
        :param data_format: ``"logits"`` for raw scores, ``"probs"`` for probabilities; the platform's default is
            logits.
        :param policy: Decides by the scores, like ``report.fit_policy(…)``: each line has its ``decision``, too.
        :returns: The number of records that succeeded and failed. The next run tries the failed ones again.
        """
        task = FileTask(CREATE, "input", {"model": model, "data_format": data_format}, "Classifying")
        return (
            yield from process_file(
                self, task, input=input, output=output, column=column, options=options, policy=policy
            )
        )

    process_file, process_file_async = twins(_process_file)

    def _evaluate(
        self,
        *,
        model: str,
        file: DatasetFile,
        output: str | os.PathLike[str] | None = None,
        column: str | None = None,
        data_format: DataFormatOrStr | None = None,
        threshold: float = 0.5,
        confidence: float = 0.95,
        seed: int = 0,
        **options: Unpack[ProcessOptions],
    ) -> Flow["evaluation.ClassificationReport"]:
        """Evaluate a classifier on a file of labelled texts.

        The model answers each text as in ``process_file``, and a failed record counts as wrong. The task is multilabel
        if a record has no label or several, or the model has only one.

        :param model: Name of a deployment or of a serverless base model.
        :param file: Records with ``prompt``, and ``completion``: labels with 0 or 1, or the name of a label. Or with
            ``input`` and ``expected_output``. JSON Lines, a JSON array or CSV; Parquet with the extra ``data``.
        :param output: File of the answers, as of ``process_file``: records that it has already are not sent again, and
            an interrupted evaluation continues. None: a temporary file.
        :param column: Column with the text. Default: ``prompt`` or ``input``.
        :param data_format: ``"logits"`` or ``"probs"``; the platform's default is logits, which are used as they are.
        :param threshold: Probability from which on a label is predicted, if records may have several labels.
        :param confidence: Confidence of the intervals.
        :param seed: Seed of the bootstrap.
        :returns: The report: accuracy, F1, the numbers of each label, mistakes, and a decision policy.
        :raises ImportError: The extra ``evaluation`` is not installed; nothing was sent.
        :raises ValueError: A record is not labelled for the task; the message has its line, and nothing was sent.
        """
        settings: dict[str, Any] = {"threshold": threshold, "confidence": confidence, "seed": seed}
        yield from require_evaluation(**settings)
        labelled = yield from read_labelled(file, "classification", column)
        process = partial(
            self._process_file, model=model, input=labelled.content, column=column, data_format=data_format, **options
        )
        report = partial(report_on_labels, labelled, model=model, parameters=parameters_of(options), **settings)
        return (yield from answers_of(labelled.examples.lines, output, process, read_scores, report))

    evaluate, evaluate_async = twins(_evaluate)

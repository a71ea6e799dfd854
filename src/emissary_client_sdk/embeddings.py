"""The resource ``embeddings``."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal

from typing_extensions import Unpack

from . import evaluation, models
from ._call.call import Resource, call
from ._call.commands import Flow
from ._call.options import InferenceOptions, ProcessOptions
from ._call.twins import twins
from ._datafiles.datasetfile import DatasetFile
from ._flows.batches import embed_in_batches, in_order, inference
from ._flows.evaluating import (
    answers_of,
    parameters_of,
    read_labelled,
    read_vector,
    report_on_pairs,
    require_evaluation,
)
from ._flows.processing import FileTask, ProcessReport, process_file

__all__ = ["Embeddings"]

CREATE = inference(
    "getEmbeddingsFromDeployment",
    "/v1/embeddings",
    models.GetEmbeddingsFromDeploymentRequestBody,
    models.GetEmbeddingsFromDeploymentResponseBody,
)


class Embeddings(Resource):
    """Embeddings of texts."""

    def _create(
        self,
        *,
        model: str,
        input: str | Sequence[str],  # noqa: A002  # the name of the field
        batch_size: int | None = None,
        max_concurrency: int | Literal["auto"] = "auto",
        on_result: Callable[[int, models.EmbeddingData], Any] | None = None,
        **options: Unpack[InferenceOptions],
    ) -> Flow[models.GetEmbeddingsFromDeploymentResponseBody]:
        """Compute the embeddings of texts.

        It is retried like a read, but not after a timeout, because each processed request is charged. Whatever ends a
        split input early, its exception has the finished vectors in ``error.completed``, by the index of their texts.

        :param model: Name of a deployment.
        :param input: A text, or a sequence of texts.
        :param batch_size: Maximum number of texts per request; a longer input is split. None: one request.
        :param max_concurrency: Maximum number of requests at a time, if the input is split. They begin with a few,
            become more while answers come, and fewer after 429, 503 and timeouts. ``"auto"``: at most 100.
        :param on_result: Called with the index of a text and its embedding, as soon as it arrives, if the input is
            split.
        :returns: The embeddings, in the order of the texts.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        """

        def embed(texts: str | Sequence[str], **limited: Any) -> Flow[models.GetEmbeddingsFromDeploymentResponseBody]:
            answer = yield from call(self, CREATE, {**options, **limited}, model=model, input=texts)
            return in_order(answer, 1 if isinstance(texts, str) else len(texts), CREATE)

        if batch_size is None or isinstance(input, str):
            return (yield from embed(input))
        return (
            yield from embed_in_batches(
                self, model, embed, input, batch_size=batch_size, max_concurrency=max_concurrency, on_result=on_result
            )
        )

    create, create_async = twins(_create)

    def _process_file(
        self,
        *,
        model: str,
        input: DatasetFile,  # noqa: A002  # the name of the option
        output: str | os.PathLike[str],
        column: str | None = None,
        **options: Unpack[ProcessOptions],
    ) -> Flow[ProcessReport]:
        """Compute the embeddings of the texts of a file, and write the answers to another file.

        There are several requests at a time, and any number of records. An interrupted run continues where it was, and
        nothing is paid twice: each answer is written before the next request is sent. What the run was made with stands
        in ``OUTPUT.run.json``.

        :param model: Name of a deployment.
        :param input: JSON Lines, a JSON array or CSV; Parquet with the extra ``data``. A path, or anything else that
            ``datasets.check`` accepts.
        :param output: File to write. It has a line for each record, in the order of the input: ``line`` and either
            ``result`` or ``error``. Until the run is finished, the lines are in the order of the answers.
        :param column: Column with the text. Default: ``prompt``, ``input``, or the only column of text.
        :returns: The number of records that succeeded and failed. The next run tries the failed ones again.
        """
        task = FileTask(
            CREATE, "input", {"model": model}, "Embedding", check=partial(in_order, count=1, operation=CREATE)
        )
        return (yield from process_file(self, task, input=input, output=output, column=column, options=options))

    process_file, process_file_async = twins(_process_file)

    def _evaluate(
        self,
        *,
        model: str,
        file: DatasetFile,
        output: str | os.PathLike[str] | None = None,
        **options: Unpack[ProcessOptions],
    ) -> Flow["evaluation.EmbeddingReport"]:
        """Evaluate embeddings on a file of pairs of texts and their similarities.

        The model embeds both texts of each pair, as in ``process_file``: the answers to pair n are the lines 2 n - 1
        and 2 n of the output. Failed pairs are left out of the numbers.

        :param model: Name of a deployment or of a serverless base model.
        :param file: Records with ``itemA`` and ``itemB``, which have a ``text`` each, and ``similarity``. Or with
            ``text1``, ``text2`` and ``score``. JSON Lines, a JSON array or CSV; Parquet with the extra ``data``.
        :param output: File of the answers, as of ``process_file``: records that it has already are not sent again, and
            an interrupted evaluation continues. None: a temporary file.
        :returns: The report: correlations of Spearman and Pearson of the cosines with the similarities.
        :raises ImportError: The extra ``evaluation`` is not installed; nothing was sent.
        :raises ValueError: A record is not labelled for the task; the message has its line, and nothing was sent.
        """
        yield from require_evaluation()
        labelled = yield from read_labelled(file, "embedding")
        texts = [{"input": text} for pair in labelled.examples.inputs for text in pair]
        process = partial(self._process_file, model=model, input=texts, column="input", **options)
        report = partial(report_on_pairs, labelled, model=model, parameters=parameters_of(options))
        return (yield from answers_of(range(1, len(texts) + 1), output, process, read_vector, report))

    evaluate, evaluate_async = twins(_evaluate)

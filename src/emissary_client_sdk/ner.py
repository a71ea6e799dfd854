"""The resource ``ner``."""

import builtins
import os
from collections.abc import Iterable

from typing_extensions import Unpack

from . import models
from ._call.call import Resource, call
from ._call.commands import Flow
from ._call.options import BatchOptions, InferenceOptions, ProcessOptions
from ._call.twins import twins
from ._datafiles.datasetfile import DatasetFile
from ._flows.batches import call_many, inference
from ._flows.processing import FileTask, ProcessReport, process_file

__all__ = ["Ner"]

CREATE = inference("getEntities", "/v1/ner", models.GetEntitiesRequestBody, models.GetEntitiesResponseBody)


class Ner(Resource):
    """Finds named entities in texts."""

    def _create(
        self,
        *,
        model: str,
        input: str,  # noqa: A002  # the name of the field
        **options: Unpack[InferenceOptions],
    ) -> Flow[models.GetEntitiesResponseBody]:
        """Find the named entities of a text.

        It is retried like a read, but not after a timeout, because each processed request is charged.

        :param model: Name of an experiment with its version (``experiments.create(...).model``), or of a deployment.
        :param input: Text to search for entities.
        :returns: The entities by type.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        """
        return (yield from call(self, CREATE, options, model=model, input=input))

    create, create_async = twins(_create)

    def _create_many(
        self, *, model: str, inputs: Iterable[str], **options: Unpack[BatchOptions]
    ) -> Flow[builtins.list[models.GetEntitiesResponseBody]]:
        """Find the named entities of many texts, with several requests at a time: in threads, or in tasks of the loop.

        Each request runs in a copy of the caller's context. Whatever ends the call early, its exception has the
        finished results in ``error.completed``, by the index of their texts.

        :param model: Name of an experiment with its version, or of a deployment.
        :param inputs: The texts; an iterator is consumed as needed.
        :returns: The result of each text, in the order of the texts.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        """
        return (yield from call_many(self, model, self._create, inputs, options, label="Finding entities"))

    create_many, create_many_async = twins(_create_many)

    def _process_file(
        self,
        *,
        model: str,
        input: DatasetFile,  # noqa: A002  # the name of the option
        output: str | os.PathLike[str],
        column: str | None = None,
        **options: Unpack[ProcessOptions],
    ) -> Flow[ProcessReport]:
        """Find the named entities of the texts of a file, and write the answers to another file.

        There are several requests at a time, and any number of records. An interrupted run continues where it was, and
        nothing is paid twice: each answer is written before the next request is sent. What the run was made with stands
        in ``OUTPUT.run.json``.

        :param model: Name of an experiment with its version, or of a deployment.
        :param input: JSON Lines, a JSON array or CSV; Parquet with the extra ``data``. A path, or anything else that
            ``datasets.check`` accepts.
        :param output: File to write. It has a line for each record, in the order of the input: ``line`` and either
            ``result`` or ``error``. Until the run is finished, the lines are in the order of the answers.
        :param column: Column with the text. Default: ``prompt``, ``input``, or the only column of text.
        :returns: The number of records that succeeded and failed. The next run tries the failed ones again.
        """
        task = FileTask(CREATE, "input", {"model": model}, "Finding entities")
        return (yield from process_file(self, task, input=input, output=output, column=column, options=options))

    process_file, process_file_async = twins(_process_file)

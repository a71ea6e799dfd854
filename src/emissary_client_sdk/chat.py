"""The resource ``chat``."""

import os
from collections.abc import Callable, Sequence
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
from ._flows.evaluating import answers_of, parameters_of, read_chat, read_labelled, report_on_texts, require_evaluation
from ._flows.processing import FileTask, ProcessReport, process_file
from ._flows.streaming import Opening, open_stream, stream_twins
from .sdkconfiguration import SDKConfiguration

__all__ = ["Chat", "ChatCompletions"]

CREATE = inference(
    "getChatCompletions", "/v1/chat/completions", models.GetChatCompletionsRequestBody, models.ChatCompletionObject
)


class ChatCompletions(Resource):
    """Completions of a conversation."""

    def _create(
        self,
        *,
        model: str,
        messages: Sequence[models.Messages | models.MessagesTypedDict | models.ChatCompletionMessage],
        max_tokens: int | None = None,
        **options: Unpack[SamplingOptions],
    ) -> Flow[models.ChatCompletionObject]:
        """Answer a conversation.

        It is retried like a read, but not after a timeout, because each processed request is charged.

        :param model: Name of a deployment or of a serverless base model.
        :param messages: The conversation: models, mappings with ``role`` and ``content``, or messages of answers.
        :param max_tokens: Maximum number of tokens to generate.
        :returns: The answer.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        """
        return (yield from call(self, CREATE, options, model=model, messages=messages, max_tokens=max_tokens))

    create, create_async = twins(_create)

    def _stream(
        self,
        *,
        model: str,
        messages: Sequence[models.Messages | models.MessagesTypedDict | models.ChatCompletionMessage],
        max_tokens: int | None = None,
        **options: Unpack[SamplingOptions],
    ) -> Opening[models.ChatCompletionChunk]:
        """Answer a conversation and yield the answer in chunks.

        It sends ``"stream": true``. The platform's API description mentions streaming but does not specify it; a JSON
        response counts as a single chunk. Nothing is retried after the first chunk.

        :param model: Name of a deployment or of a serverless base model.
        :param messages: The conversation: models, mappings with ``role`` and ``content``, or messages of answers.
        :param max_tokens: Maximum number of tokens to generate.
        :returns: A context manager and iterator over the chunks. ``stream.text`` is the text so far. Leaving the
            ``with`` block closes the connection.
        :raises StreamInterruptedError: The stream ended early; ``error.text`` is the text so far.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        """
        return (
            yield from open_stream(
                self, CREATE, models.ChatCompletionChunk, options, model=model, messages=messages, max_tokens=max_tokens
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
        system: str | None = None,
        max_tokens: int | None = None,
        **options: Unpack[ProcessSamplingOptions],
    ) -> Flow[ProcessReport]:
        """Answer the conversations or messages of a file, and write the answers to another file.

        There are several requests at a time, and any number of records. An interrupted run continues where it was, and
        nothing is paid twice: each answer is written before the next request is sent. What the run was made with stands
        in ``OUTPUT.run.json``.

        :param model: Name of a deployment or of a serverless base model.
        :param input: JSON Lines, a JSON array or CSV; Parquet with the extra ``data``. A path, or anything else that
            ``datasets.check`` accepts.
        :param output: File to write. It has a line for each record, in the order of the input: ``line`` and either
            ``result`` or ``error``. Until the run is finished, the lines are in the order of the answers.
        :param column: Column with the conversation, a list of messages, or with the text of one message. Default:
            ``messages``, ``prompt``, ``input``, or the only column of text. A conversation is sent without an answer at
            its end.
        :param system: System message, sent before each conversation.
        :param max_tokens: Maximum number of tokens to generate for each answer.
        :returns: The number of records that succeeded and failed. The next run tries the failed ones again.
        """

        def messages_of(value: Any) -> list[Any]:
            messages: list[Any] = [{"role": "user", "content": value}] if isinstance(value, str) else list(value)
            while len(messages) > 1 and getattr(messages[-1], "get", str)("role") == "assistant":
                messages.pop()
            return messages if system is None else [{"role": "system", "content": system}, *messages]

        task = FileTask(
            CREATE,
            "messages",
            {"model": model, "max_tokens": max_tokens},
            "Answering",
            kinds=(str, list),
            columns=("messages", "prompt", "input"),
            to_field=messages_of,
            facts={"system": system},
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
        system: str | None = None,
        max_tokens: int | None = None,
        confidence: float = 0.95,
        seed: int = 0,
        **options: Unpack[ProcessSamplingOptions],
    ) -> Flow["evaluation.TextReport"]:
        """Evaluate the texts of a model on a file of prompts and the expected texts.

        The model answers each record as in ``process_file``. A failed record counts as wrong, and has no score.

        :param model: Name of a deployment or of a serverless base model.
        :param file: Records with ``messages``, of which the last one is the expected answer. Or with ``prompt`` and a
            text as ``completion``, or with ``input`` and ``expected_output``. JSON Lines, a JSON array or CSV; Parquet
            with the extra ``data``.
        :param output: File of the answers, as of ``process_file``: records that it has already are not sent again, and
            an interrupted evaluation continues. None: a temporary file.
        :param column: Column with the conversation or the text. Default: ``messages``, ``prompt`` or ``input``.
        :param scorer: Function of a record and its answer that returns a score. It is called once all answers are
            there; if it may fail, pass an ``output``, so that they are kept.
        :param system: System message, sent before each conversation.
        :param max_tokens: Maximum number of tokens to generate for each answer.
        :param confidence: Confidence of the intervals.
        :param seed: Seed of the bootstrap of comparisons.
        :returns: The report: the share of exact matches, and the mean score.
        :raises ImportError: The extra ``evaluation`` is not installed; nothing was sent.
        :raises ValueError: A record is not labelled for the task; the message has its line, and nothing was sent.
        """
        settings: dict[str, Any] = {"confidence": confidence, "seed": seed}
        yield from require_evaluation(scorer=scorer, **settings)
        labelled = yield from read_labelled(file, "text-generation", column)
        sampling: dict[str, Any] = {"system": system, "max_tokens": max_tokens}
        process = partial(self._process_file, model=model, input=labelled.content, column=column, **sampling, **options)
        parameters = {**sampling, **parameters_of(options)}
        report = partial(report_on_texts, labelled, model=model, parameters=parameters, scorer=scorer, **settings)
        return (yield from answers_of(labelled.examples.lines, output, process, read_chat, report))

    evaluate, evaluate_async = twins(_evaluate)


class Chat(Resource):
    """Conversations with a model."""

    def __init__(self, sdk_config: SDKConfiguration) -> None:
        super().__init__(sdk_config)
        self.completions = ChatCompletions(sdk_config)

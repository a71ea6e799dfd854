"""``embeddings.create`` in batches and ``classification.create_many``, against a server of plain sockets."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import threading
from contextvars import ContextVar, copy_context
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import EmissaryClient, errors, response_info

from ...support.answers import KEY, as_json
from ...support.calling import Call
from ...support.rawserver import PATIENCE, RawResponse, RawServer, Request, responding

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 3


@pytest.fixture(params=["sync", "async", "trio"])
def call(request: pytest.FixtureRequest) -> Iterator[Call]:
    """Run the test synchronously, on asyncio and on trio."""
    with Call(request.param) as calling:
        yield calling


class Model:
    """A handler of inference requests for texts such as ``"text 7"``.

    :param together: Number of requests that must arrive before any of them is answered.
    :ivar most: Largest number of requests at a time.
    :ivar fail: Number of the text for which the response is a 400.
    """

    def __init__(self, together: int = 1) -> None:
        self._lock = threading.Lock()
        self._barrier = threading.Barrier(together)
        self._present = self.most = self.answered = 0
        self.fail = -1

    def __call__(self, request: Request) -> RawResponse:
        """Return one number for each text."""
        with self._lock:
            self._present += 1
            self.most = max(self.most, self._present)
        self._barrier.wait(PATIENCE)
        with self._lock:
            self._present -= 1
            self.answered += 1
        texts = json.loads(request.body)["input"]
        numbers = [int(text.split()[1]) for text in ([texts] if isinstance(texts, str) else texts)]
        if self.fail in numbers:
            return RawResponse(400)
        if request.target == "/v1/classification":
            return as_json({"data": [{"probs": {"number": numbers[0]}}]})
        data = [{"index": index, "embedding": [number]} for index, number in enumerate(numbers)]
        return as_json({"data": data, "usage": {"total_tokens": len(numbers)}})


def texts(count: int) -> list[str]:
    """Return numbered texts."""
    return [f"text {number}" for number in range(count)]


def embed(call: Call, client: EmissaryClient, inputs: Any, **options: Any) -> Any:
    """Compute embeddings."""
    return call(client, "embeddings.create", model="m", input=inputs, **options)


def classify(call: Call, client: EmissaryClient, inputs: Any, **options: Any) -> list[Any]:
    """Classify texts; return their numbers, or the exceptions in their places."""
    results = call(client, "classification.create_many", model="m", inputs=inputs, **options)
    return [result if isinstance(result, Exception) else result.data[0].probs["number"] for result in results]


def test_batches_are_joined_in_order(call: Call) -> None:
    """With the indices and the usage of the whole input."""
    model = Model(together=2)
    with RawServer(responding(model)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        result = embed(call, client, texts(11), batch_size=3, max_concurrency=2)
        call.close_client(client)
    assert [vector.embedding for vector in result.data] == [[number] for number in range(11)]
    assert [vector.index for vector in result.data] == list(range(11))
    assert result.usage == {"total_tokens": 11}
    assert sorted(len(json.loads(request.body)["input"]) for request in server.requests) == [2, 3, 3, 3]
    assert model.most == 2
    assert result.to_numpy().shape == (11, 1)


@pytest.mark.parametrize(
    ("inputs", "options"), [(texts(5), {}), ("text 0", {"batch_size": 1}), ([], {"batch_size": 2})], ids=range(3)
)
def test_input_that_is_not_split(call: Call, inputs: Any, options: dict[str, Any]) -> None:
    """It is one request."""
    with RawServer(responding(Model())) as server, EmissaryClient(KEY, server_url=server.url) as client:
        result = embed(call, client, inputs, **options)
        call.close_client(client)
    assert [json.loads(request.body)["input"] for request in server.requests] == [inputs]
    assert len(result.data) == (1 if isinstance(inputs, str) else len(inputs))


@pytest.mark.parametrize(
    "bodies",
    [
        [{"data": [{"embedding": [1]}]}] * 2,
        [{"data": [{"embedding": [1]}], "usage": {"n": 1}}, {"data": [{"embedding": [1]}], "usage": {"n": "1"}}],
        [{"data": [{"embedding": [1]}], "usage": {"n": 1}}, {"data": [{"embedding": [1]}], "usage": {}}],
        [{"data": [{"embedding": [1]}]}, {"data": []}],
        [{"data": [{"embedding": [1]}]}, {"data": None}],
    ],
)
def test_unusual_responses(call: Call, bodies: list[Any]) -> None:
    """A usage that cannot be added up is left alone; a missing vector would shift the others, so it is an error."""
    responses = [as_json(body) for body in bodies]
    with (
        RawServer(responding(lambda _: responses.pop(0))) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
    ):
        if bodies[1]["data"]:
            result = embed(call, client, texts(2), batch_size=1, max_concurrency=1)
            assert result.vectors == [[1], [1]]
            assert result.model_extra == {key: bodies[0][key] for key in bodies[0].keys() - {"data"}}
        else:
            with pytest.raises(errors.ResponseValidationError, match="0 vectors for 1 texts"):
                embed(call, client, texts(2), batch_size=1, max_concurrency=1)
        call.close_client(client)


def test_classifications_are_displayed_as_a_table(call: Call) -> None:
    """With the best label of each text."""
    with RawServer(responding(Model())) as server, EmissaryClient(KEY, server_url=server.url) as client:
        shown = str(call(client, "classification.create_many", model="m", inputs=texts(2)))
        call.close_client(client)
    assert [line.split()[0] for line in shown.splitlines()] == ["label", "number", "number"]


def test_classifications_are_in_order(call: Call) -> None:
    """A limited number at a time; an iterator is consumed as needed."""
    model, taken, ahead = Model(together=LIMIT), [0], [0]

    def inputs() -> Iterator[str]:
        for text in texts(12):
            taken[0] += 1
            ahead[0] = max(ahead[0], taken[0] - model.answered)
            yield text

    with RawServer(responding(model)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        assert classify(call, client, inputs(), max_concurrency=LIMIT) == list(range(12))
        assert classify(call, client, []) == []
        call.close_client(client)
    assert model.most == LIMIT
    assert ahead[0] <= LIMIT
    assert json.loads(server.requests[0].body).keys() == {"model", "input"}


def test_failed_classification(call: Call) -> None:
    """It is the error of the call, after which nothing more is sent, or takes the place of its result."""
    model = Model()
    model.fail = 2
    with RawServer(responding(model)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        with pytest.raises(errors.SDKError) as caught:
            classify(call, client, texts(200), max_concurrency=LIMIT)
        assert caught.value.status_code == 400
        assert len(server.requests) < 200
        results = classify(call, client, texts(4), max_concurrency=LIMIT, return_exceptions=True)
        call.close_client(client)
    assert type(results[2]) is errors.APIErrorInvalidInput
    assert [results[0], results[1], results[3]] == [0, 1, 3]


def test_failing_iterator(call: Call) -> None:
    """Its exception is raised as it is."""

    def inputs() -> Iterator[str]:
        yield from texts(3)
        raise LookupError("mine")

    with RawServer(responding(Model())) as server, EmissaryClient(KEY, server_url=server.url) as client:
        with pytest.raises(LookupError, match="mine"):
            classify(call, client, inputs(), max_concurrency=LIMIT)
        call.close_client(client)


def test_progress_of_classifications(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    """It counts the results; the total is known for a list."""
    with RawServer(responding(Model())) as server, EmissaryClient(KEY, server_url=server.url) as client:
        classify(call, client, texts(5), progress=True)
        classify(call, client, iter(texts(4)), progress=True)
        call.close_client(client)
    shown = capsys.readouterr().err
    assert "Classifying: 5 of 5 (100%)" in shown
    assert "Classifying: 4 " in shown


@pytest.mark.parametrize(
    ("method", "arguments", "error", "message"),
    [
        ("embed", {"batch_size": 0}, ValueError, "batch_size must be at least 1"),
        ("embed", {"batch_size": "2"}, TypeError, "batch_size must be an int"),
        ("embed", {"batch_size": 2, "max_concurrency": True}, TypeError, "max_concurrency must be an int"),
        ("classify", {"max_concurrency": 0}, ValueError, "max_concurrency must be at least 1"),
        ("classify", {"inputs": "text 1"}, TypeError, "inputs must be an iterable of str, not str"),
        ("classify", {"inputs": 5}, TypeError, "inputs must be an iterable of str, not int"),
        ("classify", {"inputs": [5]}, ValueError, "input"),
    ],
)
def test_invalid_arguments(
    call: Call, method: str, arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    """They are refused before anything is sent."""
    inputs = {"inputs": texts(2), **arguments}
    client = EmissaryClient(KEY, server_url="http://127.0.0.1:9")
    with pytest.raises(error, match=message):
        (embed if method == "embed" else classify)(call, client, inputs.pop("inputs"), **inputs)


@pytest.mark.parametrize("way", ["sync", "async"])
def test_ctrl_c(way: str) -> None:
    """The calls that have begun are finished or cancelled, and no other begins."""
    model, number, is_interrupted = Model(), itertools.count(), threading.Event()

    def press(request: Request) -> RawResponse:
        count = next(number)
        if count == LIMIT:
            os.kill(os.getpid(), signal.SIGINT)
        if count >= LIMIT and way == "sync":  # otherwise threads could finish all calls before the main thread runs
            is_interrupted.wait(PATIENCE)
        return model(request)

    def interrupt(*arguments: Any) -> None:
        is_interrupted.set()
        signal.default_int_handler(*arguments)

    async def main(client: EmissaryClient) -> None:
        async with client:
            await client.classification.create_many_async(model="m", inputs=texts(1000), max_concurrency=LIMIT)

    def start(client: EmissaryClient) -> None:
        if way == "async":
            asyncio.run(main(client))
        else:
            client.classification.create_many(model="m", inputs=texts(1000), max_concurrency=LIMIT)

    # asyncio replaces the default handler only.
    previous = signal.signal(signal.SIGINT, interrupt if way == "sync" else signal.default_int_handler)
    try:
        with RawServer(responding(press)) as server, EmissaryClient(KEY, server_url=server.url) as client:
            with pytest.raises(KeyboardInterrupt):
                start(client)
            sent = len(server.requests)
    finally:
        signal.signal(signal.SIGINT, previous)
    assert sent < 500
    assert len(server.requests) <= sent + LIMIT


def test_calls_run_in_copies_of_the_context(call: Call) -> None:
    """Key functions and callbacks see the caller's variable, in threads as in tasks; a change stays in its call."""
    tenant: ContextVar[str] = ContextVar("tenant")
    user: ContextVar[str] = ContextVar("user", default="nobody")
    users: list[str] = []

    def on_result(_index: int, _result: Any) -> None:
        users.append(user.get())

    def key() -> str:
        found = tenant.get("nobody")
        tenant.set("changed by a call")
        return found

    def inputs() -> Iterator[str]:
        for text in texts(6):
            assert tenant.get("nobody") in ("the caller", "changed by the iterator")
            tenant.set("changed by the iterator")
            yield text

    with RawServer(responding(Model())) as server:
        client = EmissaryClient(key, server_url=server.url)

        async def classify_as_caller() -> None:
            tenant.set("the caller")
            user.set("the user")
            await client.classification.create_many_async(
                model="m", inputs=inputs(), max_concurrency=1, on_result=on_result
            )
            assert tenant.get() == "the caller"
            await client.aclose()

        def classify_here() -> None:
            tenant.set("the caller")
            user.set("the user")
            client.classification.create_many(model="m", inputs=inputs(), max_concurrency=1, on_result=on_result)
            assert tenant.get() == "the caller"
            client.close()

        copy_context().run(call.run, classify_as_caller if call.is_async else classify_here)
        assert {request.headers["x-api-key"] for request in server.requests} == {"the caller"}
        assert users == ["the user"] * 6


class Interrupt(BaseException):
    """Raised by a signal handler, in the middle of anything."""


@pytest.mark.parametrize("by", ["a response", "the iterator", "an interrupt of the iterator", "the callback"])
def test_finished_results_are_kept(call: Call, by: str) -> None:
    """Whatever ends a batch early, its exception has the results so far."""
    model, seen = Model(), dict[int, Any]()
    model.fail = 5 if by == "a response" else -1

    def inputs() -> Iterator[str]:
        yield from texts(6)
        if by == "the iterator":
            raise LookupError
        if by == "an interrupt of the iterator":
            raise Interrupt

    def on_result(index: int, result: Any) -> None:
        seen[index] = result
        if by == "the callback" and index == 5:
            raise LookupError

    with RawServer(responding(model)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        with pytest.raises((errors.SDKError, LookupError, Interrupt)) as caught:
            classify(call, client, inputs(), max_concurrency=1, on_result=on_result)
        call.close_client(client)
    completed: dict[int, Any] = getattr(caught.value, "completed")  # noqa: B009  # not an attribute of LookupError
    assert list(completed) == list(range(5 if by == "a response" else 6))
    assert completed == seen


def test_finished_vectors_are_kept(call: Call) -> None:
    """A batch of texts that fails leaves the vectors of the others, by the index of their texts."""
    model, seen = Model(), list[int]()
    model.fail = 6

    def on_result(index: int, _: Any) -> None:
        seen.append(index)

    with RawServer(responding(model)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        with pytest.raises(errors.SDKError) as caught:
            embed(call, client, texts(8), batch_size=2, max_concurrency=1, on_result=on_result)
        call.close_client(client)
    assert list(caught.value.completed) == seen == list(range(6))
    assert caught.value.completed[3].embedding == [3.0]


def test_callback_of_an_asynchronous_batch_may_be_asynchronous(call: Call) -> None:
    """It is awaited; in a synchronous call it is refused."""
    seen: list[int] = []

    async def on_result(index: int, _: Any) -> None:
        seen.append(index)

    with RawServer(responding(Model())) as server, EmissaryClient(KEY, server_url=server.url) as client:
        if call.is_async:
            classify(call, client, texts(3), max_concurrency=1, on_result=on_result)
            assert seen == [0, 1, 2]
        else:
            with pytest.raises(TypeError, match="on_result of a synchronous call must not be asynchronous"):
                classify(call, client, texts(3), on_result=on_result)
        call.close_client(client)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ([{"embedding": [1]}], "1 vectors for 2 texts"),
        (None, "0 vectors for 2 texts"),
        ([{"embedding": [1]}, {"embedding": None}], "lacks the vector"),
        ([{"embedding": [1]}, {"embedding": list[int]()}], "lacks the vector"),
        ([{"embedding": [1], "index": 1}, {"embedding": [1], "index": 1}], "indices"),
        ([{"embedding": [1], "index": 1}, {"embedding": [1]}], "indices"),
    ],
)
def test_missing_vectors(call: Call, data: Any, problem: str) -> None:
    """One request without a vector for each text is an error, too."""
    response = responding(lambda _: as_json({"data": data}, status=201))
    with RawServer(response) as server, EmissaryClient(KEY, server_url=server.url) as client:
        with pytest.raises(errors.ResponseValidationError, match=problem) as caught:
            embed(call, client, texts(2))
        call.close_client(client)
    assert (caught.value.status_code, caught.value.headers["content-type"]) == (201, "application/json")


def test_vectors_are_put_in_order(call: Call) -> None:
    """The index of a vector counts, not its place."""
    data = [{"embedding": [2], "index": 1}, {"embedding": [1], "index": 0}]
    response = responding(lambda _: as_json({"data": data}))
    with RawServer(response) as server, EmissaryClient(KEY, server_url=server.url) as client:
        answer = embed(call, client, texts(2))
        call.close_client(client)
    assert [vector.embedding for vector in answer.data] == [[1.0], [2.0]]
    assert response_info(answer).status_code == 200

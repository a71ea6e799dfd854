"""``response_info`` and ``error.response_info``: facts about the response, which change nothing else of a result."""

from __future__ import annotations

import copy
import pickle
import weakref
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from emissary_client_sdk import ResponseInfo, ResultList, errors, models, response_info
from emissary_client_sdk._call.commands import Received

from ...support.calling import client_of
from .stepping import CANARY, CHAT, Stepped, pause

if TYPE_CHECKING:
    from ...support.calling import Call

HEADERS = {"X-Request-Id": "req-1"}


def answer(request: httpx.Request) -> httpx.Response:
    """Return a response in the form that the path asks for."""
    if request.method == "DELETE":
        return httpx.Response(200, headers=HEADERS)
    if "completions" in request.url.path:
        stream = {**HEADERS, "content-type": "text/event-stream"}
        return httpx.Response(200, headers=stream, content=b"data: [DONE]\n\n")
    one = {"id": "t", "_response_info": "a field of the platform"}
    return httpx.Response(200, headers=HEADERS, json=one if request.url.path.endswith("/t") else [one])


def results(call: Call) -> list[Any]:
    """Return a model and a list."""
    with client_of(answer) as client:
        return [call(client, "retrieve", training_job_id="t"), call(client, "list")]


def test_models_and_lists(call: Call) -> None:
    """Both know the response to their call; their copies, their parts and other objects know none."""
    for result in results(call):
        info = response_info(result)
        assert (info.status_code, info.request_id, info.attempts) == (200, "req-1", 1)
        assert info.elapsed_seconds > 0
        for other in (copy.copy(result), copy.deepcopy(result), pickle.loads(pickle.dumps(result))):  # noqa: S301
            assert other == result
            with pytest.raises(ValueError, match="is not the result of one call"):
                response_info(other)
    with pytest.raises(ValueError, match="this TrainingJobSummary is not"):
        response_info(results(call)[1][0])


def test_results_are_as_without_it(call: Call) -> None:
    """A result equals one that no call returned, and shows, dumps and pickles the same."""
    job, jobs = results(call)
    fields = {"id": "t", "_response_info": "a field of the platform"}
    for result, plain in (
        (job, models.TrainingJobDetail.model_validate(fields)),
        (jobs, ResultList([models.TrainingJobSummary.model_validate(fields)])),
    ):
        assert result == plain
        assert (repr(result), vars(result), pickle.dumps(result)) == (repr(plain), vars(plain), pickle.dumps(plain))
    assert job.model_dump(exclude_unset=True) == fields
    jobs.note = "attributes of the caller are pickled"
    assert pickle.loads(pickle.dumps(jobs)).note == jobs.note  # noqa: S301


def test_parts_that_a_method_returns(call: Call) -> None:
    """A value that a method picks from a list has the facts about the list."""
    checkpoints = [{"checkpoint": 1, "test_results": {"aggregated_test_result": {"accuracy": 1.0}}}]

    def respond(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=HEADERS, json=checkpoints)

    with client_of(respond) as client:
        best = call(client, "best_checkpoint", project_id="p", training_job_id="t", metric="accuracy")
    assert response_info(best).request_id == "req-1"


def test_stream(call: Call) -> None:
    """A stream knows the response from the moment its block is entered."""
    with client_of(answer) as client:
        stream = call.start(client, "completions.stream", model="m", prompt="p")
        with pytest.raises(ValueError, match="after its with block is entered"):
            response_info(stream)

        async def enter_async() -> None:
            async with stream:
                pass

        def enter() -> None:
            with stream:
                pass

        call.run(enter_async if call.is_async else enter)
    assert response_info(stream).request_id == "req-1"


def test_no_result(call: Call) -> None:
    """None and parsed JSON have no place for it."""
    with client_of(answer) as client:
        others: list[object] = [call(client, "projects.delete", project_id="p"), [], {}]
        for result in others:
            with pytest.raises(TypeError, match=f"not {type(result).__name__}"):
                response_info(result)


@pytest.mark.parametrize("stream", [False, True], ids=["model", "stream"])
def test_attempts_and_time(*, stream: bool) -> None:
    """They include failed attempts and pauses."""
    call = Stepped(operation=CHAT, stream=stream)
    waited = pause(call.respond(429, after=2.0))
    done = call.respond(200, after=3.0, json={"id": "c", "choices": []}).result
    info = done[1]() if stream else response_info(done)
    assert (info.attempts, info.elapsed_seconds) == (2, 5.0 + waited)


@pytest.mark.parametrize(
    ("kind", "response"),
    [
        (errors.APIErrorForbidden, {"status": 403}),
        (errors.APIErrorNotFound, {"status": 404}),
        (errors.SDKError, {"json": {"error": "refused"}}),
        (errors.ResponseValidationError, {"content": b"<html>"}),
    ],
)
def test_errors(kind: type[errors.SDKError], response: dict[str, Any]) -> None:
    """Every error with a response has the same facts, also when it is unpickled."""
    call = Stepped()
    waited = pause(call.respond(500, after=1.0))
    with pytest.raises(kind) as caught:
        call.respond(**response, after=1.0, headers=HEADERS)
    info = caught.value.response_info
    assert (info.status_code, info.request_id) == (response.get("status", 200), "req-1")
    assert (info.attempts, info.elapsed_seconds) == (2, 2.0 + waited)
    assert pickle.loads(pickle.dumps(caught.value)).response_info == info  # noqa: S301


def test_error_without_a_response() -> None:
    """It has none."""
    assert Stepped(retries=None).end(httpx.ReadError("gone")).response_info is None


def test_secrets_are_redacted() -> None:
    """The key that a server repeats is replaced, and the representation replaces cookies."""
    headers = {"X-Echo": CANARY, "Set-Cookie": "session=abc", "X-Request-Id": "req-1"}
    info = response_info(Stepped().respond(headers=headers).result)
    assert info.headers["x-echo"] == "[redacted]"
    assert info.headers["set-cookie"] == "session=abc"
    assert CANARY not in repr(info)
    assert "session" not in f"{info}"
    assert "req-1" in repr(info)
    assert pickle.loads(pickle.dumps(info)) == info  # noqa: S301
    assert ResponseInfo(200, {}).request_id is None


def test_response_is_not_kept() -> None:
    """The facts do not keep the response, nor its content."""
    call = Stepped()
    call.start()
    response = httpx.Response(200, content=b'{"id": "t"}')
    seen = weakref.ref(response)
    result = call.reply(Received(response, response.content)).result
    del response, call
    assert response_info(result).status_code == 200
    assert seen() is None

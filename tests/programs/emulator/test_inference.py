"""Inference: made-up answers, answers set by a test, streams, and sleeping deployments."""

import json
import math
from typing import Any

import pytest

from .conftest import DEPLOYMENTS, INFERENCE, MODEL, RECORDS, Api, lines, timeout_config

CHAT, COMPLETIONS, EMBEDDINGS, CLASSIFICATION = INFERENCE
NOTE = "The Emissary emulator made this answer up."
MESSAGES = [{"role": "system", "content": "Be nice."}, {"role": "user", "content": "How are you?"}]


def classifier(api: Api, records: str, **fields: Any) -> str:
    """Deploy a classifier that was trained on these records; return its name."""
    name: str = api.deploy(api.train(records, task_type="classification"), name="c", **fields)["name"]
    api.now += 10
    return name


def classify(api: Api, model: str, form: str = "probs") -> dict[str, float]:
    """Classify a text; return the scores of the labels in this form."""
    answer = api.post(CLASSIFICATION, {"model": model, "input": "text 1", "data_format": form})
    assert answer["note"] == NOTE
    (entry,) = answer["data"]
    scores: dict[str, float] = entry[form]
    return scores


def embed(api: Api, **body: Any) -> list[list[float]]:
    """Return the embeddings of texts."""
    answer = api.post(EMBEDDINGS, {"model": "All-Mpnet-Base-V2-Embedding", "input": "x", **body})
    assert answer["note"] == NOTE
    return [entry["embedding"] for entry in answer["data"]]


def events(api: Api, path: str, **body: Any) -> list[Any]:
    """Return the chunks of a stream."""
    response = api.send("POST", path, {"model": MODEL, "stream": True, **body})
    assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    *parts, last, rest = response.text.split("\n\n")
    assert (last, rest) == ("data: [DONE]", "")
    return [json.loads(part.removeprefix("data: ")) for part in parts]


def test_chat(api: Api) -> None:
    """The answer says that it is made up. The parts of a stream are those of the whole answer."""
    answer = api.post(CHAT, {"model": MODEL, "messages": MESSAGES})
    assert answer.pop("id").startswith("chatcmpl-")
    text = f"{NOTE} The question was: How are you?"
    message = {"role": "assistant", "content": text}
    assert answer == {
        "created": int(api.now),
        "model": MODEL,
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "refusal": None, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 13, "total_tokens": 18},
    }
    chunks = events(api, CHAT, messages=MESSAGES, stream_options={"include_usage": True})
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert (chunks[-1]["choices"], chunks.pop()["usage"]) == ([], answer["usage"])
    first, *middle, last = (chunk["choices"][0] for chunk in chunks)
    assert first["delta"] == {"role": "assistant", "content": ""}
    assert [part["delta"]["content"] for part in middle] == ["The", *(f" {word}" for word in text.split()[1:])]
    assert (last["delta"], last["finish_reason"]) == ({}, "stop")


def test_completion(api: Api) -> None:
    """A maximum of tokens cuts the text, of a stream, too. The answer is the same each time."""
    body = {"model": MODEL, "prompt": "One, two,"}
    (choice,) = api.post(COMPLETIONS, body)["choices"]
    nothing = {"logprobs": None, "prompt_logprobs": None, "stop_reason": None}
    assert choice == {"index": 0, "text": f" [{NOTE}]", **nothing, "finish_reason": "stop"}
    answer = api.post(COMPLETIONS, {**body, "max_completion_tokens": 2})
    assert (answer["choices"][0]["text"], answer["choices"][0]["finish_reason"]) == (" [The Emissary", "length")
    assert answer["usage"]["completion_tokens"] == 2
    assert answer == api.post(COMPLETIONS, {**body, "max_completion_tokens": 2})
    choices = [chunk["choices"][0] for chunk in events(api, COMPLETIONS, prompt="One, two,", max_tokens=2)]
    parts = [(choice["text"], choice["finish_reason"]) for choice in choices]
    assert parts == [(" [The", None), (" Emissary", None), ("", "length")]


def test_embeddings_are_unit_vectors(api: Api) -> None:
    """They are equal for equal texts."""
    first, second, third = embed(api, input=["a", "b", "a"])
    assert first == third != second
    assert len(first) == 384
    assert math.isclose(math.hypot(*first), 1)
    assert [len(vector) for vector in embed(api, dimensions=1024)] == [1024]


@pytest.mark.parametrize(
    ("records", "labels", "exclusive"),
    [
        (lines(RECORDS), {"good", "bad"}, True),
        (lines([{"prompt": str(n), "completion": {"a": n % 2, "b": 1}} for n in range(50)]), {"a", "b"}, False),
        (lines([{"prompt": str(n), "completion": {"spam": n % 2}} for n in range(50)]), {"spam"}, False),
        ("input,expected_output\n" + "".join(f"text {n}, {'xyz'[n % 3]}\n" for n in range(90)), {*"xyz"}, True),
        (lines([{"prompt": str(n), "completion": "text"} for n in range(50)]), {"negative", "positive"}, True),
    ],
    ids=["multiclass", "multilabel", "binary", "csv", "text"],
)
def test_labels_are_those_of_the_training_data(api: Api, records: str, labels: set[str], exclusive: bool) -> None:
    """The probabilities of exclusive labels add up to 1. A file without labels has a default pair."""
    model = classifier(api, records)
    assert classify(api, model, "logits").keys() == labels
    probs = classify(api, model)
    assert probs.keys() == labels
    assert all(0 < value < 1 for value in probs.values())
    assert math.isclose(sum(probs.values()), 1) is exclusive


def test_answers_can_be_set(api: Api) -> None:
    """By model, or for all models; a model that is named needs no deployment."""
    probs = {"a": 0.75, "b": 0.25, "c": 0.0}
    api.app.answers.set(model="mine", text="Hello, you.", probs=probs)
    api.app.answers.set(embedding=[0.0, 1.0])
    assert api.post(CHAT, {"model": "mine", "messages": MESSAGES})["choices"][0]["message"]["content"] == "Hello, you."
    chunks = events(api, COMPLETIONS, model="mine", prompt="x")
    assert [chunk["choices"][0]["text"] for chunk in chunks] == ["Hello,", " you.", ""]
    assert classify(api, "mine") == probs
    assert math.isclose(math.exp(classify(api, "mine", "logits")["a"]), 0.75)
    assert embed(api, model="mine") == embed(api, model=MODEL) == [[0.0, 1.0]]
    api.app.answers.clear()
    error = api.error(404, "POST", EMBEDDINGS, {"model": "mine", "input": "x"})
    assert "there is no deployment or serverless base model 'mine'" in error


@pytest.mark.parametrize(
    ("records", "probs"),
    [
        (None, {"late": 0.9, "broken": 0.8}),
        (None, {"spam": 1.0}),
        (lines([{"prompt": str(n), "completion": {"a": n % 2, "b": 1}} for n in range(50)]), {"a": 0.75, "b": 0.25}),
    ],
    ids=["not 1 in total", "one label", "multilabel job"],
)
def test_logits_of_labels_that_do_not_exclude_each_other(
    api: Api, records: str | None, probs: dict[str, float]
) -> None:
    """The sigmoid of each logit is the probability."""
    model = "mine" if records is None else classifier(api, records)
    api.app.answers.set(model=model, probs=probs)
    found = {label: 1 / (1 + math.exp(-logit)) for label, logit in classify(api, model, "logits").items()}
    assert found == pytest.approx(probs, abs=1e-8)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "set at least one of text, probs, embedding, value, entities, tool"),
        ({"model": "x"}, "set at least one of text, probs"),
        ({"value": math.inf}, "value must be a finite number, not inf"),
        ({"arguments": {}}, "arguments need a tool"),
        ({"probs": {}}, "probs must map each label to a number from 0 to 1"),
        ({"probs": {"a": 1.1}}, "probs must map each label to a number from 0 to 1"),
        ({"embedding": []}, "embedding must be a sequence of finite numbers"),
        ({"embedding": [math.nan]}, "embedding must be a sequence of finite numbers"),
    ],
)
def test_invalid_answer_is_refused(api: Api, options: dict[str, Any], message: str) -> None:
    """The error is raised when the answer is set."""
    with pytest.raises(ValueError, match=message):
        api.app.answers.set(**options)


@pytest.mark.parametrize("model", ["nothing", "Qwen3-4B-Base"])
@pytest.mark.parametrize("path", INFERENCE)
def test_model_that_is_not_deployed(api: Api, path: str, model: str) -> None:
    """Only some base models are serverless."""
    error = api.error(404, "POST", path, {"model": model, "messages": MESSAGES, "prompt": "x", "input": "x"})
    assert error == f"there is no deployment or serverless base model {model!r}"


def test_sleeping_deployment_is_woken_by_a_request(api: Api) -> None:
    """Until it is deployed again, requests get a 503 that says when to come back; IDs work like names."""
    model = classifier(api, lines(RECORDS), inactive_timeout=60)
    (deployment,) = api.get(DEPLOYMENTS)
    for _ in range(3):
        api.now += 59
        assert classify(api, deployment["id"])
    api.now += 60
    assert api.get(DEPLOYMENTS)[0]["status"] == "Deactivated"
    for elapsed, seconds in [(0, "10"), (9.5, "1")]:
        api.now += elapsed
        response = api.send("POST", CLASSIFICATION, {"model": model, "input": "x"})
        assert (response.status_code, response.headers["Retry-After"]) == (503, seconds)
        assert response.json()["error"] == "deployment 'c' is starting again: its status is Reactivating"
    api.now += 0.5
    assert classify(api, model)


@pytest.mark.parametrize(("elapsed", "status"), [(0, "Pending"), (5, "Deploying"), (10, "Failed")])
def test_deployment_that_is_not_ready(api: Api, job: str, elapsed: float, status: str) -> None:
    """A new deployment is a 404 until it is deployed, and so is a failed one."""
    api.deploy(job, name="m", emulator_outcome="Failed")
    api.now += elapsed
    error = api.error(404, "POST", EMBEDDINGS, {"model": "m", "input": "x"})
    assert error == f"deployment 'm' is not deployed: its status is {status}"


def test_engine_is_woken_by_a_request(api: Api, job: str) -> None:
    """A request to a deployment counts as a request to its engine."""
    path = api.engine(resource_management_config=timeout_config(60))
    api.post(path + "/deploy", {"project_id": "p", "training_id": job, "checkpoint": 1, "name": "m"})
    api.now += 50
    embed(api, model="m")
    assert api.get(path)["last_access_timestamp"] == int(api.now)
    for elapsed, status in [(59, "Active"), (1, "Inactive")]:
        api.now += elapsed
        assert api.get(path)["status"] == status
    response = api.send("POST", EMBEDDINGS, {"model": "m", "input": "x"})
    assert (response.status_code, response.headers["Retry-After"]) == (503, "20")
    assert api.get(path)["status"] == "Creating"

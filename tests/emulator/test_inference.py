"""Inference: made-up answers, answers set by a test, streams, and sleeping deployments."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from .conftest import DEPLOYMENTS, JOB, JOBS, RECORDS, Api, lines

CHAT = "/v1/chat/completions"
COMPLETIONS = "/v1/completions"
EMBEDDINGS = "/v1/embeddings"
CLASSIFICATION = "/v1/classification"
MODEL = "Llama-3.2-1B-Instruct"
NOTE = "The Emissary emulator made this answer up."
MESSAGES = [{"role": "system", "content": "Be nice."}, {"role": "user", "content": "How are you?"}]


def classifier(api: Api, records: str, **fields: Any) -> str:
    """Deploy a classifier that was trained on these records; return its name."""
    dataset = api.upload(records)["id"]
    job = api.post(JOBS, {**JOB, "train_dataset_id": dataset, "task_type": "classification"})["id"]
    api.now += 100
    deployment = api.post(DEPLOYMENTS, {"training_job_id": job, "checkpoint": 3, "name": "c", **fields})
    api.now += 10
    name: str = deployment["name"]
    return name


def events(api: Api, path: str, **body: Any) -> list[Any]:
    """Return the chunks of a stream."""
    response = api.send("POST", path, json={"model": MODEL, "stream": True, **body})
    assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    *parts, last, rest = response.text.split("\n\n")
    assert (last, rest) == ("data: [DONE]", "")
    return [json.loads(part.removeprefix("data: ")) for part in parts]


def test_chat(api: Api) -> None:
    """The answer says that it is made up, and is the same each time."""
    answer = api.post(CHAT, {"model": MODEL, "messages": MESSAGES})
    text = f"{NOTE} The question was: How are you?"
    assert answer.pop("id").startswith("chatcmpl-")
    assert answer == {
        "created": int(api.now),
        "model": MODEL,
        "object": "chat.completion",
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": text}, "refusal": None, "finish_reason": "stop"}
        ],
        "usage": {"prompt_tokens": 5, "completion_tokens": 13, "total_tokens": 18},
    }


def test_completion(api: Api) -> None:
    """A maximum of tokens cuts the text."""
    body = {"model": MODEL, "prompt": "One, two,"}
    (choice,) = api.post(COMPLETIONS, body)["choices"]
    assert choice == {
        "index": 0,
        "text": f" [{NOTE}]",
        "logprobs": None,
        "prompt_logprobs": None,
        "stop_reason": None,
        "finish_reason": "stop",
    }
    answer = api.post(COMPLETIONS, {**body, "max_completion_tokens": 2})
    assert (answer["choices"][0]["text"], answer["choices"][0]["finish_reason"]) == (" [The Emissary", "length")
    assert answer["usage"]["completion_tokens"] == 2
    assert answer == api.post(COMPLETIONS, {**body, "max_completion_tokens": 2})
    error = api.error(400, "POST", COMPLETIONS, {**body, "max_completion_tokens": 0})
    assert error == "max_completion_tokens: must be a positive integer, not 0"


def test_streamed_chat(api: Api) -> None:
    """The parts of the text are those of the whole answer."""
    whole = api.post(CHAT, {"model": MODEL, "messages": MESSAGES})["choices"][0]["message"]["content"]
    chunks = events(api, CHAT, messages=MESSAGES, stream_options={"include_usage": True})
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    first, *middle, last, usage = chunks
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert "".join(chunk["choices"][0]["delta"]["content"] for chunk in middle) == whole
    assert (last["choices"][0]["delta"], last["choices"][0]["finish_reason"]) == ({}, "stop")
    assert usage["choices"] == []
    assert usage["usage"]["completion_tokens"] == len(middle)


def test_streamed_completion(api: Api) -> None:
    """It ends with the reason for its end."""
    chunks = events(api, COMPLETIONS, prompt="One, two,", max_tokens=2)
    choices = [chunk["choices"][0] for chunk in chunks]
    assert [(choice["text"], choice["finish_reason"]) for choice in choices] == [
        (" [The", None),
        (" Emissary", None),
        ("", "length"),
    ]


def test_embeddings(api: Api) -> None:
    """They are unit vectors, equal for equal texts."""
    body = {"model": "All-Mpnet-Base-V2-Embedding"}
    answer = api.post(EMBEDDINGS, {**body, "input": ["a", "b", "a"]})
    first, second, third = (entry["embedding"] for entry in answer["data"])
    assert first == third != second
    assert len(first) == 384
    assert math.isclose(math.hypot(*first), 1)
    assert answer["note"] == NOTE
    (single,) = api.post(EMBEDDINGS, {**body, "input": "a", "dimensions": 1024})["data"]
    assert len(single["embedding"]) == 1024
    for dimensions in (0, 5000, True, "384"):
        error = api.error(400, "POST", EMBEDDINGS, {**body, "input": "a", "dimensions": dimensions})
        assert error == f"dimensions: must be an integer from 1 to 4096, not {dimensions!r}"


def test_multiclass_classification(api: Api) -> None:
    """Logits by default; probabilities of the labels of the training data add up to 1."""
    model = classifier(api, lines(RECORDS))
    answer = api.post(CLASSIFICATION, {"model": model, "input": "text 1"})
    assert answer["note"] == NOTE
    (entry,) = answer["data"]
    assert entry["logits"].keys() == {"good", "bad"}
    (entry,) = api.post(CLASSIFICATION, {"model": model, "input": "text 1", "data_format": "probs"})["data"]
    assert math.isclose(sum(entry["probs"].values()), 1)


@pytest.mark.parametrize(
    ("records", "labels"),
    [
        (lines([{"prompt": str(n), "completion": {"a": n % 2, "b": 1}} for n in range(50)]), {"a", "b"}),
        (lines([{"prompt": str(n), "completion": {"spam": n % 2}} for n in range(50)]), {"spam"}),
    ],
    ids=["multilabel", "binary"],
)
def test_independent_probabilities(api: Api, records: str, labels: set[str]) -> None:
    """They are between 0 and 1, and need not add up to 1."""
    model = classifier(api, records)
    (entry,) = api.post(CLASSIFICATION, {"model": model, "input": "x", "data_format": "probs"})["data"]
    assert entry["probs"].keys() == labels
    assert all(0 < value < 1 for value in entry["probs"].values())
    assert sum(entry["probs"].values()) != 1


@pytest.mark.parametrize(
    ("records", "labels"),
    [
        ("input,expected_output\n" + "".join(f"text {n},{'xyz'[n % 3]}\n" for n in range(90)), {"x", "y", "z"}),
        (lines([{"prompt": str(n), "completion": "text"} for n in range(50)]), {"negative", "positive"}),
    ],
    ids=["csv", "text"],
)
def test_labels_of_other_files(api: Api, records: str, labels: set[str]) -> None:
    """A CSV file has the labels as its outputs; a file without labels gets a default pair."""
    (entry,) = api.post(CLASSIFICATION, {"model": classifier(api, records), "input": "x"})["data"]
    assert entry["logits"].keys() == labels


def test_answers_can_be_set(api: Api) -> None:
    """By model, or for all models; a model that is named needs no deployment."""
    probs = {"a": 0.75, "b": 0.25, "c": 0.0}
    api.app.answers.set(model="mine", text="Hello, you.", probs=probs)
    api.app.answers.set(embedding=[0.0, 1.0])
    assert api.post(CHAT, {"model": "mine", "messages": MESSAGES})["choices"][0]["message"]["content"] == "Hello, you."
    assert [chunk["choices"][0]["text"] for chunk in events(api, COMPLETIONS, model="mine", prompt="x")] == [
        "Hello,",
        " you.",
        "",
    ]
    body = {"model": "mine", "input": "x"}
    assert api.post(CLASSIFICATION, {**body, "data_format": "probs"})["data"] == [{"index": 0, "probs": probs}]
    (entry,) = api.post(CLASSIFICATION, body)["data"]
    assert math.isclose(math.exp(entry["logits"]["a"]), 0.75)
    for model in ("mine", MODEL):
        assert api.post(EMBEDDINGS, {**body, "model": model})["data"][0]["embedding"] == [0.0, 1.0]
    api.app.answers.clear()
    assert "there is no deployment or serverless base model 'mine'" in api.error(404, "POST", EMBEDDINGS, body)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "set at least one of text, probs and embedding"),
        ({"model": "x"}, "set at least one of text, probs and embedding"),
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
@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CHAT, {"messages": MESSAGES}),
        (COMPLETIONS, {"prompt": "x"}),
        (EMBEDDINGS, {"input": "x"}),
        (CLASSIFICATION, {"input": "x"}),
    ],
)
def test_model_that_is_not_deployed(api: Api, path: str, body: dict[str, Any], model: str) -> None:
    """Only some base models are serverless."""
    error = api.error(404, "POST", path, {"model": model, **body})
    assert error == f"there is no deployment or serverless base model {model!r}"


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        (CHAT, {"messages": [{"role": "robot", "content": "x"}]}, "messages: a role must be one of system, user, assi"),
        (CHAT, {"messages": [{"role": "user"}]}, "messages.0: Field required"),
        (CLASSIFICATION, {"input": "x", "data_format": "words"}, "data_format: must be one of logits, probs, not 'w"),
        (EMBEDDINGS, {"input": [1]}, "input: Input should be a valid string; input.0: Input should"),
    ],
)
def test_invalid_request(api: Api, path: str, body: dict[str, Any], message: str) -> None:
    """The message names the field."""
    assert api.error(400, "POST", path, {"model": MODEL, **body}).startswith(message)


def test_sleeping_deployment_is_woken_by_a_request(api: Api) -> None:
    """Until it is deployed again, requests get a 503 that says when to come back; ids work like names."""
    model = classifier(api, lines(RECORDS), inactive_timeout=60)
    (deployment,) = api.get(DEPLOYMENTS)
    body = {"model": model, "input": "x"}
    for _ in range(3):
        api.now += 59
        assert api.post(CLASSIFICATION, {**body, "model": deployment["id"]})["model"] == deployment["id"]
    api.now += 60
    assert api.get(DEPLOYMENTS)[0]["status"] == "Deactivated"
    for elapsed, seconds in [(0, "10"), (9.5, "1")]:
        api.now += elapsed
        response = api.send("POST", CLASSIFICATION, json=body)
        assert (response.status_code, response.headers["Retry-After"]) == (503, seconds)
        assert response.json()["error"] == "deployment 'c' is starting again: its status is Reactivating"
    api.now += 0.5
    assert api.post(CLASSIFICATION, body)


@pytest.mark.parametrize(("elapsed", "status"), [(0, "Pending"), (5, "Deploying"), (10, "Failed")])
def test_deployment_that_is_not_ready(api: Api, job: str, elapsed: float, status: str) -> None:
    """A new deployment is a 404 until it is deployed, and so is a failed one."""
    body = {"training_job_id": job, "checkpoint": 3, "name": "m", "emulator_outcome": "Failed"}
    api.post(DEPLOYMENTS, body)
    api.now += elapsed
    error = api.error(404, "POST", EMBEDDINGS, {"model": "m", "input": "x"})
    assert error == f"deployment 'm' is not deployed: its status is {status}"


def test_engine_is_woken_by_a_request(api: Api, job: str) -> None:
    """A request to a deployment counts as a request to its engine."""
    config = {"management_type": "inactive_timeout", "management_config": {"inactive_duration": 60}}
    body = {"base_model": "llama", "resource_management_config": config}
    path = "/v1/engines/" + api.post("/v1/engines", body)["id"]
    api.post(path + "/deploy", {"project_id": "p", "training_id": job, "checkpoint": 1, "name": "m"})
    api.now += 50
    api.post(EMBEDDINGS, {"model": "m", "input": "x"})
    assert api.get(path)["last_access_timestamp"] == int(api.now)
    api.now += 59
    assert api.get(path)["status"] == "Active"
    api.now += 1
    assert api.get(path)["status"] == "Inactive"
    response = api.send("POST", EMBEDDINGS, json={"model": "m", "input": "x"})
    assert (response.status_code, response.headers["Retry-After"]) == (503, "20")
    assert api.get(path)["status"] == "Creating"

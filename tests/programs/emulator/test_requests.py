"""Requests that the emulator refuses: keys, paths, missing objects, bodies and Idempotency-Keys."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from ...project.contract.document import OPERATIONS, Operation, document, findings, resolve, schemas
from .conftest import (
    DATASETS,
    DEPLOYMENTS,
    ENGINES,
    INFERENCE,
    JOB,
    JOBS,
    MODEL,
    Api,
    exchange,
    schedule_config,
    timeout_config,
)

CHAT, COMPLETIONS, EMBEDDINGS, CLASSIFICATION = INFERENCE
GRPO = f"{JOBS}/grpo"
FUNCTIONS = ["exact_match_shared", "length_ratio_shared"]
CONFIG = "resource_management_config"
PLACE = "/{project_id}/"
RATIO = "train_test_split_ratio: "
UPLOAD = {"files": {"file": ("data.csv", "input,expected_output\na,b\n")}}
BLANK: list[dict[str, Any]] = [{"timezone": ""}, {"timezone": " "}, {"start_time": ""}, {"end_time": " "}, {"days": []}]
REQUIRED: dict[str, dict[str, Any]] = {
    JOBS: JOB,
    GRPO: {**JOB, "test_functions": FUNCTIONS, "reward": dict.fromkeys(FUNCTIONS, 0.5)},
    DEPLOYMENTS: {"training_job_id": "HF_MODEL", "checkpoint": 0},
    ENGINES: {"base_model": "llama"},
    CHAT: {"model": MODEL, "messages": []},
    COMPLETIONS: {"model": MODEL, "prompt": "x"},
    EMBEDDINGS: {"model": MODEL, "input": "x"},
    CLASSIFICATION: {"model": MODEL, "input": "x"},
}
# Operations on one object; lists and creates accept a project that does not exist.
NAMED = [
    one
    for one in OPERATIONS
    if one.path_parameters and (one.path_parameters != ("project_id",) or one.name in ("retrieve", "delete"))
]


def nulls(schema: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield for each field of a schema its full name and an object in which it is null."""
    for name, described in schema["properties"].items():
        yield place + name, {name: None}
        for branch in described.get("anyOf", [described]):
            inner = resolve(branch, document())
            if "properties" in inner:
                kind = {key: one["const"] for key, one in inner["properties"].items() if "const" in one}
                for full, null in nulls(inner, f"{place}{name}."):
                    yield full, {name: {**kind, **null}}


def encoded(path: str) -> Any:
    """Return a URL whose path is already encoded."""
    return httpx.URL("http://emulator", raw_path=path.encode())


@pytest.mark.parametrize("headers", [{"X-API-Key": ""}, {"X-API-Key": " "}], ids=["empty", "blank"])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", JOBS), ("POST", JOBS), ("GET", "/nowhere"), ("PUT", JOBS), ("GET", JOBS + "/%FF")]
)
def test_key_is_checked_first(api: Api, method: str, path: str, headers: dict[str, str]) -> None:
    """Without one, every request is a 401."""
    api.error(401, method, path, headers=headers)


def test_only_the_configured_key_is_accepted() -> None:
    """Another key, a longer one and an empty one are refused."""
    with closing(Api(api_key="the-kéy")) as api:
        for key in (b"", b"other", b"the-key", "the-kéy!".encode()):
            api.error(401, "GET", JOBS, headers={b"X-API-Key": key})
        assert api.get(JOBS, headers={b"X-API-Key": "the-kéy".encode()}) == []


@pytest.mark.parametrize(
    "path",
    ["/", "/v1", "/v1/projects/p/x", JOBS + "/", "//v1/projects/p/training-jobs", JOBS + "/a/b", "/%FF", "/files/p"],
)
def test_unknown_path(api: Api, path: str) -> None:
    """Its code differs from that of a missing object; a trailing slash is not redirected."""
    response = api.send("GET", encoded(path))
    assert (response.status_code, response.json()["code"]) == (404, "route_not_found")


@pytest.mark.parametrize("path", sorted({one.path for one in OPERATIONS}))
def test_wrong_method(api: Api, path: str) -> None:
    """The response names the methods of the path; HEAD is GET without a body."""
    methods = {one.http_method for one in OPERATIONS if one.path == path}
    allowed = ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
    for method in ("PUT", "PATCH", "OPTIONS"):
        response = api.send(method, path)
        assert (response.status_code, response.headers["Allow"]) == (405, allowed)
        assert allowed in response.json()["error"]


def test_head_is_get_without_a_body(api: Api) -> None:
    """The server removes the body."""
    response = api.send("HEAD", JOBS)
    assert (response.status_code, response.headers["Content-Length"]) == (200, "2")


@pytest.mark.parametrize("operation", NAMED, ids=lambda operation: operation.id)
def test_missing_object(api: Api, job: str, operation: Operation) -> None:
    """The message names it. A job of another project is missing, too."""
    ids = {**dict.fromkeys(operation.path_parameters, "a/b"), "training_job_id": job}
    content = operation.description.get("requestBody", {}).get("content", {"": {}})
    path = operation.path.format(**{name: quote(value, safe="") for name, value in ids.items()})
    error = api.error(404, operation.http_method, encoded(path), next(iter(content.values())).get("example"))
    *others, last = operation.path_parameters
    assert error.startswith("there is no ")
    assert error.endswith(f" '{ids[last]}' in project 'a/b'" if others else f" '{ids[last]}'")


@pytest.mark.parametrize(
    "segment",
    ["a%2Fb", "%2e%2e", "%2E", "%E2%98%83", "a%20b%3Fc%23d", "%00", "100%25", "%zz", "grpo", "a" * 3000],
    ids=lambda segment: segment[:20],
)
def test_id_is_one_segment(api: Api, segment: str) -> None:
    """Percent-encoded, any text is the ID of a project, or of a job that does not exist."""
    path = f"/v1/projects/{segment}/training-jobs"
    job = api.post(encoded(path), JOB)
    assert [found["id"] for found in api.get(encoded(path))] == [job["id"]]
    assert "there is no training job" in api.error(404, "GET", encoded(f"{path}/{segment}"))


def test_encoded_slash_does_not_separate_segments(api: Api) -> None:
    """Differently encoded IDs are equal."""
    api.post("/v1/projects/a%2Ftraining-jobs%2Fb/training-jobs", JOB)
    assert api.get("/v1/projects/a/training-jobs") == []
    assert len(api.get("/v1/projects/%61%2ftraining%2Djobs%2fb/training-jobs")) == 1


@pytest.mark.parametrize(
    ("path", "name"), [("/v1/projects/%FF/training-jobs", "project_id"), (JOBS + "/%C0", "training_job_id")]
)
def test_id_must_be_utf8(api: Api, path: str, name: str) -> None:
    """The message names the parameter."""
    assert api.error(400, "GET", path) == f"{name} is not UTF-8"


@pytest.mark.parametrize(
    ("path", "fields", "error"),
    [
        (JOBS, {"base_model": 5}, "base_model: Input should be a valid string"),
        (JOBS, {"base_model": ""}, "base_model: must not be empty"),
        (JOBS, {"train_dataset_id": " "}, "train_dataset_id: must not be empty"),
        (JOBS, {"name": None}, "name: must not be null; leave the field out"),
        (JOBS, {"name": 1, "base_model": 2}, "base_model: Input should be a valid string; name: Input should be a va"),
        *((JOBS, {"train_test_split_ratio": no}, RATIO + "Input should be a valid ") for no in ("0.2", True)),
        *((JOBS, {"train_test_split_ratio": no}, RATIO + "must be a fraction or a percentage") for no in (0, 100, -1)),
        (JOBS, {"parameters": {"rate": None}}, "parameters.rate: Input should be a valid string or "),
        (JOBS, {"parameters": {"x\n" * 90: []}}, "parameters.'x\\nx\\nx\\n"),
        (JOBS, {"parameters": {"emulator_outcome": "Lost"}}, "parameters.emulator_outcome: must be one of Success, "),
        (JOBS, {"test_functions": "f1"}, "test_functions: Input should be a valid "),
        (JOBS, {"test_functions": ["f1", 2]}, "test_functions.1: Input should be a valid string"),
        (JOBS, {"rebalance_data": {"yes": "2"}}, "rebalance_data.yes: Input should be a valid integer or "),
        (JOBS, {"task_type": "poetry"}, "task_type: must be one of text-generation, classification, "),
        (JOBS, {"base_model_option": ""}, "base_model_option: must be one of pre-trained, fine-tuned, not ''"),
        (JOBS, {"new": {"a": {"b": [1, float("nan")]}}}, "new.a.b.1: must be a finite number"),
        (JOBS, {"checkpoint": float("inf")}, "checkpoint: must be a finite number"),
        (JOBS, {"name": "\ud800"}, "name: has half of a surrogate pair"),
        (JOBS, {"parameters": {"\udfff": 1}}, "parameters.'\\udfff': has half of a surrogate pair"),
        (GRPO, {"reward": {"exact_match_shared": 1}}, "reward: must have a weight for each of test_functions: exact_"),
        (GRPO, {"reward": dict.fromkeys(FUNCTIONS, 0.4)}, "reward: the weights must add up to 1, not 0.8"),
        (GRPO, {"test_functions": ["mine"]}, "test_functions: must be among exact_match_shared, "),
        (GRPO, {"test_functions": []}, "test_functions: must name at least one testing function"),
        (GRPO, {"reward": None}, "reward: Input should be"),
        (DEPLOYMENTS, {"training_job_id": "x"}, "there is no training job or base model 'x' in project 'p'"),
        (DEPLOYMENTS, {"checkpoint": 3}, "checkpoint: must be 0 for a base model, not 3"),
        (DEPLOYMENTS, {"inactive_timeout": 0}, "inactive_timeout: must be a positive number of seconds, not 0"),
        (DEPLOYMENTS, {"schedule": {"start_time": "8"}}, "schedule.start_time: must be"),
        (DEPLOYMENTS, {"emulator_outcome": "Lost"}, "emulator_outcome: must be one of Deployed, Failed, TimedOut, not"),
        (ENGINES, {"emulator_outcome": "Lost"}, "emulator_outcome: must be one of Active, Failed, not 'Lost'"),
        (ENGINES, {CONFIG: timeout_config(0)}, f"{CONFIG}.management_config.inactive_duration: "),
        (ENGINES, {CONFIG: schedule_config({"days": ["x"]})}, f"{CONFIG}.management_config.days: must be some of mon"),
        (CHAT, {"messages": [{"role": "robot", "content": "x"}]}, "messages: a role must be one of system, user, assi"),
        (CHAT, {"messages": [{"role": "user"}]}, "messages.0: a message needs content"),
        (COMPLETIONS, {"max_completion_tokens": 0}, "max_completion_tokens: Input should be greater than 0"),
        (CLASSIFICATION, {"data_format": "words"}, "data_format: must be one of logits, probs, not 'words'"),
        (EMBEDDINGS, {"input": [1]}, "input: Input should be a valid string; input.0: Input should"),
        *((EMBEDDINGS, {"dimensions": no}, "dimensions: Input should be ") for no in (0, 5000, True, "")),
        *((DEPLOYMENTS, {"schedule": no}, f"schedule.{next(iter(no))}: ") for no in BLANK),
        *((ENGINES, {CONFIG: schedule_config(no)}, f"{CONFIG}.management_config.{next(iter(no))}: ") for no in BLANK),
    ],
)
def test_invalid_field_is_named(api: Api, path: str, fields: dict[str, Any], error: str) -> None:
    """The message is one line, without the names of the SDK's types."""
    message = api.error(400, "POST", path, content=json.dumps({**REQUIRED[path], **fields}))
    assert message.startswith(error)
    assert "\n" not in message


@pytest.mark.parametrize("path", REQUIRED)
def test_null_is_refused_as_in_the_document(api: Api, path: str) -> None:
    """In each optional field of a body, also in nested objects; the message names it."""
    (operation,) = [one for one in OPERATIONS if (one.http_method, one.path) == ("POST", path.replace("/p/", PLACE))]
    schema = schemas()[operation.body or ""]
    for name, null in nulls(schema):
        body = {**REQUIRED[path], **null}
        assert findings(schema, body)
        assert api.error(400, "POST", path, body).startswith(f"{name}: ")


def test_every_missing_field_is_named(api: Api) -> None:
    """One message has all of them."""
    assert api.error(400, "POST", JOBS, {}) == "base_model: Field required; train_dataset_id: Field required"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "the body is not JSON: "),
        (b"{", "the body is not JSON: "),
        (b"\xff\xfe{}", "the body is not JSON: 'utf-8' codec"),
        (b'{"base_model": "\xc3"}', "the body is not JSON: 'utf-8' codec"),
        (json.dumps(JOB).encode("utf-16"), "the body is not JSON: "),
        (b"[]", "the body must be a JSON object"),
        (b"NaN", "the body must be a JSON object"),
        (b'{"x": 1e999}', "x: must be a finite number"),
        (b'{"x": -Infinity}', "x: must be a finite number"),
        (b'{"x": ' + b"[" * 100 + b"]" * 100 + b"}", "x: nested too deeply"),
        (b"[" * 500_000, "the body is nested too deeply"),
        (b'{"x": ' + b"1" * 5000 + b"}", "the body is not JSON: "),
    ],
    ids=range(12),
)
def test_body_must_be_a_json_object(api: Api, body: bytes, error: str) -> None:
    """The message has the reason."""
    assert api.error(400, "POST", JOBS, content=body).startswith(error)


def test_unusual_values_are_kept(api: Api) -> None:
    """Huge integers, astral characters, and a label that looks like an index."""
    body = {**JOB, "checkpoint": 10**30, "name": "\U0001f600\x00", "rebalance_data": {"0": 1}}
    job = api.post(JOBS, body)
    assert api.get(f"{JOBS}/{job['id']}")["name"] == body["name"]


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(("path", "limit"), [(JOBS, 1 << 20), (EMBEDDINGS, 16 << 20)])
def test_size_of_a_body_is_limited(api: Api, path: str, limit: int, chunked: bool) -> None:
    """Whether its length is announced or not; a body of the maximum size is read."""

    async def chunks(content: bytes) -> Any:
        yield content[:1000]
        yield content[1000:]

    for size, status in ((limit, 400), (limit + 1, 413)):
        content = b" " * size
        api.error(status, "POST", path, content=chunks(content) if chunked else content)


def test_repeated_create_returns_the_same_object(api: Api) -> None:
    """The same key and fields, in any order; another project has its own keys."""
    key = {"headers": {"Idempotency-Key": "k" * 255}}
    body = {**JOB, "name": "mine", "parameters": {"a": 1, "b": 2}}
    job = api.post(JOBS, body, **key)
    api.now += 100
    again = api.post(JOBS, {**dict(reversed(body.items())), "parameters": {"b": 2, "a": 1}}, **key)
    assert (again["id"], again["status"]) == (job["id"], "Success")
    assert len(api.get(JOBS)) == 1
    assert api.post("/v1/projects/another/training-jobs", body, **key)["id"] != job["id"]


@pytest.mark.parametrize(
    ("path", "body", "other"),
    [
        (JOBS, {"json": {**JOB, "checkpoint": 1}}, {"json": {**JOB, "name": "x"}}),
        (JOBS, {"json": {**JOB, "checkpoint": 1}}, {"json": {**JOB, "checkpoint": 1.0}}),  # equal in Python
        ("/v1/projects", {"json": {"name": "x"}}, {"json": {}}),
        (DATASETS, UPLOAD, {**UPLOAD, "data": {"name": "other"}}),
        (ENGINES, {"json": {"base_model": "llama"}}, {"json": {"base_model": "x"}}),
        (DEPLOYMENTS, {"json": {**REQUIRED[DEPLOYMENTS], "name": "one"}}, {"json": REQUIRED[DEPLOYMENTS]}),
    ],
)
def test_key_belongs_to_one_body(api: Api, path: str, body: dict[str, Any], other: dict[str, Any]) -> None:
    """Every create can be repeated, even if the name of its object is unique; another body is refused."""
    key = {"headers": {"Idempotency-Key": "key"}}
    assert api.post(path, **body, **key) == api.post(path, **body, **key)
    error = api.error(400, "POST", path, **other, **key)
    assert error == "Idempotency-Key: this key was used before with a different body"


@pytest.mark.parametrize("key", ["", "k" * 256], ids=len)
def test_length_of_a_key_is_limited(api: Api, key: str) -> None:
    """Nothing is created."""
    error = api.error(400, "POST", JOBS, JOB, headers={"Idempotency-Key": key})
    assert error == "Idempotency-Key must have 1 to 255 characters"
    assert api.get(JOBS) == api.get("/v1/projects") == []


def test_failed_create_leaves_nothing(api: Api) -> None:
    """Not even the project that it would have created, nor its key."""
    for _ in range(2):
        body = {"training_job_id": "x", "checkpoint": 1}
        api.error(400, "POST", DEPLOYMENTS, body, headers={"Idempotency-Key": "key"})
    assert api.get("/v1/projects") == []


def test_failing_database_is_a_503(api: Api) -> None:
    """It asks to come back, because another process may hold the file."""
    api.app.close()
    response = api.send("GET", JOBS)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
    assert "closed database" in response.json()["error"]


def test_bug_is_a_500_in_json() -> None:
    """A failing clock stands for one."""
    with closing(Api(clock=lambda: 1 / 0)) as api:
        assert api.error(500, "GET", JOBS) == "the emulator has a bug; its log has the traceback"


def test_server_without_a_raw_path(api: Api) -> None:
    """The path is encoded again."""
    path = "/v1/projects/\N{SNOWMAN} x/training-jobs"
    assert exchange(api.app, [], method="GET", path=path, headers=[(b"x-api-key", b"key")])[1]["body"] == b"[]"

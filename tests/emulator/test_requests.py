"""What the emulator refuses, and how: keys, paths, bodies and Idempotency-Keys."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from .conftest import JOB, JOBS, PROJECT, Api


@pytest.mark.parametrize("headers", [{"X-API-Key": ""}, {"X-API-Key": " "}])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", JOBS), ("POST", JOBS), ("GET", "/nowhere"), ("PUT", JOBS), ("GET", JOBS + "/%FF")]
)
def test_key_is_checked_first(api: Api, method: str, path: str, headers: dict[str, str]) -> None:
    """Without one, every request is a 401."""
    api.error(401, method, path, headers=headers)


def test_only_the_configured_key_is_accepted() -> None:
    """Another key, a longer one and an empty one are refused."""
    api = Api(api_key="the-kéy")
    for key in (b"", b"other", b"the-key", "the-kéy!".encode()):
        api.error(401, "GET", JOBS, headers={b"X-API-Key": key})
    assert api.get(JOBS, headers={b"X-API-Key": "the-kéy".encode()}) == []
    api.close()


@pytest.mark.parametrize(
    "path",
    ["/", "/v1", "/v1/projects/p/x", JOBS + "/", "//v1/projects/p/training-jobs", JOBS + "/a/b", "/%FF", "/files/p"],
)
def test_unknown_path(api: Api, path: str) -> None:
    """Its code differs from that of a missing object; a trailing slash is not redirected."""
    response = api.send("GET", httpx.URL("http://emulator", raw_path=path.encode()))  # type: ignore[arg-type]
    assert (response.status_code, response.json()["code"]) == (404, "route_not_found")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (JOBS, "GET, HEAD, POST"),
        (JOBS + "/x", "DELETE, GET, HEAD"),
        (JOBS + "/x/cancel", "POST"),
        (JOBS + "/x/checkpoints", "GET, HEAD"),
        ("/v1/chat/completions", "POST"),
    ],
)
def test_wrong_method(api: Api, path: str, allowed: str) -> None:
    """The response names the methods of the path."""
    for method in ("PUT", "PATCH", "OPTIONS"):
        response = api.send(method, path)
        assert (response.status_code, response.headers["Allow"]) == (405, allowed)
        assert allowed in response.json()["error"]


def test_grpo_is_an_id_for_other_methods(api: Api) -> None:
    """Only its POST is an operation of its own."""
    assert api.error(404, "GET", JOBS + "/grpo") == "there is no training job 'grpo' in project 'p'"


@pytest.mark.parametrize(
    "segment",
    ["a%2Fb", "%2e%2e", "%2E", "%E2%98%83", "a%20b%3Fc%23d", "%00", "100%25", "%zz", "training-jobs", "a" * 3000],
)
def test_id_is_one_segment(api: Api, segment: str) -> None:
    """Percent-encoded, any text is the id of a project, or of a job that does not exist."""
    url: Any = httpx.URL("http://emulator", raw_path=f"/v1/projects/{segment}/training-jobs".encode())
    job = api.post(url, JOB)
    assert [found["id"] for found in api.get(url)] == [job["id"]]
    assert "there is no training job" in api.error(
        404, "GET", url.copy_with(raw_path=url.raw_path + b"/" + segment.encode())
    )


def test_encoded_slash_does_not_separate_segments(api: Api) -> None:
    """Differently encoded ids are equal."""
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
    ("fields", "error"),
    [
        ({"base_model": 5}, "base_model: Input should be a valid string"),
        ({"base_model": ""}, "base_model: must not be empty"),
        ({"train_dataset_id": " "}, "train_dataset_id: must not be empty"),
        ({"name": ["a"]}, "name: Input should be a valid string"),
        ({"name": None}, "name: must not be null; leave the field out"),
        ({"train_test_split_ratio": "0.2"}, "train_test_split_ratio: Input should be a valid integer or "),
        ({"train_test_split_ratio": True}, "train_test_split_ratio: Input should be a valid integer or "),
        ({"parameters": {"rate": None}}, "parameters.rate: Input should be a valid string or "),
        ({"parameters": {"x\n" * 90: []}}, "parameters.'x\\nx\\nx\\n"),
        ({"parameters": {"emulator_outcome": "Lost"}}, "parameters.emulator_outcome: must be one of Success, "),
        ({"test_functions": "f1"}, "test_functions: Input should be a valid "),
        ({"test_functions": ["f1", 2]}, "test_functions.1: Input should be a valid string"),
        ({"rebalance_data": {"yes": "2"}}, "rebalance_data.yes: Input should be a valid integer or "),
        ({"task_type": "poetry"}, "task_type: must be one of text-generation, classification, "),
        ({"base_model_option": ""}, "base_model_option: must be one of pre-trained, fine-tuned, not ''"),
        ({"task_type": 1}, "task_type: Input should be "),
        ({"new": {"a": {"b": [1, float("nan")]}}}, "new.a.b.1: must be a finite number"),
        ({"checkpoint": float("inf")}, "checkpoint: must be a finite number"),
        ({"name": "\ud800"}, "name: has half of a surrogate pair"),
        ({"parameters": {"\udfff": 1}}, "parameters.'\\udfff': has half of a surrogate pair"),
    ],
)
def test_wrong_field_is_named(api: Api, fields: dict[str, Any], error: str) -> None:
    """The message is one line, without the names of the SDK's types."""
    message = api.error(400, "POST", JOBS, content=json.dumps({**JOB, **fields}))
    assert message.startswith(error)
    assert "\n" not in message


def test_every_wrong_field_is_named(api: Api) -> None:
    """Missing ones, too."""
    assert api.error(400, "POST", JOBS, {"name": 1}) == (
        "base_model: Field required; train_dataset_id: Field required; name: Input should be a valid string"
    )


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "the body is not JSON: "),
        (b"{", "the body is not JSON: "),
        (b"\xff\xfe{}", "the body is not JSON: 'utf-8' codec"),
        (b'{"base_model": "\xc3"}', "the body is not JSON: 'utf-8' codec"),
        (json.dumps(JOB).encode("utf-16"), "the body is not JSON: "),
        (b"[]", "the body must be a JSON object"),
        (b"null", "the body must be a JSON object"),
        (b"NaN", "the body must be a JSON object"),
        (b'"text"', "the body must be a JSON object"),
        (b'{"x": 1e999}', "x: must be a finite number"),
        (b'{"x": -Infinity}', "x: must be a finite number"),
        (b'{"x": ' + b"[" * 100 + b"]" * 100 + b"}", "x: nested too deeply"),
        (b"[" * 500_000, "the body is nested too deeply"),
        (b'{"x": ' + b"1" * 5000 + b"}", "the body is not JSON: "),
    ],
)
def test_body_must_be_a_json_object(api: Api, body: bytes, error: str) -> None:
    """Anything else is a 400 that says why."""
    assert api.error(400, "POST", JOBS, content=body).startswith(error)


def test_unusual_values_are_kept(api: Api) -> None:
    """Huge integers, astral characters, and a label that looks like an index."""
    body = {**JOB, "checkpoint": 10**30, "name": "\U0001f600\x00", "rebalance_data": {"0": 1}}
    job = api.post(JOBS, body)
    assert api.get(f"{JOBS}/{job['id']}")["name"] == body["name"]


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(("path", "limit"), [(JOBS, 1 << 20), ("/v1/embeddings", 16 << 20)])
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


def test_every_create_has_idempotency_keys(api: Api, job: str) -> None:
    """Projects, datasets, engines and deployments are created once, even if a name is unique."""
    key = {"headers": {"Idempotency-Key": "key"}}
    deployment = {"training_job_id": job, "checkpoint": 1, "name": "one"}
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("/v1/projects", {"json": {"name": "x"}}),
        (f"{PROJECT}/datasets", {"files": {"file": ("data.csv", "input,expected_output\na,b\n")}}),
        ("/v1/engines", {"json": {"base_model": "llama"}}),
        (f"{PROJECT}/deployments", {"json": deployment}),
    ]
    for path, options in bodies:
        assert api.post(path, **options, **key) == api.post(path, **options, **key)
    (_, upload) = bodies[1]
    error = api.error(400, "POST", f"{PROJECT}/datasets", **upload, data={"name": "other"}, **key)
    assert error == "Idempotency-Key: this key was used before with a different body"


@pytest.mark.parametrize("other", [{**JOB, "name": "x"}, {**JOB, "checkpoint": 1.0}])
def test_key_of_another_body_is_refused(api: Api, other: dict[str, Any]) -> None:
    """Numbers that Python compares as equal are different."""
    key = {"headers": {"Idempotency-Key": "key"}}
    api.post(JOBS, {**JOB, "checkpoint": 1}, **key)
    error = api.error(400, "POST", JOBS, other, **key)
    assert error == "Idempotency-Key: this key was used before with a different body"


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_length_of_a_key_is_limited(api: Api, key: str) -> None:
    """Nothing is created."""
    error = api.error(400, "POST", JOBS, JOB, headers={"Idempotency-Key": key})
    assert error == "Idempotency-Key must have 1 to 255 characters"
    assert api.get(JOBS) == api.get("/v1/projects") == []


def test_failed_create_leaves_nothing(api: Api) -> None:
    """Not even the project that it would have created, nor its key."""
    body = {"training_job_id": "x", "checkpoint": 1}
    for _ in range(2):
        api.error(400, "POST", f"{PROJECT}/deployments", body, headers={"Idempotency-Key": "key"})
    assert api.get("/v1/projects") == []


def test_head_is_get_without_a_body(api: Api) -> None:
    """The server removes the body."""
    response = api.send("HEAD", JOBS)
    assert (response.status_code, response.headers["Content-Length"]) == (200, "2")


def test_failing_database_is_a_503(api: Api) -> None:
    """It asks to come back, because another process may hold the file."""
    api.app.close()
    response = api.send("GET", JOBS)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
    assert "closed database" in response.json()["error"]


def test_bug_is_a_500_in_json() -> None:
    """A failing clock stands for one."""

    def broken() -> float:
        raise RuntimeError("no time")

    api = Api(clock=broken)
    assert api.error(500, "GET", JOBS) == "the emulator has a bug; its log has the traceback"
    api.close()


def test_server_without_a_raw_path() -> None:
    """The path is encoded again."""

    def without(app: Any) -> Any:
        async def call(scope: Any, receive: Any, send: Any) -> None:
            await app({name: value for name, value in scope.items() if name != "raw_path"}, receive, send)

        return call

    api = Api(middleware=without)
    assert api.get("/v1/projects/%E2%98%83%20x/training-jobs") == []
    api.close()

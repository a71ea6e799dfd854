"""The six operations over a real socket, with a clock that the test turns."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from emissary_client_sdk import emulator

START = 1_700_000_000.25
BODY = {"base_model": "llama", "train_dataset_id": "data"}
FULL = {
    **BODY,
    "test_dataset_id": "tests",
    "train_test_split_ratio": 0.2,
    "name": "mine",
    "description": "a try",
    "parameters": {"num_train_epochs": 3, "learning_rate": 1e-05, "dynamic_loss": True, "optimizer": "adam"},
    "hf_model_link": None,
    "task_type": "classification",
    "test_functions": ["f1", "recall"],
    "rebalance_data": {"yes": 2, "no": 0.5},
    "a_new_field": {"of": ["any", "shape"]},
}


class Clock:
    """A clock that stands until it is turned."""

    now = START

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


CLOCK = Clock()


@pytest.fixture(scope="module")
def server() -> Iterator[emulator.Server]:
    """Give one server to all tests of this file; its jobs take a hundred seconds of that clock."""
    with emulator.serve(job_seconds=100, clock=CLOCK) as running:
        yield running


@pytest.fixture(scope="module")
def client(server: emulator.Server) -> Iterator[httpx.Client]:
    """Give one client to all tests of this file."""
    with httpx.Client(base_url=server.url + "/v1/projects", headers={"X-API-Key": "key"}) as one:
        yield one


@pytest.fixture
def clock() -> Clock:
    """Give the clock of the server, set back."""
    CLOCK.now = START
    return CLOCK


@pytest.fixture
def http(server: emulator.Server, client: httpx.Client, clock: Clock) -> httpx.Client:
    """Give a client of a server that is as new."""
    assert clock.now == START
    server.reset()
    return client


def create(http: httpx.Client, body: Any = BODY, project: str = "p", **headers: str) -> dict[str, Any]:
    """Create a job that has to be accepted."""
    answer = http.post(f"/{project}/training-jobs", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    summary: dict[str, Any] = answer.json()
    return summary


def test_create_answers_a_summary(http: httpx.Client) -> None:
    """With everything the contract has, the platform's defaults among it, and nothing that was not given."""
    summary = create(http)
    assert summary.pop("id")
    assert summary == {
        "base_model": "llama",
        "status": "Pending",
        "progress": 0,
        "created_by": "emulator",
        "created_at": 1_700_000_000,
        "updated_at": 1_700_000_000,
        "training_technique": "SFT",
        "task_type": "text-generation",
        "base_model_option": "pre-trained",
        "train_dataset_name": "data",
    }


def test_retrieve_answers_a_detail(http: httpx.Client, clock: Clock) -> None:
    """Values keep their types, a null counts as not given, and the curve grows with the time."""
    job = create(http, FULL)
    clock.now += 50
    detail = http.get(f"/p/training-jobs/{job['id']}").json()
    curve = detail.pop("training_loss")
    dataset = {"created_at": 1_700_000_000, "is_uploaded": True}
    assert detail == {
        "id": job["id"],
        "name": "mine",
        "description": "a try",
        "base_model": "llama",
        "status": "Running",
        "progress": 48,
        "created_by": "emulator",
        "created_at": 1_700_000_000,
        "updated_at": 1_700_000_050,
        "training_technique": "SFT",
        "task_type": "classification",
        "base_model_option": "pre-trained",
        "test_functions": ["f1", "recall"],
        "train_dataset": {"id": "data", "name": "data", **dataset},
        "test_dataset": {"id": "tests", "name": "tests", **dataset},
        "hyper_parameters": FULL["parameters"],
    }
    assert type(detail["hyper_parameters"]["num_train_epochs"]) is int
    assert detail["hyper_parameters"]["dynamic_loss"] is True
    assert curve[0].keys() == {"timestamp", "loss"}
    assert all(START < point["timestamp"] <= clock.now for point in curve)


def test_list_is_in_order_of_creation_and_of_one_project(http: httpx.Client, clock: Clock) -> None:
    """A project that nobody has used is empty, not missing."""
    made = [create(http, {**FULL, "name": str(number)}) for number in range(3)]
    assert http.get("/p/training-jobs").json() == made
    answer = http.get("/another/training-jobs")
    assert (answer.status_code, answer.json()) == (200, [])
    clock.now += 1000
    assert {job["status"] for job in http.get("/p/training-jobs").json()} == {"Success"}


def test_a_job_is_found_under_its_own_project_only(http: httpx.Client) -> None:
    """Every operation on one job is a 404 under another project."""
    path = f"/another/training-jobs/{create(http)['id']}"
    for method, rest in [("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("GET", "/checkpoints")]:
        answer = http.request(method, path + rest)
        assert answer.status_code == 404
        body = answer.json()
        assert body.pop("error").startswith("there is no training job ")
        assert body == {"status": 404, "code": "object_not_found"}


def test_checkpoints_get_their_results_when_the_job_is_tested(http: httpx.Client, clock: Clock) -> None:
    """They appear one by one; the results come with the Success."""
    path = f"/p/training-jobs/{create(http, FULL)['id']}/checkpoints"
    assert http.get(path).json() == []
    clock.now += 70
    first = http.get(path).json()
    assert [view["checkpoint"] for view in first] == [1, 2]
    assert first[0].keys() == {"checkpoint", "model_download_url", "created_at", "updated_at"}
    assert first[0]["model_download_url"].startswith("s3://")
    clock.now += 70
    last = http.get(path).json()
    assert [view["checkpoint"] for view in last] == [1, 2, 3]
    assert [view["created_at"] for view in last[:2]] == [view["created_at"] for view in first]
    assert {view["updated_at"] for view in last} == {1_700_000_100}
    results = last[2]["test_results"]
    assert results["general_test_result"].startswith("https://")
    assert results["aggregated_test_result"].keys() == {"loss", "f1", "recall"}
    assert all(isinstance(value, str) for value in results["aggregated_test_result"].values())


def test_cancel_freezes_the_job(http: httpx.Client, clock: Clock) -> None:
    """A 204 without a body; then the job stays as it was, and cancelling it again changes nothing."""
    path = f"/p/training-jobs/{create(http)['id']}"
    clock.now += 50
    answer = http.post(path + "/cancel")
    assert (answer.status_code, answer.content) == (204, b"")
    clock.now += 1000
    detail = http.get(path).json()
    assert (detail["status"], detail["progress"], detail["updated_at"]) == ("Cancelled", 48, 1_700_000_050)
    assert http.post(path + "/cancel").status_code == 204
    assert http.get(path).json() == detail


def test_a_job_that_ended_by_itself_cannot_be_cancelled(http: httpx.Client, clock: Clock) -> None:
    """A 400 that says how it ended."""
    path = f"/p/training-jobs/{create(http)['id']}"
    clock.now += 1000
    answer = http.post(path + "/cancel")
    assert answer.status_code == 400
    assert answer.json() == {"status": 400, "error": "the training job has ended already: its status is Success"}


def test_delete_removes_the_job(http: httpx.Client) -> None:
    """A 204 without a body; then the job is nowhere."""
    path = f"/p/training-jobs/{create(http)['id']}"
    answer = http.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert http.delete(path).status_code == 404
    assert http.get("/p/training-jobs").json() == []


@pytest.mark.parametrize("outcome", ["Failed", "TimedOut", "Success"])
def test_an_outcome_can_be_asked_for(http: httpx.Client, clock: Clock, outcome: str) -> None:
    """By a parameter of the job."""
    job = create(http, {**BODY, "parameters": {"emulator_outcome": outcome}})
    clock.now += 100
    assert http.get(f"/p/training-jobs/{job['id']}").json()["status"] == outcome


def test_fine_tuning_builds_on_an_earlier_job(http: httpx.Client) -> None:
    """By its name or its id, in the same project; anything else is refused."""
    first = create(http, {**BODY, "name": "first"})
    again = {**BODY, "base_model_option": "fine-tuned"}
    for base in ("first", first["id"]):
        job = create(http, {**again, "base_model": base, "checkpoint": 2})
        assert (job["base_fine_tuned_model"], job["base_fine_tuned_model_checkpoint"]) == (base, 2)
    assert "base_fine_tuned_model_checkpoint" not in create(http, {**again, "base_model": "first"})
    for project, base in [("p", "nobody"), ("another", "first")]:
        answer = http.post(f"/{project}/training-jobs", json={**again, "base_model": base})
        assert answer.status_code == 400
        assert answer.json()["error"] == f"base_model: there is no training job '{base}' in this project"


@pytest.mark.parametrize(
    "segment",
    [
        "a%2Fb",
        "%2e%2e",
        "%2E",
        "%E2%98%83",
        "a%20b%3Fc%23d",
        "%00",
        "100%25",
        "%zz",
        "training-jobs",
        "a" * 3000,
    ],
)
def test_an_id_is_one_segment_whatever_is_in_it(http: httpx.Client, segment: str) -> None:
    """Percent-encoded, anything is a project of its own, and an id that nobody has."""
    url = httpx.URL(str(http.base_url), raw_path=f"/v1/projects/{segment}/training-jobs".encode())
    made = http.post(url, json=BODY)
    assert made.status_code == 201
    assert [job["id"] for job in http.get(url).json()] == [made.json()["id"]]
    one = url.copy_with(raw_path=url.raw_path + b"/" + segment.encode())
    assert http.get(one).json()["code"] == "object_not_found"


def test_a_slash_that_is_encoded_parts_nothing(http: httpx.Client) -> None:
    """Projects ``a/training-jobs/b`` and ``a`` are two, and differently encoded ids are the same."""
    create(http, project="a%2Ftraining-jobs%2Fb")
    assert http.get("/a/training-jobs").json() == []
    assert len(http.get("/%61%2ftraining%2Djobs%2fb/training-jobs").json()) == 1


@pytest.mark.parametrize(
    ("path", "name"), [("/%FF/training-jobs", "project_id"), ("/p/training-jobs/%C0", "training_job_id")]
)
def test_an_id_that_is_no_utf8_is_refused(http: httpx.Client, path: str, name: str) -> None:
    """With a 400 that names it."""
    answer = http.get(path)
    assert answer.json() == {"status": 400, "error": f"{name} is not UTF-8"}
    assert answer.status_code == 400


def test_a_repeated_create_answers_the_same_job(http: httpx.Client, clock: Clock) -> None:
    """The same key and fields, in any order, give the job as it is now; another project has its own keys."""
    key = {"Idempotency-Key": "k" * 255}
    job = create(http, FULL, **key)
    clock.now += 100
    again = create(http, dict(reversed(FULL.items())), **key)
    assert (again["id"], again["status"]) == (job["id"], "Success")
    assert len(http.get("/p/training-jobs").json()) == 1
    assert create(http, FULL, project="another", **key)["id"] != job["id"]


@pytest.mark.parametrize("other", [{**BODY, "name": "x"}, {**BODY, "checkpoint": 1.0}])
def test_a_key_with_another_body_is_refused(http: httpx.Client, other: dict[str, Any]) -> None:
    """Even where Python would call the two equal."""
    create(http, {**BODY, "checkpoint": 1}, **{"Idempotency-Key": "key"})
    answer = http.post("/p/training-jobs", json=other, headers={"Idempotency-Key": "key"})
    assert answer.json() == {
        "status": 400,
        "error": "Idempotency-Key: this key came before with a different body",
    }


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_of_no_or_too_great_length_is_refused(http: httpx.Client, key: str) -> None:
    """And nothing is created."""
    answer = http.post("/p/training-jobs", json=BODY, headers={"Idempotency-Key": key})
    assert answer.json() == {"status": 400, "error": "Idempotency-Key must have 1 to 255 characters"}
    assert http.get("/p/training-jobs").json() == []


def test_concurrent_creates_with_one_key_make_one_job(tmp_path: Path) -> None:
    """Also where two servers share the file."""
    database = tmp_path / "jobs.sqlite"

    def post(url: str) -> str:
        answer = both.post(url + "/v1/projects/p/training-jobs", json=BODY)
        assert answer.status_code == 201
        job_id: str = answer.json()["id"]
        return job_id

    with (
        emulator.serve(database=database) as one,
        emulator.serve(database=database) as two,
        httpx.Client(headers={"X-API-Key": "key", "Idempotency-Key": "one"}) as both,
        ThreadPoolExecutor(8) as pool,
    ):
        ids = set(pool.map(post, [one.url, two.url] * 16))
    with sqlite3.connect(database) as connection:
        rows = connection.execute("SELECT id FROM jobs").fetchall()
    connection.close()
    assert [(job_id,) for job_id in ids] == rows


def test_many_clients_at_once_lose_nothing(tmp_path: Path) -> None:
    """Two servers on one file, both written to at once: every job is there."""
    database = tmp_path / "jobs.sqlite"

    def post(url: str) -> int:
        return both.post(url + "/v1/projects/p/training-jobs", json=BODY).status_code

    with (
        emulator.serve(database=database) as one,
        emulator.serve(database=database) as two,
        httpx.Client(headers={"X-API-Key": "key"}) as both,
        ThreadPoolExecutor(8) as pool,
    ):
        assert set(pool.map(post, [one.url, two.url] * 40)) == {201}
        answer = both.get(one.url + "/v1/projects/p/training-jobs")
    assert len(answer.json()) == 80


def test_jobs_outlive_their_server(tmp_path: Path, clock: Clock) -> None:
    """With their keys, their cancellation and the speed that they were created with."""
    options: dict[str, Any] = {"database": tmp_path / "jobs.sqlite", "clock": clock}
    headers = {"X-API-Key": "key"}
    path = "/v1/projects/p/training-jobs"
    with (
        emulator.serve(job_seconds=100, **options) as server,
        httpx.Client(base_url=server.url, headers=headers) as client,
    ):
        kept = client.post(path, json=BODY, headers={"Idempotency-Key": "key"}).json()["id"]
        gone = client.post(path, json=BODY).json()["id"]
        clock.now += 50
        client.post(f"{path}/{gone}/cancel")
        before = client.get(path).json()
    with (
        emulator.serve(job_seconds=1, **options) as server,
        httpx.Client(base_url=server.url, headers=headers) as client,
    ):
        assert client.get(path).json() == before
        assert [job["status"] for job in before] == ["Running", "Cancelled"]
        assert client.post(path, json=BODY, headers={"Idempotency-Key": "key"}).json()["id"] == kept

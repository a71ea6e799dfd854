"""Projects, datasets, base models and testing functions."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import DEPLOYMENTS, JOB, JOBS, PROJECT, RECORDS, START, Api, lines

DATASETS = f"{PROJECT}/datasets"


def test_project_lists_its_contents_and_takes_them_along(api: Api, job: str) -> None:
    """A project is created by its first job; deleting it deletes jobs, datasets and deployments, on engines, too."""
    other = api.post("/v1/projects", {"name": "other"})
    assert other.keys() == {"id", "name"}
    dataset = api.upload(lines(RECORDS))
    api.post(DEPLOYMENTS, {"training_job_id": job, "checkpoint": 1, "name": "one"})
    engine = api.post("/v1/engines", {"base_model": "llama"})
    on_engine = {"project_id": "p", "training_id": job, "checkpoint": 2, "name": "two"}
    api.post(f"/v1/engines/{engine['id']}/deploy", on_engine)
    project = api.get(PROJECT)
    assert (project["id"], project["name"]) == ("p", "p")
    assert project["datasets"] == [dataset]
    assert [found["id"] for found in project["training_jobs"]] == [job]
    assert [found["name"] for found in project["deployments"]] == ["one", "two"]
    assert [found["id"] for found in api.get("/v1/projects")] == ["p", other["id"]]

    api.send("DELETE", PROJECT)
    assert api.get("/v1/projects") == [other]
    assert api.get(JOBS) == api.get(DATASETS) == api.get(DEPLOYMENTS) == []
    assert api.get(f"/v1/engines/{engine['id']}")["deployments"] == []
    for method in ("GET", "DELETE"):
        assert api.error(404, method, PROJECT) == "there is no project 'p'"


def test_project_may_be_created_without_a_body(api: Api) -> None:
    """It has no name then."""
    project = api.post("/v1/projects")
    assert project.keys() == {"id"}
    assert api.get(f"/v1/projects/{project['id']}") == {
        **project,
        "datasets": [],
        "training_jobs": [],
        "deployments": [],
    }


def test_dataset_is_stored_as_it_was_uploaded(api: Api) -> None:
    """Its link returns the file."""
    content = lines(RECORDS)
    summary = api.upload(content, data={"name": "reviews"})
    assert summary == {"id": summary["id"], "name": "reviews", "created_at": int(START), "is_uploaded": True}
    assert api.get(DATASETS) == [summary]
    path = f"{DATASETS}/{summary['id']}"
    detail = api.get(path)
    assert detail["file_name"] == "data.jsonl"
    assert api.send("GET", detail["dataset_download_url"]).text == content
    assert api.send("DELETE", path).status_code == 204
    for method in ("GET", "DELETE"):
        assert "there is no dataset" in api.error(404, method, path)


def test_dataset_is_named_after_its_file(api: Api) -> None:
    """A name is optional."""
    assert api.upload("input,expected_output\na,b\n")["name"] == "data.jsonl"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (lines(RECORDS[:2]) + "{oops\n", "file: line 3: "),
        ("", "file: the file is empty"),
        (lines([{"prompt": 1}] * 5), "; and 2 more"),
    ],
)
def test_file_that_is_not_a_dataset_is_refused(api: Api, content: str, message: str) -> None:
    """The message names the lines, and nothing is stored."""
    error = api.error(400, "POST", DATASETS, files={"file": ("data.jsonl", content)})
    assert message in error
    assert api.get(DATASETS) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"files": {"other": ("data.jsonl", "{}")}}, "file: the multipart form must have a part of this name"),
        ({"data": {"file": "{}"}}, "file: the multipart form must have a part of this name"),
        ({"json": {}}, "file: the multipart form must have a part of this name"),
        ({"files": [("file", ("a", "b"))] * 2}, "the body is not a multipart form: Too many files"),
        (
            {"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=b"}},
            "the body is not a multipart form: ",
        ),
    ],
)
def test_body_that_is_not_an_upload_is_refused(api: Api, options: dict[str, Any], message: str) -> None:
    """The form must have exactly one file."""
    assert api.error(400, "POST", DATASETS, **options).startswith(message)


def test_large_upload(api: Api) -> None:
    """A large file is checked in a thread; a request above 100 MB is refused."""

    async def endless() -> Any:
        while True:
            yield b"x" * 10_000_000

    content = lines([{"prompt": str(n) + "x" * 1000, "completion": "y"} for n in range(1100)])
    assert api.upload(content)["is_uploaded"]
    error = api.error(413, "POST", DATASETS, content=endless())
    assert error == "the body must not have more than 100000000 bytes"


def test_base_models(api: Api) -> None:
    """They have parameter templates, and one for chat is serverless."""
    models = api.get("/v1/models")
    assert {"name": "Llama-3.2-1B-Instruct", "type": "chat", "support_serverless": True}.items() <= models[0].items()
    assert all(model["parameter_template"] for model in models)
    assert api.get("/v1/models/HF_MODEL") in models
    assert api.error(404, "GET", "/v1/models/a%2Fb") == "there is no base model 'a/b'"


def test_testing_functions(api: Api) -> None:
    """Each is the source of a function of its name, which returns a number."""
    for function in api.get("/v1/testing-functions"):
        namespace: dict[str, Any] = {}
        if not function["dependencies"]:
            exec(function["content"], namespace)  # noqa: S102  # the emulator's own text
            assert namespace[function["name"]]("input", "same", "same") == 1
        assert f"def {function['name']}(input_text, expected_output, predicted_output):" in function["content"]


def test_strict_emulator_refuses_what_does_not_exist(strict: Api) -> None:
    """Projects, datasets, base models and testing functions."""
    for method, path, body in [
        ("GET", JOBS, None),
        ("GET", DATASETS, None),
        ("GET", DEPLOYMENTS, None),
        ("POST", JOBS, JOB),
    ]:
        assert strict.error(404, method, path, body) == "there is no project 'p'"
    project = strict.post("/v1/projects")["id"]
    dataset = strict.upload(lines(RECORDS), project)["id"]
    jobs = f"/v1/projects/{project}/training-jobs"
    good = {
        "base_model": "Llama-3.2-1B-Instruct",
        "train_dataset_id": dataset,
        "test_functions": ["exact_match_shared"],
    }
    changes: list[tuple[dict[str, Any], str]] = [
        ({"base_model": "llama"}, "base_model: must be one of Llama-3.2-1B-Instruct, "),
        ({"train_dataset_id": "data"}, "train_dataset_id: there is no dataset 'data' in this project"),
        ({"test_dataset_id": "data"}, "test_dataset_id: there is no dataset 'data' in this project"),
        ({"test_functions": ["accuracy"]}, "test_functions: must be among exact_match_shared, "),
    ]
    for change, message in changes:
        assert strict.error(400, "POST", jobs, {**good, **change}).startswith(message)
    assert strict.post(jobs, good)["train_dataset_name"] == "data.jsonl"
    assert strict.error(400, "POST", "/v1/engines", {"base_model": "llama"}).startswith("base_model: must be one of ")
    assert strict.post("/v1/engines", {"base_model": "HF_MODEL"})["status"] == "Creating"

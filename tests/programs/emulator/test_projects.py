"""Projects, datasets, base models and testing functions."""

from contextlib import closing
from typing import Any

import pytest

from .conftest import DATASETS, DEPLOYMENTS, ENGINES, JOB, JOBS, MODEL, PROJECT, RECORDS, START, Api, lines


def test_deleting_a_project_deletes_its_contents(api: Api, job: str) -> None:
    """A project is created by its first job, and lists jobs, datasets and deployments, on engines, too."""
    other = api.post("/v1/projects", {"name": "other"})
    assert other.keys() == {"id", "name"}
    dataset = api.upload(lines(RECORDS))
    api.deploy(job, name="one")
    engine = api.engine()
    api.post(f"{engine}/deploy", {"project_id": "p", "training_id": job, "checkpoint": 2, "name": "two"})
    project = api.get(PROJECT)
    assert (project["id"], project["name"]) == ("p", "p")
    assert project["datasets"] == [dataset]
    assert [found["id"] for found in project["training_jobs"]] == [job]
    assert [found["name"] for found in project["deployments"]] == ["one", "two"]
    assert [found["id"] for found in api.get("/v1/projects")] == ["p", other["id"]]

    api.delete(PROJECT)
    assert api.get("/v1/projects") == [other]
    assert api.get(JOBS) == api.get(DATASETS) == api.get(DEPLOYMENTS) == api.get(engine)["deployments"] == []


def test_project_may_be_created_without_a_body(api: Api) -> None:
    """It does not have a name then."""
    project = api.post("/v1/projects")
    assert project.keys() == {"id"}
    contents: dict[str, Any] = {"datasets": [], "training_jobs": [], "deployments": []}
    assert api.get(f"/v1/projects/{project['id']}") == {**project, **contents}


def test_dataset_is_stored_as_it_was_uploaded(api: Api) -> None:
    """Its link returns the file; its name is that of the file by default."""
    content = lines(RECORDS)
    summary = api.upload(content, data={"name": "reviews"})
    assert summary == {"id": summary["id"], "name": "reviews", "created_at": int(START), "is_uploaded": True}
    assert api.get(DATASETS) == [summary]
    detail = api.get(f"{DATASETS}/{summary['id']}")
    assert detail["file_name"] == "data.jsonl"
    assert api.send("GET", detail["dataset_download_url"]).text == content
    api.delete(f"{DATASETS}/{summary['id']}")
    assert api.upload("input,expected_output\na,b\n")["name"] == "data.jsonl"
    assert [found["name"] for found in api.get(DATASETS)] == ["data.jsonl"]


MISSING_PART = "file: the multipart form must have a part of this name"
NOT_A_FORM = "the body is not a multipart form: "


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"files": {"file": ("a", lines(RECORDS[:2]) + "{oops\n")}}, "file: line 3: "),
        ({"files": {"file": ("a", "")}}, "file: the file is empty"),
        ({"files": {"file": ("a", lines([*RECORDS[:2], 1, {}, [], None, "x"]))}}, "; and 2 more"),
        ({"files": {"other": ("a", "{}")}}, MISSING_PART),
        ({"data": {"file": "{}"}}, MISSING_PART),
        ({"json": {}}, MISSING_PART),
        ({"files": [("file", ("a", "b"))] * 2}, f"{NOT_A_FORM}Too many files"),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=b"}}, NOT_A_FORM),
    ],
)
def test_invalid_upload_is_refused(api: Api, options: dict[str, Any], message: str) -> None:
    """The form must have exactly one file with a dataset; nothing is stored."""
    assert message in api.error(400, "POST", DATASETS, **options)
    assert api.get(DATASETS) == []


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
    assert {"name": MODEL, "type": "chat", "support_serverless": True}.items() <= models[0].items()
    assert all(model["parameter_template"] for model in models)
    assert api.get("/v1/models/HF_MODEL") in models


def test_testing_functions(api: Api) -> None:
    """Each is the source of a function of its name, which returns a number."""
    for function in api.get("/v1/testing-functions"):
        namespace: dict[str, Any] = {}
        if not function["dependencies"]:
            exec(function["content"], namespace)  # noqa: S102  # the emulator's own text
            assert namespace[function["name"]]("input", "same", "same") == 1
        assert f"def {function['name']}(input_text" in function["content"]


def test_strict_emulator_refuses_what_does_not_exist() -> None:
    """Projects, datasets, base models and testing functions."""
    with closing(Api(strict=True)) as api:
        for method, path in [("GET", JOBS), ("GET", DATASETS), ("GET", DEPLOYMENTS), ("POST", JOBS)]:
            assert api.error(404, method, path, JOB if method == "POST" else None) == "there is no project 'p'"
        project = f"/v1/projects/{api.post('/v1/projects')['id']}"
        dataset = api.upload(lines(RECORDS), f"{project}/datasets")["id"]
        valid = {"base_model": MODEL, "train_dataset_id": dataset, "test_functions": ["exact_match_shared"]}
        for name, value, message in [
            ("base_model", "llama", f"must be one of {MODEL}, "),
            ("train_dataset_id", "data", "there is no dataset 'data' in this project"),
            ("test_dataset_id", "data", "there is no dataset 'data' in this project"),
            ("test_functions", ["accuracy"], "must be among exact_match_shared, "),
        ]:
            error = api.error(400, "POST", f"{project}/training-jobs", {**valid, name: value})
            assert error.startswith(f"{name}: {message}")
        assert api.post(f"{project}/training-jobs", valid)["train_dataset_name"] == "data.jsonl"
        assert api.error(400, "POST", ENGINES, {"base_model": "llama"}).startswith("base_model: must be one of ")
        assert api.post(ENGINES, {"base_model": "HF_MODEL"})["status"] == "Creating"

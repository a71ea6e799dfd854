"""The calls of the documentation that users of the generated SDKs know, as they stand there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from emissary_client_sdk import EmissaryClient, models

from ..support.answers import KEY, METHODS, as_json
from ..support.rawserver import RawServer, answering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emissary_client_sdk import emulator

    from ..support.calling import Call


@pytest.fixture
def s(platform: emulator.Server, call: Call, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmissaryClient]:
    """Make the client as the page does; the environment gives it the key, and the emulator for a server."""
    monkeypatch.setenv("EMISSARY_CLIENT_API_KEY", KEY)
    monkeypatch.setenv("EMISSARY_CLIENT_SERVER_URL", platform.url)
    made = EmissaryClient(
        api_key=os.getenv("EMISSARY_CLIENT_API_KEY", ""),
    )
    yield made
    call.close_client(made)


def test_create(call: Call, s: EmissaryClient) -> None:
    """With every field that the page has."""
    res = call(
        s,
        "create",
        project_id="<id>",
        request_body={
            "base_model": "Llama-3.2-1B-Instruct",
            "train_dataset_id": "ds-12345",
            "test_dataset_id": "ds-67890",
            "train_test_split_ratio": 0.2,
            "name": "training-1",
            "description": "Fine-tuning the model on my dataset",
            "parameters": {
                "key": "<value>",
            },
            "hf_model_link": "https://huggingface.co/my_model",
        },
    )
    assert res is not None
    assert res.name == "training-1"


def test_list(call: Call, s: EmissaryClient) -> None:
    """A project that has none gives an empty list, which is not None."""
    res = call(s, "list", project_id="<id>")
    assert res is not None
    assert res == []


@pytest.mark.parametrize("method", ["retrieve", "delete", "cancel", "list_checkpoints"])
def test_a_job_of_the_page_s_id(call: Call, s: EmissaryClient, method: str) -> None:
    """Such a job does not exist, and that is what the error says."""
    with pytest.raises(models.APIErrorNotFound, match="'<id>'"):
        call(s, method, project_id="<id>", training_job_id="<id>")


@pytest.mark.parametrize("method", ["retrieve", "delete", "cancel", "list_checkpoints"])
def test_a_job_of_the_page_s_id_that_exists(call: Call, s: EmissaryClient, method: str) -> None:
    """Should a platform have given it such an id, it is found by it."""
    answer = as_json([] if method == "list_checkpoints" else {"id": "<id>"})
    with RawServer(answering(lambda _: answer)) as server:
        res = call(s, method, project_id="<id>", training_job_id="<id>", server_url=server.url)
    assert server.requests[0].target.startswith("/v1/projects/%3Cid%3E/training-jobs/%3Cid%3E")
    assert (res is None) == (method in ("delete", "cancel"))


@pytest.mark.parametrize("method", METHODS)
def test_the_errors_of_the_page_s_tables(call: Call, s: EmissaryClient, platform: emulator.Server, method: str) -> None:
    """Each method raises the typed error that its table names, and SDKError for the rest."""
    documented = {"create": 400, "list": 401}.get(method, 404)
    expected = {400: models.APIErrorInvalidInput, 401: models.APIErrorUnauthorized, 404: models.APIErrorNotFound}
    platform.faults.add(status=documented)
    with pytest.raises(expected[documented]):
        call(s, method, project_id="<id>")
    platform.faults.add(status=418)
    with pytest.raises(models.SDKError, match="418"):
        call(s, method, project_id="<id>")

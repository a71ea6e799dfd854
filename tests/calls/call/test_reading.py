"""Reading successful responses: refusals, lone surrogates, and fields of an unexpected type."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from emissary_client_sdk import errors

from ...support.calling import client_of

if TYPE_CHECKING:
    from ...support.calling import Call

MODEL = {"model": "m", "input": "x"}
IDS = {"project_id": "p", "training_job_id": "t"}


def ask(call: Call, content: bytes | str, method: str = "classification.create", **arguments: Any) -> Any:
    """Call a method whose response has this content."""
    client = client_of(lambda _: httpx.Response(200, content=content), retry_config=None)
    return call(client, method, **(arguments or MODEL))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"error": "no money"}', "no money"),
        ('{"error": {"message": "slow down", "code": 429}}', "slow down"),
        ('{"error": {"code": 429}}', '{"code": 429}'),
        ('{"status": 402, "error": "no money"}', "no money"),
        ('{"message": "no money"}', "no money"),
        ('{"detail": [{"msg": "bad"}]}', '[{"msg": "bad"}]'),
        ('{"errors": [{"code": 7}]}', '[{"code": 7}]'),
        ('{"error": true, "message": "no money"}', "no money"),
        ('{"error": 402}', "the platform reports an error"),
        ('{"id": "c", "data": [], "error": {"message": {"text": "filtered"}}}', '{"message": {"text": "filtered"}}'),
    ],
)
def test_refusal_is_an_error_with_its_message(call: Call, content: str, message: str) -> None:
    """A status does not make an answer; the message may have any of the usual forms."""
    with pytest.raises(errors.SDKError) as caught:
        ask(call, content)
    assert (type(caught.value), caught.value.message) == (errors.SDKError, message)


@pytest.mark.parametrize(
    "content",
    [
        '{"id": "c", "data": [], "error": null}',
        '{"data": [{"index": 0, "probs": {"good": 1}}], "error": ""}',
        '{"id": "c", "message": "served by a replica"}',
        '{"id": "c", "error": {}, "errors": []}',
    ],
)
def test_answer_may_mention_an_error(call: Call, content: str) -> None:
    """A body with the fields of an answer is an answer."""
    assert ask(call, content) is not None


def test_name_of_a_base_model_makes_an_answer(call: Call) -> None:
    """A body with an identifier is an answer, also with a message."""
    content = '{"name": "m", "message": "deprecated", "error": "out of date"}'
    assert ask(call, content, "base_models.retrieve", base_model_name="m").name == "m"


@pytest.mark.parametrize("content", ["", " \n", "{}", "null", '"ok"', '{"message": "cancelled"}', '{"error": null}'])
def test_acknowledgement(call: Call, content: str) -> None:
    """A method that returns None accepts an empty body, and JSON without an error."""
    assert ask(call, content, "training_jobs.cancel", **IDS) is None


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("<html>", errors.ResponseValidationError),
        ("[" * 100_000, errors.ResponseValidationError),
        ('{"error": "no"}', errors.SDKError),
        ('{"error": {}, "x": [', errors.ResponseValidationError),
        ('{"error": true}', errors.SDKError),
        ('{"errors": ["no"]}', errors.SDKError),
    ],
)
def test_anything_else_is_no_acknowledgement(call: Call, content: str, error: type[Exception]) -> None:
    """A login page or an error is never a success."""
    with pytest.raises(errors.SDKError) as caught:
        ask(call, content, "training_jobs.cancel", **IDS)
    assert type(caught.value) is error


def test_lone_surrogates_are_replaced(call: Call) -> None:
    """Half a surrogate pair becomes U+FFFD; the rest of the text stays."""
    jobs = ask(call, r'[{"id": "t", "name": "a\ud83d b\ud83d\ude00"}]', "training_jobs.list", project_id="p")
    assert jobs[0].name == "a\ufffd b\U0001f600"


def test_odd_fields_are_none(call: Call, caplog: pytest.LogCaptureFixture) -> None:
    """A field of an unexpected type is None, its value is kept, and a warning names it."""
    content = (
        '{"id": "t", "name": "n", "progress": "half", "training_loss": [{"loss": 1}, {"loss": "low"}], "status": 3}'
    )
    with caplog.at_level(logging.WARNING, "emissary_client_sdk"):
        job = ask(call, content, "training_jobs.retrieve", **IDS)
    assert (job.id, job.name, job.progress, job.status) == ("t", "n", None, None)
    assert job.model_extra["unreadable"] == {"progress": "half", "status": 3}
    assert [loss.loss for loss in job.training_loss] == [1, None]
    assert job.training_loss[1].model_extra == {"unreadable": {"loss": "low"}}
    (record,) = caplog.records
    assert record.getMessage() == (
        "GET /v1/projects/{project_id}/training-jobs/{training_job_id}: "
        "the response has fields of an unexpected type, which are None: loss, progress, status"
    )


def test_several_odd_items_make_one_odd_field(call: Call) -> None:
    """The value of a list with odd items is kept as a whole."""
    job = ask(call, '{"id": "t", "test_functions": [1, "a", 2]}', "training_jobs.retrieve", **IDS)
    assert (job.test_functions, job.model_extra) == (None, {"unreadable": {"test_functions": [1, "a", 2]}})


@pytest.mark.parametrize(
    ("method", "content"),
    [
        ("training_jobs.retrieve", '{"id": 3}'),
        ("training_jobs.retrieve", '{"name": "no id"}'),
        ("training_jobs.retrieve", '["t"]'),
        ("training_jobs.list_checkpoints", '[{"checkpoint": 1}, {"checkpoint": null}]'),
        ("training_jobs.list_checkpoints", '["t"]'),
        ("training_jobs.list_checkpoints", "{}"),
        ("classification.create", '{"id": "c", "data": "x"}'),
        ("classification.create", "[]"),
    ],
)
def test_identity_and_container_must_fit(call: Call, method: str, content: str) -> None:
    """Without what identifies it, or its container, a body is not an answer."""
    with pytest.raises(errors.ResponseValidationError):
        ask(call, content, method, **(MODEL if method.startswith("class") else IDS))

"""The request of every operation: line, headers, query and body."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pydantic
import pytest

from emissary_client_sdk import SDKHooks, __version__

from ...project.contract.document import document, findings
from ...support.answers import KEY
from ...support.calling import client_of
from .declared import ENCODED_ID, FILE, OPERATIONS, Declared, by_operation, declared_as, never, sent

if TYPE_CHECKING:
    from emissary_client_sdk.hooks import BeforeRequestContext

    from ...support.calling import Call

WITH_BODY = [declared for declared in OPERATIONS if declared.operation.body is not None]
WITH_FIELDS = [declared for declared in WITH_BODY if declared.is_charged]
JSON = [declared for declared in WITH_BODY if not declared.operation.is_multipart]


@by_operation
def test_request_line_is_the_documents(call: Call, declared: Declared) -> None:
    """The method and path are the document's, and an ID is one encoded segment."""
    request = sent(call, declared)
    path = declared.described.path
    for name in declared.described.path_parameters:
        path = path.replace(f"{{{name}}}", ENCODED_ID)
    assert (request.method, str(request.url)) == (
        declared.described.http_method,
        document()["servers"][0]["url"] + path,
    )


@by_operation
def test_headers_name_client_and_key(call: Call, declared: Declared) -> None:
    """Every request names its client and its key; only one that creates something has an Idempotency-Key."""
    headers = sent(call, declared).headers
    assert headers["x-api-key"] == KEY
    assert headers["accept"] == "application/json"
    assert headers["user-agent"].startswith(f"emissary-client-sdk/{__version__} python/3.")
    media_type = headers.get("content-type", "").partition(";")[0]
    assert [media_type] == ([*declared.body] or [""])
    assert ("idempotency-key" in headers) == declared.creates == declared.operation.creates


def test_what_creates_has_an_idempotency_key() -> None:
    """The document has seven operations that create something besides ``createTrainingJob``."""
    creating = {declared.method for declared in OPERATIONS if declared.creates}
    assert creating == {
        "projects.create",
        "datasets.create",
        "training_jobs.create",
        "training_jobs.create_grpo",
        "engines.create",
        "engines.deploy",
        "deployments.create",
        "experiments.create",
    }


@by_operation
def test_json_body_matches_the_document(call: Call, declared: Declared) -> None:
    """The body is what the caller set and matches the document; no other operation has a body."""
    request = sent(call, declared)
    if declared in JSON:
        body = json.loads(request.content)
        (content,) = declared.body.values()
        assert body == content["example"]
        assert findings(content["schema"], body) == []
    elif not declared.operation.is_multipart:
        assert request.content == b""


@pytest.mark.parametrize("declared", JSON, ids=str)
def test_model_is_sent_like_a_mapping(call: Call, declared: Declared) -> None:
    """A model is sent like a mapping; a field that is None is left out, and an unknown one is sent as given."""
    model = declared.body_model
    example = declared.body["application/json"]["example"]
    unset: dict[str, Any] = {name: None for name, field in model.model_fields.items() if not field.is_required()}
    if declared.is_charged:
        arguments = {**unset, **example, "extra_body": {"brand_new": [None]}}
    else:
        arguments = {"request_body": model.model_validate({**unset, **example, "brand_new": [None]})}
    assert json.loads(sent(call, declared, **arguments).content) == {**example, "brand_new": [None]}


@pytest.mark.parametrize("declared", WITH_FIELDS, ids=str)
def test_extra_body_wins(call: Call, declared: Declared) -> None:
    """A field of ``extra_body`` replaces a parameter, and anything but a mapping is refused."""
    assert json.loads(sent(call, declared, extra_body={"model": "other"}).content)["model"] == "other"
    with pytest.raises(TypeError, match="extra_body must be a mapping, not list"):
        call(client_of(never), declared.method, **{**declared.arguments, "extra_body": []})


@pytest.mark.parametrize("declared", WITH_BODY, ids=str)
def test_invalid_body_is_refused(call: Call, declared: Declared) -> None:
    """An invalid body is refused with the name of the field, and a value that is not a body by its type."""
    client = client_of(never)
    if declared.is_charged:
        with pytest.raises(pydantic.ValidationError, match="model"):
            call(client, declared.method, **{**declared.arguments, "model": 3})
        return
    for value in ([], "text", 3, [("name", "a")]):
        with pytest.raises(TypeError, match=rf"request_body must be a {declared.described.body} or a mapping .* not"):
            call(client, declared.method, **{**declared.arguments, "request_body": value})
    required = [name for name, field in declared.body_model.model_fields.items() if field.is_required()]
    if required:
        with pytest.raises(pydantic.ValidationError, match=required[0]):
            call(client, declared.method, **{**declared.arguments, "request_body": {}})
        with pytest.raises(TypeError, match="request_body must be"):
            call(client, declared.method, **{**declared.arguments, "request_body": None})


def _sent_body(call: Call, **arguments: Any) -> bytes:
    return sent(call, declared_as("projects.create"), **{"request_body": None, **arguments}).content


def test_project_needs_no_body(call: Call) -> None:
    """A project needs no body: then an empty object is sent. ``request`` is the name of 0.4 for ``request_body``."""
    assert _sent_body(call) == b"{}"
    assert _sent_body(call, request={"name": "a"}) == b'{"name":"a"}'


def test_query_is_encoded(call: Call) -> None:
    """A query parameter is encoded; one that is None is not sent, and one of another type is refused."""
    engines_list = declared_as("engines.list")
    assert sent(call, engines_list, base_model=None, task_type=None).url.query == b""
    request = sent(call, engines_list, base_model="a&b=c d", task_type="ü")
    assert request.url.query == b"base_model=a%26b%3Dc+d&task_type=%C3%BC"
    with pytest.raises(TypeError, match="base_model must be a str, not int"):
        call(client_of(never), "engines.list", base_model=3)


def test_upload_has_file_and_name(call: Call) -> None:
    """An upload has the file with its name and media type, and the name of the dataset."""
    upload = declared_as("datasets.create")
    body = sent(call, upload).content
    assert b'name="name"\r\n\r\ntrain\r\n' in body
    assert b'name="file"; filename="train.jsonl"\r\n' in body
    assert b'\r\n\r\n{"text": "a"}\n\r\n--' in body
    unnamed = sent(call, upload, request_body={"file": {**FILE, "content_type": "text/x"}}).content
    assert b"Content-Type: text/x\r\n" in unnamed
    assert b'name="name"' not in unnamed


@by_operation
def test_hooks_receive_the_operation_id(call: Call, declared: Declared) -> None:
    """A hook receives the ID of the operation."""
    seen: list[str] = []
    hooks = SDKHooks()

    def note(hook_ctx: BeforeRequestContext, _: httpx.Request) -> None:
        seen.append(hook_ctx.operation_id)

    hooks.register_before_request_hook(note)
    call(client_of(declared.respond, hooks=hooks), declared.method, **declared.arguments)
    assert seen == [declared.described.id]


def test_conversation_goes_on(call: Call) -> None:
    """The message of an answer is a message of the next request, without the nulls of the server."""
    bodies: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        message = {"role": "assistant", "content": "Hi", "refusal": None}
        return httpx.Response(200, json={"choices": [{"index": 0, "message": message}]})

    client = client_of(answer)
    messages: list[Any] = [{"role": "user", "content": "Hello"}]
    for _ in range(2):
        reply = call(client, "chat.completions.create", model="m", messages=messages)
        messages = [*messages, reply.choices[0].message]
    assert bodies[1]["messages"] == [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}]

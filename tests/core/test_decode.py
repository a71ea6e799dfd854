"""From an answer to a value or a typed error."""

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emissary_client_sdk import errors, models
from emissary_client_sdk._core.operation import Operation

from .support import BODY, CREATE, RETRIEVE, Call, Done, call, client_of, in_both_ways

TYPED: dict[int, type[errors.SDKError]] = {
    400: errors.APIErrorInvalidInput,
    401: errors.APIErrorUnauthorized,
    404: errors.APIErrorNotFound,
}
LIST = Operation(
    "listTrainingJobs",
    "GET",
    "/v1/projects/{project_id}/training-jobs",
    request=lambda: models.ListTrainingJobsRequest,
    result=lambda: list[models.TrainingJobSummary],
)
DELETE = Operation[None](
    "deleteTrainingJobById", "DELETE", "/v1/jobs/{training_job_id}", request=lambda: models.DeleteTrainingJobByIDRequest
)


def failed(status: int, operation: Operation[Any] = RETRIEVE, **response: Any) -> errors.SDKError:
    """Give the error of an answer."""
    stepped = Call(operation=operation, retries=None)
    stepped.start()
    with pytest.raises(errors.SDKError) as raised:
        stepped.answer(status, **response)
    return raised.value


def succeeded(operation: Operation[Any] = RETRIEVE, status: int = 200, **response: Any) -> Any:
    """Give the result of an answer."""
    stepped = Call(operation=operation)
    stepped.start()
    done = stepped.answer(status, **response)
    assert isinstance(done, Done)
    return done.result


@pytest.mark.parametrize("status", TYPED)
@pytest.mark.parametrize("operation", [CREATE, RETRIEVE, LIST, DELETE], ids=lambda operation: operation.id)
def test_typed_errors(operation: Operation[Any], status: int) -> None:
    """A body of the documented shape is the status's error, whichever operation it came from."""
    body = {"status": status, "error": "no", "code": "some_code", "new": [1]}
    error = failed(status, operation, json=body, headers={"x-request-id": "r-1"})
    assert type(error) is TYPED[status]
    assert (error.status_code, error.message, error.request_id) == (status, "no", "r-1")
    assert error.body == httpx.Response(status, json=body).text
    assert isinstance(error, errors.APIErrorInvalidInput | errors.APIErrorUnauthorized | errors.APIErrorNotFound)
    assert (error.data.status, error.data.error) == (status, "no")
    assert (error.data.model_extra or {})["new"] == [1]
    assert getattr(error.data, "code", None) == "some_code"


@pytest.mark.parametrize("status", TYPED)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"<html>",
        b'{"error": "no"}',
        b'{"status": "x", "error": "no"}',
        b'{"status": 1}',
        b"\xff",
    ],
)
def test_bodies_of_another_shape(status: int, content: bytes) -> None:
    """A body of another shape, from a proxy perhaps, is a plain SDKError."""
    error = failed(status, content=content)
    assert type(error) is errors.SDKError
    assert (error.status_code, error.message) == (status, "API error occurred")


def test_a_code_may_be_missing() -> None:
    """The code of a 404 is optional, for the platform leaves it out at times."""
    error = failed(404, json={"status": 404, "error": "no"})
    assert isinstance(error, errors.APIErrorNotFound)
    assert error.data.code is None


@pytest.mark.parametrize("status", [403, 409, 410, 422, 429, 500, 503, 599])
def test_other_statuses(status: int) -> None:
    """Another status is a plain SDKError, even with the documented shape."""
    error = failed(status, json={"status": 404, "error": "no"})
    assert type(error) is errors.SDKError
    assert error.status_code == status


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
def test_redirects(status: int) -> None:
    """A redirect is an error that says why it is not followed."""
    error = failed(status, headers={"Location": "https://elsewhere.example"})
    assert type(error) is errors.SDKError
    assert "redirect" in error.message
    assert "server_url" in error.message


def test_retry_after() -> None:
    """An error says for how long its answer asks to wait, a typed one as well."""
    assert failed(500, headers={"Retry-After": "7"}).retry_after == 7.0
    assert failed(404, json={"status": 404, "error": "no"}, headers={"retry-after-ms": "70"}).retry_after == 0.07
    assert failed(500).retry_after is None
    assert failed(503, headers={"Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"}).retry_after == 0.0


def test_a_byte_order_mark() -> None:
    """A byte order mark before the JSON is passed over, in a success and in an error."""
    assert succeeded(content=b'\xef\xbb\xbf{"id": "t"}').id == "t"
    error = failed(404, content=b'\xef\xbb\xbf{"status": 404, "error": "no"}')
    assert type(error) is errors.APIErrorNotFound


@pytest.mark.parametrize("status", [200, 201, 202, 299])
def test_every_2xx_is_a_success(status: int) -> None:
    """Whatever success the server tells of, its content is read."""
    assert succeeded(CREATE, status, json={"id": "t"}).id == "t"


def test_nothing_to_read() -> None:
    """An operation without a result gives None, whatever the body has."""
    assert succeeded(DELETE, 204, content=b"") is None
    assert succeeded(DELETE, 200, content=b"not json") is None


def test_lists() -> None:
    """A list of models is a list of models, empty or not."""
    assert succeeded(LIST, content=b"[]") == []
    assert [job.id for job in succeeded(LIST, json=[{"id": "a"}, {"id": "b"}])] == ["a", "b"]


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", b"[]", b"null", b'"text"', b'{"progress": "half"}', b'{"id": "\xff"}', b'{"id": "t"'],
)
def test_successes_that_cannot_be_read(content: bytes) -> None:
    """A success of another shape, or in no UTF-8, is a ResponseValidationError with the reason as its cause."""
    error = failed(200, content=content, headers={"X-Request-ID": "r-1"})
    assert type(error) is errors.ResponseValidationError
    assert error.message == "The answer to retrieveTrainingJobById is not what the API's contract says"
    assert (error.status_code, error.request_id) == (200, "r-1")
    assert error.body == content.decode("utf-8", "replace")
    assert error.__cause__ is not None
    assert error.raw_response is not None


def test_errors_in_another_encoding() -> None:
    """A body that is no UTF-8 is shown as far as it is; the charset that a server names is not trusted."""
    error = failed(500, content="né".encode("latin-1"), headers={"Content-Type": "text/plain; charset=utf-16"})
    assert error.body == "n\ufffd"


@given(content=st.binary(max_size=200), status=st.integers(200, 599))
def test_any_answer(content: bytes, status: int) -> None:
    """Whatever a server sends, a model or an SDKError comes out."""
    stepped = Call(retries=None)
    stepped.start()
    try:
        done = stepped.answer(status, content=content)
    except errors.SDKError as error:
        assert error.status_code == status  # noqa: PT017  # some answers are no error
    else:
        assert isinstance(done.result, models.TrainingJobDetail)


@given(value=st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=4))
def test_any_field(value: Any) -> None:
    """Whatever a field holds, a model or an SDKError comes out."""
    content = models.CreateTrainingJobRequestBody.model_construct(
        **dict.fromkeys(models.TrainingJobDetail.model_fields, value)
    )
    stepped = Call(retries=None)
    stepped.start()
    try:
        done = stepped.answer(200, content=content.model_dump_json(warnings=False).encode())
    except errors.ResponseValidationError:
        pass
    else:
        assert isinstance(done.result, models.TrainingJobDetail)


METHODS: dict[str, tuple[int, Any]] = {
    "create": (201, {}),
    "list": (200, []),
    "retrieve": (200, {}),
    "get": (200, {}),
    "delete": (204, None),
    "cancel": (204, None),
    "list_checkpoints": (200, []),
}


@pytest.mark.parametrize("suffix", in_both_ways)
@pytest.mark.parametrize("name", METHODS)
def test_every_method(name: str, suffix: str) -> None:
    """Each method makes a call and gives its result, and raises the typed error of a failure."""
    status, content = METHODS[name]
    arguments: dict[str, Any] = {"project_id": "p"}
    if name == "create":
        arguments["request_body"] = BODY
    elif name != "list":
        arguments["training_job_id"] = "t"
    result = call(client_of(lambda _: httpx.Response(status, json=content)), name + suffix, **arguments)
    assert result is None if content is None else not result or result.model_dump(exclude_unset=True) == {}
    refusal = {"status": 401, "error": "no"}
    with pytest.raises(errors.APIErrorUnauthorized):
        call(client_of(lambda _: httpx.Response(401, json=refusal)), name + suffix, **arguments)

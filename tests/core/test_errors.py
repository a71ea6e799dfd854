"""The errors as objects: construction, text, pickles, hashes."""

import copy
import pickle
from typing import Any

import httpx
import pytest

from emissary_client_sdk import errors, models

RESPONSE = httpx.Response(404, headers={"X-Request-ID": "r-1"}, request=httpx.Request("GET", "https://api.example"))
DATA = models.APIErrorNotFoundData(status=404, error="no such job", code="object_not_found")
JOB = models.TrainingJobDetail(id="t", status=models.TrainingJobStatus.FAILED)
ERRORS: list[errors.EmissaryClientError] = [
    errors.SDKError("bad", 500, "body", RESPONSE, retry_after=7.0),
    errors.SDKError("bad"),
    errors.APIErrorInvalidInput(models.APIErrorInvalidInputData(status=400, error="bad")),
    errors.APIErrorUnauthorized(models.APIErrorUnauthorizedData(status=401, error="who"), RESPONSE),
    errors.APIErrorNotFound(DATA, RESPONSE, body="text", retry_after=1.0),
    errors.ResponseValidationError("unreadable", 200, "text", RESPONSE),
    errors.NoResponseError("nothing", sent=False),
    errors.APITimeoutError("slow"),
    errors.TrainingJobFailed(JOB),
    errors.WaitTimeoutError("t", JOB),
    errors.WaitTimeoutError("t", None),
    errors.MissingAPIKeyError("no key"),
    errors.ClientClosedError("closed"),
    errors.EmissaryClientError("base"),
]
each = pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)


@each
def test_one_base(error: errors.EmissaryClientError) -> None:
    """Every error is an EmissaryClientError, and ``models`` and ``errors`` have the same ones."""
    assert isinstance(error, errors.EmissaryClientError)
    assert getattr(models, type(error).__name__) is type(error)


def _through_pickle(error: Exception) -> Any:
    return pickle.loads(pickle.dumps(error))  # noqa: S301  # it was made here


def _facts(error: errors.EmissaryClientError) -> dict[str, Any]:
    facts = {"str": str(error), "repr": repr(error), "args": error.args, **vars(error)}
    facts.pop("raw_response", None)
    return facts | {"may": error.request_may_have_been_processed}


@pytest.mark.parametrize(
    "error",
    ERRORS,
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("how", [_through_pickle, copy.copy, copy.deepcopy])
def test_copies(error: errors.EmissaryClientError, how: Any) -> None:
    """A copy is of the same class and says the same; the response stays behind."""
    error.note_earlier_attempts(may_have_been_processed=True)
    twin = how(error)
    assert type(twin) is type(error)
    assert _facts(twin) == _facts(error)
    assert getattr(twin, "raw_response", None) is None


@each
def test_hashes(error: errors.EmissaryClientError) -> None:
    """An error can be in a set, as logging and tracing libraries want."""
    assert len({error, error}) == 1


def test_an_sdk_error_by_hand() -> None:
    """``SDKError`` takes what it took in the releases before, by position or by name."""
    error = errors.SDKError("bad", 404, "body", RESPONSE)
    assert (error.message, error.status_code, error.body, error.raw_response) == ("bad", 404, "body", RESPONSE)
    assert error.headers["x-request-id"] == error.request_id == "r-1"
    named = errors.SDKError(
        message="bad", status_code=404, body="body", raw_response=None, headers={"Request-Id": "r-2"}
    )
    assert (named.request_id, named.raw_response, named.retry_after) == ("r-2", None, None)
    bare = errors.SDKError("bad")
    assert (bare.status_code, bare.body, dict(bare.headers), bare.request_id) == (-1, "", {}, None)


@pytest.mark.parametrize("name", ["X-Request-ID", "request-id", "X-Correlation-Id"])
def test_request_ids(name: str) -> None:
    """The request's id is found under the names that gateways use."""
    assert errors.SDKError("bad", headers={"other": "x", name: "r-3"}).request_id == "r-3"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (errors.SDKError("bad"), "bad: Status -1"),
        (errors.SDKError("bad", 500, "body"), "bad: Status 500\nbody"),
        (errors.SDKError("bad", 404, "body", RESPONSE), "bad: Status 404 (request r-1)\nbody"),
        (errors.SDKError("bad", 500, "x" * 1000), "bad: Status 500\n" + "x" * 1000),
        (errors.SDKError("bad", 500, "x" * 1001), "bad: Status 500\n" + "x" * 1000 + "… (1001 characters in all)"),
    ],
)
def test_text(error: errors.SDKError, text: str) -> None:
    """The text has message, status, the request's id and the body's beginning; the attribute has all of it."""
    assert str(error) == text


def test_typed_errors_by_hand() -> None:
    """A typed error takes its data alone, as in the releases before; its body is then the data as JSON."""
    error = errors.APIErrorNotFound(data=DATA)
    assert (error.data, error.status_code, error.message) == (DATA, 404, "no such job")
    assert error.body == DATA.model_dump_json()
    assert errors.APIErrorInvalidInput(models.APIErrorInvalidInputData(status=400, error="x")).status_code == 400
    assert errors.APIErrorUnauthorized(models.APIErrorUnauthorizedData(status=401, error="x")).status_code == 401


@pytest.mark.parametrize(
    ("error", "base"),
    [
        (errors.APITimeoutError, TimeoutError),
        (errors.MissingAPIKeyError, ValueError),
        (errors.ClientClosedError, RuntimeError),
    ],
)
def test_bases_of_the_language(error: type[Exception], base: type[Exception]) -> None:
    """Some errors are the language's own too."""
    assert issubclass(error, base)


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    """The drawing at the top of the file names every error, below its base."""
    tree = errors.__doc__ or ""
    for name in errors.__all__:
        assert f"{name} " in tree or f"{name}\n" in tree
    assert issubclass(errors.ResponseValidationError, errors.SDKError)
    assert not issubclass(errors.NoResponseError, errors.SDKError)

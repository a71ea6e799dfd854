"""The errors: their messages, construction, copies and bases."""

import copy
import pickle
from typing import Any

import httpx
import pytest

from emissary_client_sdk import errors, models

from .stepping import CREATE, RETRIEVE_LINE, SERVER, Stepped, failed, pause

RESPONSE = httpx.Response(404, headers={"X-Request-ID": "r-1"}, request=httpx.Request("GET", "https://api.example"))
DATA = models.APIErrorNotFoundData(status=404, error="no such job", code="object_not_found")
JOB = models.TrainingJobDetail(id="t", status=models.TrainingJobStatus.FAILED)
ERRORS: list[errors.EmissaryClientError] = [
    errors.SDKError("bad", 500, "body", RESPONSE, retry_after=7.0),
    errors.SDKError("bad"),
    errors.APIErrorInvalidInput(models.APIErrorInvalidInputData(status=400, error="bad")),
    errors.APIErrorUnauthorized(models.APIErrorUnauthorizedData(status=401, error="who"), RESPONSE),
    errors.APIErrorForbidden("no", 403),
    errors.APIErrorNotFound(DATA, RESPONSE, body="text", retry_after=1.0),
    errors.APIErrorConflict("no", 409),
    errors.APIErrorUnprocessable("no", 422),
    errors.APIErrorTooManyRequests("no", 429),
    errors.APIServerError("no", 502),
    errors.ResponseValidationError("unreadable", 200, "text", RESPONSE),
    errors.NoResponseError("nothing", sent=False),
    errors.APITimeoutError("slow"),
    errors.ResponseTooLargeError("large"),
    errors.StreamInterruptedError("ended", text="so far"),
    errors.TrainingJobFailed(JOB),
    errors.TrainingJobTimedOut(JOB),
    errors.TrainingJobCancelled(JOB),
    errors.DeploymentFailedError(models.DeploymentDetail(id="d", status=models.DeploymentStatus.FAILED)),
    errors.EngineFailedError(models.InferenceEngineDetail(id="e", status=models.EngineStatus.FAILED)),
    errors.WaitTimeoutError("training job", "t", JOB),
    errors.MetricNotFoundError("f1", "t", ["accuracy"]),
    errors.DatasetChangedError("changed"),
    errors.MissingAPIKeyError("no key"),
    errors.EnvironmentSettingError("HTTPS_PROXY", "is wrong"),
    errors.ClientClosedError("closed"),
    errors.EmissaryClientError("base"),
    errors.CreationUnknownError("may exist"),
]
each = pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)


def _facts(error: errors.EmissaryClientError) -> dict[str, Any]:
    facts = {"str": str(error), "repr": repr(error), "args": error.args, **vars(error)}
    facts.pop("raw_response", None)
    return facts | {"may": error.request_may_have_been_processed}


def _pickled(error: Any) -> Any:
    return pickle.loads(pickle.dumps(error))  # noqa: S301  # created here


HOW: list[Any] = [_pickled, copy.copy, copy.deepcopy]


@each
@pytest.mark.parametrize("how", HOW)
def test_copies_keep_everything_but_the_response(error: errors.EmissaryClientError, how: Any) -> None:
    """A copy has the same class and attributes, except for the response, whose request holds the key."""
    error.earlier_attempt_may_have_been_processed = True
    twin = how(error)
    assert type(twin) is type(error)
    assert _facts(twin) == _facts(error)
    assert getattr(twin, "raw_response", None) is None
    assert len({error, error, twin}) == 2  # logging libraries put errors into sets


def test_every_error_is_covered() -> None:
    """The list above has every class, ``models`` exports each, and the docstring draws the tree."""
    classes = {getattr(errors, name) for name in dir(errors) if name[0].isupper()}
    abstract = {errors.TrainingJobEndedError}
    with_report = {errors.DatasetError}
    assert {type(error) for error in ERRORS} == classes - abstract - with_report
    for one in classes:
        assert getattr(models, one.__name__) is one
        assert f" {one.__name__} " in f" {errors.__doc__} ".replace("\n", " ")


def test_construction_as_in_release_0_4() -> None:
    """``SDKError`` takes the arguments of release 0.4; a documented error takes its data alone."""
    error = errors.SDKError(message="bad", status_code=404, body="body", raw_response=RESPONSE)
    assert (error.message, error.status_code, error.body, error.raw_response) == ("bad", 404, "body", RESPONSE)
    assert error.headers["x-request-id"] == error.request_id == "r-1"
    bare = errors.SDKError("bad")
    assert (bare.status_code, bare.body, dict(bare.headers), bare.request_id) == (-1, "", {}, None)
    documented = errors.APIErrorNotFound(data=DATA)
    assert (documented.data, documented.status_code, documented.message) == (DATA, 404, "no such job")
    assert documented.body == DATA.model_dump_json()


@pytest.mark.parametrize("name", ["X-Request-ID", "request-id", "X-Correlation-Id"])
def test_request_id_is_found_under_several_names(name: str) -> None:
    """The request ID is found under the names that gateways use."""
    assert errors.SDKError("bad", headers={"other": "x", name: "r-3"}).request_id == "r-3"


CONTINUES = "It continues on the platform."


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (errors.SDKError("bad"), "Request failed with status -1: bad"),
        (errors.SDKError("bad", 404, "body", RESPONSE), "Request failed with status 404: bad (request r-1)\nbody"),
        (
            errors.SDKError("bad", 500, "x" * 1001),
            "Request failed with status 500: bad\n" + "x" * 1000 + "… (1001 characters in total)",
        ),
        (errors.APIErrorNotFound(DATA), "Request failed with status 404: no such job"),
        (ERRORS[15], "Training job t ended with status Failed"),
        (ERRORS[18], "Deployment d is not ready: its status is Failed"),
        (ERRORS[19], "Engine e is not ready: its status is Failed"),
        (ERRORS[20], f"Timed out while waiting for training job t; its last known status is Failed. {CONTINUES}"),
        (errors.WaitTimeoutError("dataset", "d", None), f"Timed out while waiting for dataset d. {CONTINUES}"),
        (ERRORS[21], "No checkpoint of training job t has a numeric 'f1'; available: accuracy"),
        (
            errors.MetricNotFoundError("f1", "t", []),
            "No checkpoint of training job t has a numeric 'f1'; available: none",
        ),
    ],
)
def test_text_says_what_failed(error: errors.EmissaryClientError, text: str) -> None:
    """The text says what failed and why."""
    assert str(error) == text


def _text(status: int, **response: Any) -> str:
    """Return the text of the error of a response."""
    with pytest.raises(errors.SDKError) as caught:
        Stepped(retries=None).respond(status, **response)
    return str(caught.value)


PLACE = f" ({SERVER})"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"error": "no such job"}, "no such job"),
        ({"message": "slow\n down"}, "slow down"),
        ({"detail": "not here"}, "not here"),
        ({"error": {"message": "as OpenAI sends it", "type": "x"}}, "as OpenAI sends it"),
        ({"error": " ", "detail": "not here"}, "not here"),
        ({"error": "x" * 600}, "x" * 500),
    ],
)
def test_message_of_the_server_replaces_the_body(body: dict[str, Any], message: str) -> None:
    """The server's own message is the message, and the body does not follow it."""
    assert _text(404, json=body) == f"{RETRIEVE_LINE} failed with status 404: {message}{PLACE}"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("", ""),
        ("<html>bad</html>", "\n<html>bad</html>"),
        ("[" * 100_000, "\n" + "[" * 1000),
        ("[]", "\n[]"),
        ('{"error": 3}', '\n{"error": 3}'),
        ("n\u00e9", "\nn\u00e9"),
    ],
    ids=lambda text: text[:20],
)
def test_status_is_the_message_without_one_of_the_server(body: str, text: str) -> None:
    """Without a message of the server the name of the status is the message, and the body follows."""
    assert _text(502, text=body).startswith(f"{RETRIEVE_LINE} failed with status 502: Bad Gateway{PLACE}{text}")
    assert " 599: unexpected status" in _text(599, text=body)


def test_redirect_says_what_to_check() -> None:
    """A redirect says why it is not followed and what to check."""
    text = _text(302, headers={"Location": "https://elsewhere.example"})
    assert "the server redirects, which is not followed because it would forward the API key; check server_url" in text
    assert _text(300, json={"message": "choose"}) == f"{RETRIEVE_LINE} failed with status 300: choose{PLACE}"


def caused(error: Exception, cause: Exception) -> Exception:
    """Return an error with a cause."""
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("exception", "reason"),
    [
        (httpx.ConnectError("[Errno 111] Connection refused"), "connection refused"),
        (httpx.ConnectError(""), "connection failed"),
        (httpx.ReadError(""), "connection lost after the request was sent"),
        (
            caused(httpx.ConnectError("All connection attempts failed"), OSError(111, "Connection refused")),
            "connection refused",
        ),
        (caused(httpx.ReadError(""), OSError(104, "Connection reset by peer")), "connection reset by peer"),
        (caused(httpx.ReadError(""), IndexError("of an anyio")), "connection lost after the request was sent"),
        (httpx.ProxyError("407 Proxy Authentication Required"), "407 Proxy Authentication Required"),
        (httpx.ConnectError("TLS  failed\n"), "TLS failed"),
        (httpx.ConnectTimeout(""), "connecting timed out"),
        (httpx.PoolTimeout(""), "no connection became free in time"),
        (httpx.ReadTimeout(""), "timed out while waiting for the response"),
        (httpx.WriteTimeout(""), "timed out while sending the request"),
        (httpx.RemoteProtocolError("Server disconnected"), "server disconnected"),
        (TimeoutError(), "timed out"),
        (ConnectionRefusedError("x"), "x"),
        (ConnectionResetError(), "connection lost after the request was sent"),
    ],
    ids=repr,
)
def test_missing_response_names_the_reason_and_the_server(exception: Exception, reason: str) -> None:
    """A call without a response names the operation, the reason and the server."""
    assert str(failed(exception)) == f"{RETRIEVE_LINE} failed: {reason}{PLACE}"
    text = str(failed(exception, operation=CREATE, server_url="http://127.0.0.1:8765/api"))
    assert text == f"POST /api/v1/projects/p/training-jobs failed: {reason} (http://127.0.0.1:8765/api)"


@pytest.mark.parametrize(("text", "is_retried"), [("407 Proxy Authentication Required", False), ("503 Busy", True)])
def test_error_of_a_proxy_names_it(text: str, is_retried: bool) -> None:
    """It sent nothing to the server; a refusal, such as for lack of credentials, is not retried."""
    error = httpx.ProxyError(text)
    vars(error)["proxy"] = "http://proxy:3128"
    call = Stepped(operation=CREATE)
    if is_retried:
        assert pause(call.fail(error)) > 0
    else:
        call.end(error)
    end = failed(error, operation=CREATE)
    assert str(end).endswith(f"failed: {text} (https://api.withemissary.com through the proxy http://proxy:3128)")
    assert not end.request_may_have_been_processed


def test_attempts_are_counted() -> None:
    """A message says how many attempts were made."""
    for failure in (503, httpx.ConnectError("refused")):
        call = Stepped(retries=1)
        call.fail(failure)
        assert " after 2 attempts: " in str(call.end(failure))


def test_response_that_is_too_large_has_its_own_error() -> None:
    """A response that exceeds the size limit has its own error; the job may exist."""

    class TooLarge(httpx.DecodingError):
        is_too_large = True

    error = failed(TooLarge("more than 256 MiB"), operation=CREATE)
    assert type(error) is errors.ResponseTooLargeError
    assert error.request_may_have_been_processed


@pytest.mark.parametrize(
    ("error", "base"),
    [
        (errors.APITimeoutError, TimeoutError),
        (errors.WaitTimeoutError, TimeoutError),
        (errors.MissingAPIKeyError, ValueError),
        (errors.DatasetError, ValueError),
        (errors.ClientClosedError, RuntimeError),
        (errors.MetricNotFoundError, LookupError),
    ],
)
def test_errors_are_also_standard_exceptions(error: type[Exception], base: type[Exception]) -> None:
    """Some errors are also standard exceptions."""
    assert issubclass(error, base)
    assert issubclass(error, errors.EmissaryClientError)


def test_dataset_error_has_its_report() -> None:
    """The error of a data file has its report."""
    report: Any = object()
    assert errors.DatasetError("two errors", report).report is report

"""The page of the methods against their signatures and the document."""

import inspect

import pytest

from emissary_client_sdk import models
from emissary_client_sdk.trainingjobs import TrainingJobs

from .document import OPERATIONS, ROOT, Operation
from .markdown import read

PATH = ROOT / "docs" / "sdks" / "trainingjobs" / "README.md"
SECTIONS = ("Example Usage", "Parameters", "Response", "Errors")
COMMON_ERRORS = ["models.SDKError", "models.ResponseValidationError", "models.NoResponseError"]

by_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)


def test_the_page_has_every_method_with_its_sections() -> None:
    """The page describes the methods in the order of its overview, each in the same sections."""
    page = read(PATH)
    title = page.headings[0]
    names = [link.removeprefix("#") for link in page.links if link.startswith("#")]
    assert sorted(names) == sorted(operation.name for operation in OPERATIONS)
    expected = [(*title, "Overview"), (*title, "Overview", "Available Operations")]
    for name in names:
        expected += [(*title, name), *((*title, name, section) for section in SECTIONS)]
    assert page.headings == [title, *expected]


@by_operation
@pytest.mark.parametrize("suffix", ["", "_async"])
def test_parameters(operation: Operation, suffix: str) -> None:
    """The table of parameters has the method's parameters in their order, and says which are required."""
    _, *parameters = inspect.signature(getattr(TrainingJobs, operation.name + suffix)).parameters.values()
    expected = {parameter.name: parameter.default is parameter.empty for parameter in parameters}
    documented = read(PATH).table(operation.name, "Parameters").required()
    assert list(documented.items()) == list(expected.items())


@by_operation
def test_errors(operation: Operation) -> None:
    """The table of errors names errors that exist, the typed ones with the statuses that they have."""
    rows = read(PATH).table(operation.name, "Errors").rows
    documented = [row[0] for row in rows]
    assert all(issubclass(getattr(models, name.removeprefix("models.")), Exception) for name in documented)
    typed = {row[0]: int(row[1]) for row in rows if row[1].isdigit()}
    assert typed == {
        "models.APIErrorInvalidInput": 400,
        "models.APIErrorUnauthorized": 401,
        "models.APIErrorNotFound": 404,
    }
    first = {"create": "InvalidInput", "list": "Unauthorized"}.get(operation.name, "NotFound")
    assert documented[0] == f"models.APIError{first}"
    assert documented[3:] == COMMON_ERRORS


@by_operation
def test_responses(operation: Operation) -> None:
    """The response that the page names is the method's, and where there is none it says so."""
    text = read(PATH).text["TrainingJobs", operation.name, "Response"]
    returned = inspect.signature(getattr(TrainingJobs, operation.name)).return_annotation
    name = str(returned if isinstance(returned, str) else getattr(returned, "__name__", returned))
    if operation.success == 204:
        assert name == "None"
        assert "None" in text
    else:
        (documented,) = (
            model for model in ("TrainingJobSummary", "TrainingJobDetail", "TrainingJobCheckpoint") if model in text
        )
        assert documented in str(returned)
        assert text.startswith("List[") is ("ist[" in str(returned))


@by_operation
def test_examples(operation: Operation) -> None:
    """Each method has two examples, which call it and its twin."""
    section = ("TrainingJobs", operation.name, "Example Usage")
    synchronous, asynchronous = (code.text for code in read(PATH).code if code.headings == section)
    assert f" client.training_jobs.{operation.name}(" in synchronous
    assert f" await client.training_jobs.{operation.name}_async(" in asynchronous


@pytest.mark.parametrize("suffix", ["", "_async"])
def test_the_older_name(suffix: str) -> None:
    """The older name of ``retrieve`` that the page mentions has its signature."""
    assert f"get{suffix}" in read(PATH).text["TrainingJobs", "retrieve"]
    older = inspect.signature(getattr(TrainingJobs, f"get{suffix}"))
    assert older == inspect.signature(getattr(TrainingJobs, f"retrieve{suffix}"))

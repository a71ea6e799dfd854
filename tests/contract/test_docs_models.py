"""The pages of the models against the models."""

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from emissary_client_sdk import errors, models, utils

from .document import ROOT
from .markdown import Page, read

if TYPE_CHECKING:
    from enum import Enum

    import pydantic

PAGES = ROOT / "docs" / "models"
NAMES = [name for name in models.__all__ if not name.endswith("TypedDict") and name not in errors.__all__]
MODELS = [name for name in NAMES if hasattr(getattr(models, name), "model_fields")]
ENUMS = ["TrainingJobStatus", "TrainingTechnique", "TaskType", "BaseModelOption"]
UTILITIES = ["BackoffStrategy", "RetryConfig"]


def page_of(name: str) -> Path:
    """Give the page of a model, or of a utility."""
    return (PAGES / "utils" if name in UTILITIES else PAGES) / f"{name.lower()}.md"


def errors_page() -> Page:
    """Give the page of the errors."""
    return read(PAGES / "errors.md")


def test_a_page_each() -> None:
    """Every model has a page, every page is a model's, and the index leads to all of them."""
    expected = {page_of(name) for name in [*NAMES, *UTILITIES]} | {PAGES / "errors.md"}
    assert set(PAGES.rglob("*.md")) == expected | {PAGES / "README.md"}
    assert {(PAGES / link).resolve() for link in read(PAGES / "README.md").links} >= expected


@pytest.mark.parametrize("name", NAMES)
def test_titles(name: str) -> None:
    """A page's title is the model's name."""
    assert read(page_of(name)).headings[0] == (name,)


@pytest.mark.parametrize("name", MODELS)
def test_fields(name: str) -> None:
    """The table of fields has the model's fields in their order, and says which are required."""
    model: type[pydantic.BaseModel] = getattr(models, name)
    expected = {field: info.is_required() for field, info in model.model_fields.items()}
    documented = read(page_of(name)).table("Fields").required()
    assert list(documented.items()) == list(expected.items())


@pytest.mark.parametrize("name", MODELS)
def test_moments(name: str) -> None:
    """A page names the datetime property of each of its model's timestamps."""
    model: type[pydantic.BaseModel] = getattr(models, name)
    expected = [f"{field}_datetime" for field in model.model_fields if hasattr(model, f"{field}_datetime")]
    tables = [table for table in read(page_of(name)).tables if table.headings[1:] == ("Timestamps as datetimes",)]
    assert [row[0] for table in tables for row in table.rows] == expected


@pytest.mark.parametrize("name", ENUMS)
def test_values(name: str) -> None:
    """The table of values has the enumeration's members in their order."""
    enumeration: type[Enum] = getattr(models, name)
    documented = [(row[0], row[1]) for row in read(page_of(name)).table("Values").rows]
    assert documented == [(member.name, member.value) for member in enumeration]


@pytest.mark.parametrize("name", ["Parameters", "HyperParameters"])
def test_hyperparameter_types(name: str) -> None:
    """The pages of the hyperparameters name the types that the models take."""
    documented = [row[0] for row in read(page_of(name)).table("Supported Types").rows]
    assert documented == [kind.__name__ for kind in get_args(models.Parameters)]


@pytest.mark.parametrize("name", UTILITIES)
def test_utilities(name: str) -> None:
    """The table of a utility has the parameters of its constructor, and says which are required."""
    parameters = inspect.signature(getattr(utils, name)).parameters
    expected = {key: parameter.default is inspect.Parameter.empty for key, parameter in parameters.items()}
    documented = read(page_of(name)).table("Fields").required()
    assert list(documented.items()) == list(expected.items())


def test_the_tree_of_errors() -> None:
    """The drawing has every error, each below its base class."""
    (drawing,) = (code.text for code in errors_page().code if code.language == "text")
    above: list[type[Exception]] = []
    drawn: list[str] = []
    for line in drawing.splitlines():
        name = line.lstrip("│├└─ ")
        error: type[Exception] = getattr(errors, name)
        del above[(len(line) - len(name)) // 4 :]
        assert not above or issubclass(error, above[-1])
        assert getattr(models, name) is error
        above.append(error)
        drawn.append(name)
    assert sorted(drawn) == sorted(errors.__all__)


def test_every_error_has_its_section() -> None:
    """The page of the errors has a section for each of them."""
    sections = [headings[1] for headings in errors_page().headings if len(headings) == 2]
    assert sorted(sections) == sorted([*errors.__all__, "Example"])


@pytest.mark.parametrize(
    "error",
    [
        errors.EmissaryClientError(),
        errors.SDKError("m"),
        errors.APIErrorInvalidInput(models.APIErrorInvalidInputData(status=400, error="e")),
        errors.APIErrorUnauthorized(models.APIErrorUnauthorizedData(status=401, error="e")),
        errors.APIErrorNotFound(models.APIErrorNotFoundData(status=404, error="e")),
        errors.NoResponseError("m"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_attributes_of_errors(error: Exception) -> None:
    """The attributes that the page gives an error exist."""
    for row in errors_page().table(type(error).__name__).rows:
        assert hasattr(error, row[0])


@pytest.mark.parametrize("name", [*NAMES, *UTILITIES])
def test_introductions(name: str) -> None:
    """A page says what its model is before anything else."""
    assert read(page_of(name)).text[(name,)]

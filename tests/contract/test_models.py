"""The models against the document: fields, required fields, types and the values of enumerations."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pydantic
import pytest

from emissary_client_sdk import models

from .document import OPERATIONS, Operation, document, resolve, schemas

if TYPE_CHECKING:
    from enum import Enum

Shape = frozenset[Any]
"""The kinds of value that a schema lets through: names of JSON types, and ("enum", values), ("object", name),
("array", shape) and ("map", shape).
"""

OBJECTS = [name for name, schema in schemas().items() if "properties" in schema]
ENUMS = [name for name, schema in schemas().items() if "enum" in schema]
REQUEST = "CreateTrainingJobRequestBody"


def model_of(schema_name: str) -> type[pydantic.BaseModel]:
    """Give the model of a schema of the document."""
    if schema_name.startswith("ApiError"):
        schema_name = f"APIError{schema_name.removeprefix('ApiError')}Data"
    model: type[pydantic.BaseModel] = getattr(models, schema_name)
    return model


def shape(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Shape:
    """Say what a schema lets through. A branch that lets through anything says nothing and is left out."""
    if "$ref" in schema:
        target = resolve(schema, root)
        if "properties" in target:
            return frozenset([("object", str(schema["$ref"]).rpartition("/")[2])])
        return shape(target, root)
    if "anyOf" in schema:
        found = frozenset[Any]().union(*(shape(branch, root) for branch in schema["anyOf"]))
    elif "enum" in schema:
        found = frozenset([("enum", frozenset(schema["enum"]))])
    else:
        types: str | list[str] = schema.get("type", [])
        found = frozenset(_kind(kind, schema, root) for kind in ([types] if isinstance(types, str) else types))
    # In JSON an integer is a number.
    return found - {"integer"} if "number" in found else found


def _kind(kind: str, schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    if kind == "array":
        return "array", shape(schema["items"], root)
    if kind == "object":
        return "map", shape(schema["additionalProperties"], root)
    return kind


@pytest.mark.parametrize("name", OBJECTS)
def test_fields(name: str) -> None:
    """A model has the fields of its schema, requires the same ones, and lets through others as it does."""
    schema, own = schemas()[name], model_of(name).model_json_schema()
    assert set(own["properties"]) == set(schema["properties"])
    assert set(own.get("required", [])) == set(schema.get("required", []))
    assert bool(own["additionalProperties"]) is schema["additionalProperties"] is True


@pytest.mark.parametrize(
    ("name", "field"), [(name, field) for name in OBJECTS for field in schemas()[name]["properties"]]
)
def test_types(name: str, field: str) -> None:
    """A field's type in a model is its type in the document, and null is let through alike."""
    own = model_of(name).model_json_schema()
    of_model = shape(own["properties"][field], own)
    of_document = shape(schemas()[name]["properties"][field], document())
    if name == REQUEST:  # None stands for a field that is left out, so the document has no null there
        assert "null" not in of_document
        of_model -= {"null"}
    assert of_model == of_document


@pytest.mark.parametrize("name", [name for name in OBJECTS if name != REQUEST])
def test_what_is_answered_may_be_null(name: str) -> None:
    """Every field of an answer may be null; of an error's body, every field that may be missing."""
    required = schemas()[name].get("required", [])
    assert not required or name.startswith("ApiError")
    for field, schema in schemas()[name]["properties"].items():
        assert ("null" in shape(schema, document())) is (field not in required)


@pytest.mark.parametrize("name", ENUMS)
def test_enumerations(name: str) -> None:
    """An enumeration has the values of its schema in the schema's order, and both are open."""
    enumeration: type[Enum] = getattr(models, name)
    assert [member.value for member in enumeration] == schemas()[name]["enum"]
    assert schemas()[name]["x-speakeasy-unknown-values"] == "allow"
    assert enumeration("not known yet").value == "not known yet"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_request_models(operation: Operation) -> None:
    """An operation's request model has the parameters of the path and the body, and requires them all."""
    name = f"{operation.id[0].upper()}{operation.id[1:]}Request".replace("ById", "ByID")
    model: type[pydantic.BaseModel] = getattr(models, name)
    assert list(model.model_fields) == [*operation.path_parameters, *["request_body"] * operation.has_body]
    assert all(field.is_required() for field in model.model_fields.values())


def test_no_model_is_left_out() -> None:
    """Every model is a schema of the document, the request of an operation, or the security scheme."""
    described = {model_of(name).__name__ for name in OBJECTS}
    for name in models.__all__:
        exported = getattr(models, name)
        if isinstance(exported, type) and issubclass(exported, pydantic.BaseModel):
            assert name in described or name.endswith("Request") or name == "Security"

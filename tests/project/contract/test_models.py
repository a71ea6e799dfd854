"""The models compared with the schemas of the document: fields, required fields, types and enum values."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pydantic
import pytest

from emissary_client_sdk import models
from emissary_client_sdk.models._request import RequestModel

from ...data.models.known import EVERY
from .document import document, name_of, resolve, schemas

if TYPE_CHECKING:
    from enum import Enum

Shape = frozenset[Any]
"""What a schema accepts: names of JSON types, and ("const", value), ("enum", values), ("object", name),
("array", shape) and ("map", shape).
"""

OBJECTS = [name for name, schema in schemas().items() if "properties" in schema]
ENUMS = [name for name, schema in schemas().items() if "enum" in schema]
NOT_JSON = ("CreateDatasetRequestBody", "file")  # a part of a multipart body


def model_of(schema_name: str) -> type[pydantic.BaseModel]:
    """Return the model of a schema of the document."""
    if schema_name.startswith("ApiError"):
        schema_name = f"APIError{schema_name.removeprefix('ApiError')}Data"
    model: type[pydantic.BaseModel] = getattr(models, schema_name)
    return model


def shape(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Shape:
    """Return what a schema accepts. A branch of a union that accepts anything is only leniency and is left out."""
    if "$ref" in schema:
        target = resolve(schema, root)
        return frozenset([("object", name_of(schema))]) if "properties" in target else shape(target, root)
    if "anyOf" in schema:
        found = frozenset[Any]().union(*(shape(branch, root) for branch in schema["anyOf"]))
    elif "enum" in schema:
        found = frozenset([("enum", frozenset(schema["enum"]))])
    elif "const" in schema:
        found = frozenset([("const", schema["const"])])
    else:
        types: str | list[str] = schema.get("type", [])
        found = frozenset(_kind(kind, schema, root) for kind in ([types] if isinstance(types, str) else types))
    return found - {"integer"} if "number" in found else found  # in JSON an integer is a number


def _kind(kind: str, schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    if kind == "array":
        return "array", shape(schema["items"], root)
    if kind == "object":
        values = schema["additionalProperties"]
        return "map", frozenset() if values is True else shape(values, root)
    return kind


@pytest.mark.parametrize("name", OBJECTS)
def test_fields(name: str) -> None:
    """A model has the fields of its schema, requires the same ones, and accepts others."""
    schema, own = schemas()[name], model_of(name).model_json_schema()
    assert set(own["properties"]) == set(schema["properties"])
    assert set(own.get("required", [])) == set(schema.get("required", []))
    assert bool(own["additionalProperties"]) is schema["additionalProperties"] is True


@pytest.mark.parametrize("name", OBJECTS)
def test_types(name: str) -> None:
    """A field has the type of the document; a request field also accepts None, and an enum field a plain string."""
    own = model_of(name).model_json_schema()
    for field, schema in schemas()[name]["properties"].items():
        if (name, field) == NOT_JSON:
            continue
        of_model = shape(own["properties"][field], own)
        of_document = shape(schema, document())
        if issubclass(model_of(name), RequestModel):
            of_model, of_document = of_model - {"null"}, of_document - {"null"}
            if any(kind[0] == "enum" for kind in of_document):
                of_model -= {"string"}
            of_model = frozenset(_without_strings(kind) for kind in of_model)
        assert of_model == of_document, field


def _without_strings(kind: Any) -> Any:
    if kind[0] == "array" and any(member[0] == "enum" for member in kind[1]):
        return "array", kind[1] - {"string"}
    return kind


@pytest.mark.parametrize("name", [name for name in OBJECTS if not issubclass(model_of(name), RequestModel)])
def test_nullable_fields(name: str) -> None:
    """A field of a response may be null unless it is required."""
    required = schemas()[name].get("required", [])
    for field, schema in schemas()[name]["properties"].items():
        accepted = shape(schema, document())
        assert ("null" in accepted or not accepted) is (field not in required)


@pytest.mark.parametrize("name", ENUMS)
def test_enumerations(name: str) -> None:
    """An enumeration has the values of its schema in the same order, and both are open."""
    enumeration: type[Enum] = getattr(models, name)
    assert [member.value for member in enumeration] == schemas()[name]["enum"]
    assert schemas()[name]["x-speakeasy-unknown-values"] == "allow"
    assert enumeration("not known yet").value == "not known yet"


def test_every_model_is_described() -> None:
    """Every model is a schema of the document, a multipart file, the key, or kept for release 0.4."""
    undescribed = set(EVERY.values()) - {model_of(name) for name in OBJECTS}
    kept = {model for model in undescribed if model.__module__.endswith((".legacy", ".operations"))}
    assert undescribed - kept == {models.File, models.Security}

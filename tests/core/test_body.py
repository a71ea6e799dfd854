"""How a request's body is written."""

from collections import OrderedDict, UserDict
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

import pydantic
import pytest

from emissary_client_sdk import CreateTrainingJobRequestBody
from emissary_client_sdk.models import BaseModelOption, TaskType
from emissary_client_sdk.types import UNSET, Nullable, OptionalNullable

from .support import BODY, CREATE, Call


def sent(body: Any) -> bytes:
    """Give the body that is sent."""
    return Call(operation=CREATE, arguments={"request_body": body}).request().content


def written(**fields: Any) -> str:
    """Give what is written of these fields, after the required ones."""
    text = sent({**BODY, **fields}).decode()
    assert text == sent(CreateTrainingJobRequestBody(**BODY, **fields)).decode()
    start = '{"base_model":"llama","train_dataset_id":"ds"'
    assert text.startswith(start)
    return text.removeprefix(start).removesuffix("}").removeprefix(",")


def test_what_is_not_set_is_left_out() -> None:
    """A field that nobody set, or that is None, is not in the body."""
    assert written() == ""
    assert written(name=None, parameters=None) == ""
    assert written(name="mine") == '"name":"mine"'


WRITTEN: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, '"name":""'),
    ({"name": "ü \U0001f680"}, '"name":"ü \U0001f680"'),
    ({"train_test_split_ratio": 20}, '"train_test_split_ratio":20'),
    ({"train_test_split_ratio": 0.2}, '"train_test_split_ratio":0.2'),
    ({"train_test_split_ratio": 0}, '"train_test_split_ratio":0'),
    ({"checkpoint": 3}, '"checkpoint":3'),
    ({"parameters": {}}, '"parameters":{}'),
    (
        {"parameters": {"n": 3, "lr": 2e-4, "on": True, "off": False, "opt": "adam"}},
        '"parameters":{"n":3,"lr":0.0002,"on":true,"off":false,"opt":"adam"}',
    ),
    (
        {"parameters": {"one": 1, "yes": True, "text": "1", "real": 1.0}},
        '"parameters":{"one":1,"yes":true,"text":"1","real":1.0}',
    ),
    ({"parameters": {"big": 2**70}}, f'"parameters":{{"big":{2**70}}}'),
    ({"test_functions": []}, '"test_functions":[]'),
    ({"rebalance_data": {"a": 1, "b": 0.5}}, '"rebalance_data":{"a":1,"b":0.5}'),
    ({"task_type": TaskType.EMBEDDING}, '"task_type":"embedding"'),
    ({"task_type": "not known yet"}, '"task_type":"not known yet"'),
    ({"base_model_option": BaseModelOption("newer")}, '"base_model_option":"newer"'),
    ({"new": None}, '"new":null'),
    ({"new": {"of": ["any", 1, 1.5, True, None, {"shape": {}}]}}, '"new":{"of":["any",1,1.5,true,null,{"shape":{}}]}'),
]


@pytest.mark.parametrize(("fields", "text"), WRITTEN)
def test_values(fields: dict[str, Any], text: str) -> None:
    """An int stays an int, a bool a bool, and a field that the SDK does not know is sent as given."""
    assert written(**fields) == text


class OwnMapping(Mapping[str, Any]):
    """A mapping of a caller's own."""

    def __getitem__(self, key: str) -> Any:
        return BODY[key]

    def __iter__(self) -> Any:
        return iter(BODY)

    def __len__(self) -> int:
        return len(BODY)


@pytest.mark.parametrize(
    "body",
    [dict(BODY), MappingProxyType(BODY), OrderedDict(BODY), UserDict(BODY), OwnMapping()],
    ids=lambda body: type(body).__name__,
)
def test_any_mapping(body: Any) -> None:
    """At run time any mapping will do."""
    assert sent(body) == b'{"base_model":"llama","train_dataset_id":"ds"}'


@pytest.mark.parametrize(
    "body", [None, "text", b"{}", 3, [], [("base_model", "a")], object(), BODY.items()], ids=lambda b: type(b).__name__
)
def test_what_is_no_mapping(body: Any) -> None:
    """Something else is pydantic's ValidationError, which names the argument."""
    with pytest.raises(pydantic.ValidationError, match=r"CreateTrainingJobRequest\nrequest_body"):
        sent(body)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("base_model", None),
        ("base_model", 3),
        ("name", 3),
        ("parameters", {"a": None}),
        ("parameters", {"a": [1]}),
        ("parameters", []),
        ("train_test_split_ratio", "much"),
        ("test_functions", "f1"),
        ("rebalance_data", {"a": "b"}),
        ("task_type", 3),
        ("new", object()),
        ("new", {1, 2}),
        *[(name, float(n)) for name in ("train_test_split_ratio", "checkpoint") for n in ("nan", "inf", "-inf")],
        ("parameters", {"a": float("nan")}),
        ("rebalance_data", {"a": float("inf")}),
    ],
)
def test_values_that_cannot_be_sent(field: str, value: Any) -> None:
    """A wrong type, NaN or an infinity is refused with the field's name, by the model and by the call."""
    fields: dict[str, Any] = {**BODY, field: value}
    with pytest.raises(pydantic.ValidationError, match=field):
        CreateTrainingJobRequestBody(**fields)
    with pytest.raises(pydantic.ValidationError, match=field):
        sent(fields)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), {"deep": [float("nan")]}])
def test_unknown_fields_that_cannot_be_sent(value: Any) -> None:
    """NaN or an infinity in a field that the SDK does not know is refused too, and not sent as null."""
    with pytest.raises(pydantic.ValidationError, match="new"):
        CreateTrainingJobRequestBody.model_validate({**BODY, "new": value})
    with pytest.raises(pydantic.ValidationError, match="new"):
        sent({**BODY, "new": value})


def test_missing_fields() -> None:
    """Both required fields are named where they are missing."""
    with pytest.raises(pydantic.ValidationError) as raised:
        sent({})
    assert [error["loc"] for error in raised.value.errors()] == [
        ("request_body", "base_model"),
        ("request_body", "train_dataset_id"),
    ]


def test_assignment() -> None:
    """What is assigned is checked and sent; None takes a field back."""
    body = CreateTrainingJobRequestBody(**BODY, name="mine")
    body.name = None
    body.description = "a try"
    assert sent(body) == b'{"base_model":"llama","train_dataset_id":"ds","description":"a try"}'
    wrong: Any = 3
    with pytest.raises(pydantic.ValidationError):
        body.name = wrong


@pytest.mark.parametrize("value", [object(), "\ud800"], ids=["object", "surrogate"])
def test_what_slipped_in_later(value: Any) -> None:
    """What was put into a dictionary of a body after its checks is refused when it cannot be written."""
    body = CreateTrainingJobRequestBody(**BODY, parameters={})
    assert body.parameters is not None
    body.parameters["late"] = value
    with pytest.raises(ValueError, match="request_body"):
        sent(body)


def test_a_nan_that_slipped_in_later() -> None:
    """A NaN that was put into a dictionary of a body after its checks is not sent as null."""
    body = CreateTrainingJobRequestBody(**BODY, parameters={})
    assert body.parameters is not None
    body.parameters["late"] = float("nan")
    with pytest.raises(ValueError, match=r"request_body|parameters"):
        sent(body)


class Color(str, Enum):
    """An enumeration of a caller's own."""

    RED = "red"


class OwnBody(CreateTrainingJobRequestBody):
    """A body with fields of a caller's own."""

    note: OptionalNullable[str] = UNSET
    count: OptionalNullable[int] = None
    maybe: Nullable[str] = None
    color: Color | None = None


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, ""),
        ({"note": UNSET, "count": UNSET}, ""),
        ({"note": "a", "count": 3, "color": Color.RED}, ',"note":"a","count":3,"color":"red"'),
        ({"maybe": None, "color": None}, ""),
        ({"maybe": "a"}, ',"maybe":"a"'),
    ],
)
def test_a_body_of_a_callers_own(fields: dict[str, Any], text: str) -> None:
    """A subclass's fields are sent; UNSET and None leave a field out."""
    assert sent(OwnBody(**BODY, **fields)) == b'{"base_model":"llama","train_dataset_id":"ds"' + text.encode() + b"}"


def test_null_in_a_body_of_a_callers_own() -> None:
    """In a field that may be unset, None means null."""
    text = ',"note":null,"count":null'
    assert (
        sent(OwnBody(**BODY, note=None, count=None))
        == b'{"base_model":"llama","train_dataset_id":"ds"' + text.encode() + b"}"
    )


def test_unset_in_a_dump() -> None:
    """A model's own dump leaves out what is UNSET, and the place holder is never seen."""
    body = OwnBody(**BODY, note=UNSET)
    assert "note" not in body.model_dump()
    assert "unset" not in body.model_dump_json()

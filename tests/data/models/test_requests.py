"""Request models accept any mapping and sequence, keep types, and refuse what JSON cannot express."""

import io
import json
from collections import UserDict, UserList
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pydantic
import pytest
from starlette.datastructures import UploadFile

from emissary_client_sdk import models
from emissary_client_sdk.models._json import json_value

from .known import REQUESTS

BODY = {"base_model": "llama", "train_dataset_id": "ds"}
JOB = models.CreateTrainingJobRequestBody


def sent(model: type[pydantic.BaseModel], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON of a body."""
    content: dict[str, Any] = json.loads(model.model_validate(fields).model_dump_json(exclude_unset=True))
    return content


@pytest.mark.parametrize(
    "parameters",
    [
        {"n": 1, "on": True, "rate": 1.0, "text": "1", "big": 2**70},
        MappingProxyType({"n": 1, "on": True}),
        UserDict(n=1, on=True),
        {},
    ],
    ids=lambda value: type(value).__name__,
)
def test_mappings(parameters: Mapping[str, Any]) -> None:
    """Any mapping is accepted; an int stays an int and a bool stays a bool."""
    body = sent(JOB, {**BODY, "parameters": parameters})
    assert body == {**BODY, "parameters": dict(parameters)}
    assert [type(v) for v in body["parameters"].values()] == [type(v) for v in parameters.values()]


@pytest.mark.parametrize("names", [["f1"], ("f1",), UserList(["f1"])], ids=lambda value: type(value).__name__)
def test_sequences(names: Sequence[str]) -> None:
    """Any sequence of strings is accepted, but not a single string."""
    assert sent(JOB, {**BODY, "test_functions": names})["test_functions"] == ["f1"]
    assert sent(models.GetEmbeddingsFromDeploymentRequestBody, {"model": "m", "input": names})["input"] == ["f1"]
    with pytest.raises(pydantic.ValidationError, match="test_functions"):
        sent(JOB, {**BODY, "test_functions": "f1"})


def test_single_text() -> None:
    """An embedding request accepts a single text."""
    assert sent(models.GetEmbeddingsFromDeploymentRequestBody, {"model": "m", "input": "a"})["input"] == "a"


@pytest.mark.parametrize("value", [None, 1, True, "a", {"of": ["any", 1.5, {"shape": None}]}])
def test_unknown_fields_are_sent(value: object) -> None:
    """A field that the SDK does not know is sent as given, null included."""
    assert sent(JOB, {**BODY, "brand_new": value}) == {**BODY, "brand_new": value}


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), {"deep": [float("nan")]}, object(), {1, 2}])
@pytest.mark.parametrize("model", REQUESTS, ids=lambda model: model.__name__)
def test_unknown_fields_must_be_json(model: type[pydantic.BaseModel], value: object) -> None:
    """A value that JSON cannot express is refused in an unknown field of every request model."""
    with pytest.raises(pydantic.ValidationError) as raised:
        model.model_validate({"brand_new": value})
    assert "brand_new" in {error["loc"][0] for error in raised.value.errors()}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("base_model", None),
        ("base_model", 3),
        ("name", 3),
        ("task_type", 3),
        ("parameters", {"a": None}),
        ("parameters", {"a": [1]}),
        ("parameters", []),
        ("rebalance_data", {"a": "b"}),
        *[("train_test_split_ratio", value) for value in ("much", float("nan"), float("inf"))],
        ("parameters", {"a": float("nan")}),
        ("rebalance_data", {"a": float("inf")}),
        ("checkpoint", float("nan")),
    ],
)
def test_invalid_values(field: str, value: object) -> None:
    """A wrong type, NaN and infinity are refused, also when they are assigned later."""
    with pytest.raises(pydantic.ValidationError, match=field):
        JOB.model_validate({**BODY, field: value})
    with pytest.raises(pydantic.ValidationError, match=field):
        setattr(JOB.model_validate(BODY), field, value)


def test_open_options() -> None:
    """Options accept enum members, known strings and new strings."""
    body = JOB.model_validate({**BODY, "base_model_option": models.BaseModelOption.FINE_TUNED, "task_type": "newer"})
    assert (body.base_model_option, body.task_type) == ("fine-tuned", "newer")
    message = models.Messages(role="user", content="a")
    assert message == models.Messages(role=models.Role.USER, content="a")
    schedule = models.Schedule(days=("monday", models.Day.FRIDAY, "holiday"))
    assert json.loads(schedule.model_dump_json(exclude_unset=True)) == {"days": ["monday", "friday", "holiday"]}


def test_nested_bodies() -> None:
    """Nested models are accepted as models and as mappings, and keep their unknown fields."""
    config = {"management_type": "schedule", "management_config": {"days": ["monday"], "new": 1}}
    assert sent(models.CreateEngineRequestBody, {"base_model": "m", "resource_management_config": config}) == {
        "base_model": "m",
        "resource_management_config": config,
    }
    with pytest.raises(pydantic.ValidationError, match="management_type"):
        models.CreateEngineRequestBody.model_validate({"base_model": "m", "resource_management_config": {}})
    body = models.CreateDeploymentRequestBody(
        training_job_id="t", checkpoint=0, schedule=models.Schedule(timezone="UTC"), server_type="serverless"
    )
    assert json.loads(body.model_dump_json(exclude_unset=True)) == {
        "training_job_id": "t",
        "checkpoint": 0,
        "schedule": {"timezone": "UTC"},
        "server_type": "serverless",
    }
    chat = models.GetChatCompletionsRequestBody(model="m", messages=(models.Messages(role="user", content="a"),))
    assert json.loads(chat.model_dump_json(exclude_unset=True))["messages"] == [{"role": "user", "content": "a"}]


@pytest.mark.parametrize("content", [b"data", bytearray(b"data"), io.BytesIO(b"data")], ids=lambda c: type(c).__name__)
def test_file_content(content: Any) -> None:
    """A file's content is bytes or an open binary file, and is not part of the repr."""
    body = models.CreateDatasetRequestBody.model_validate({"file": {"file_name": "a.csv", "content": content}})
    assert "data" not in repr(body)
    if isinstance(content, io.BytesIO):
        assert body.file.content is content
    else:
        assert body.file.content == b"data"


def test_open_file(tmp_path: Path) -> None:
    """An open file is kept as it is; one opened in text mode is refused."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"data")
    with path.open("rb") as file:
        assert models.File(file_name="a.csv", content=file, content_type="text/csv").content is file
    with path.open(encoding="utf-8") as text, pytest.raises(pydantic.ValidationError, match="binary mode"):
        models.File.model_validate({"file_name": "a.csv", "content": text})


@pytest.mark.parametrize("content", ["text", 3, None, Path("a.csv")], ids=lambda c: type(c).__name__)
def test_invalid_file_content(content: object) -> None:
    """Anything else is refused."""
    with pytest.raises(pydantic.ValidationError, match="expected bytes or an open binary file"):
        models.File.model_validate({"file_name": "a.csv", "content": content})


def test_asynchronous_file_is_refused() -> None:
    """Its content would never be awaited."""
    with pytest.raises(pydantic.ValidationError, match="the file is asynchronous: pass the binary file"):
        models.File.model_validate({"file_name": "a.csv", "content": UploadFile(io.BytesIO())})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.bool_(False), False),
        (np.int64(16), 16),
        (np.float32(0.5), 0.5),
        (np.longdouble(0.5), 0.5),
        (np.str_("cosine"), "cosine"),
        (np.array(2), 2),
        (Decimal("0.1"), 0.1),
        (Decimal(3), 3),
        (Fraction(1, 2), 0.5),
    ],
    ids=lambda value: type(value).__name__,
)
def test_numbers_of_other_libraries(value: Any, expected: object) -> None:
    """A scalar of another library is sent as the JSON type that it means, in known and in unknown fields."""
    body = sent(JOB, {**BODY, "parameters": {"a": value}, "brand_new": {"deep": [value]}})
    assert (body["parameters"]["a"], body["brand_new"]["deep"][0]) == (expected, expected)
    assert type(body["parameters"]["a"]) is type(body["brand_new"]["deep"][0]) is type(expected)


@pytest.mark.parametrize(
    "value", [np.int64(2), np.float64(2.0), Decimal(2), Fraction(2)], ids=lambda v: type(v).__name__
)
def test_numbers_in_number_fields(value: Any) -> None:
    """A number of another library is accepted in every field for numbers."""
    body = models.GetChatCompletionsRequestBody(model="m", messages=[], temperature=value, top_k=value)
    assert (body.temperature, body.top_k, type(body.top_k)) == (2, 2, int)
    assert sent(JOB, {**BODY, "checkpoint": value, "rebalance_data": {"a": value}})["rebalance_data"] == {"a": 2}


@pytest.mark.parametrize("value", [True, np.bool_(True), datetime(2026, 1, 1, tzinfo=timezone.utc), 1j, b"2"], ids=repr)
def test_other_values_in_number_fields(value: Any) -> None:
    """Anything but a number is refused by the name of the field, and nothing becomes a number silently."""
    with pytest.raises(pydantic.ValidationError, match="checkpoint"):
        JOB.model_validate({**BODY, "checkpoint": value})


def test_json_values() -> None:
    """Arrays, enumerations and models become JSON; the message about anything else names its place."""

    class Color(Enum):
        RED = "red"

    assert json_value({"a": np.array([[1, 2]]), "b": Color.RED, "c": models.Usage(total_tokens=1)}) == {
        "a": [[1, 2]],
        "b": "red",
        "c": {"total_tokens": 1},
    }
    times: tuple[Any, ...] = (
        datetime(2026, 1, 1, tzinfo=timezone.utc),
        np.datetime64(1, "ns"),
        np.timedelta64(1, "D"),
    )
    for value in (*times, np.array([times[1]]), b"a", memoryview(b"a"), {1}, np.clongdouble(1)):
        with pytest.raises(
            ValueError, match=rf"extra_body\.a\[1\] is of type {type(value).__name__}, which JSON does not have"
        ):
            json_value({"a": [0, value]}, "extra_body")
    for value in (float("nan"), np.float32("inf"), Decimal("nan"), [np.array([np.nan])], {"a": np.float64("-inf")}):
        with pytest.raises(ValueError, match=r"extra_body.* is -?(nan|inf), which JSON does not have"):
            json_value({"a": value}, "extra_body")
    with pytest.raises(ValueError, match=r"extra_body\.a is too large"):
        json_value({"a": Fraction(10**400)}, "extra_body")
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(pydantic.ValidationError, match=r"brand_new\n.*contains itself"):
        JOB.model_validate({**BODY, "brand_new": circle})


def test_names_of_fields() -> None:
    """A whole number, such as the ID of a token, is a name, too; nothing else becomes a name silently."""
    whole = Enum("whole", {"ONE": "one"})
    assert json_value({1: 0, np.int64(2): 0, np.str_("a"): 0, whole["ONE"]: 0}) == {"1": 0, "2": 0, "a": 0, "one": 0}
    assert sent(JOB, {**BODY, "rebalance_data": {0: 1, 1: 2}})["rebalance_data"] == {"0": 1, "1": 2}
    for name in (True, None, 1.5, b"a", (1, 2), np.bool_(True), np.timedelta64(1, "D")):
        with pytest.raises(ValueError, match=r"extra_body\.a has a field with the name .*, which is not a text"):
            json_value({"a": {name: 1}}, "extra_body")
    with pytest.raises(ValueError, match=r"extra_body has several fields of the same name"):
        json_value({1: 0, "1": 0}, "extra_body")


ANSWER = models.ChatCompletionMessage.model_validate({"role": "assistant", "content": "Hi", "refusal": None})
CALLS = [{"id": "call-1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (ANSWER, {"role": "assistant", "content": "Hi"}),
        ({"role": "assistant", "content": None, "tool_calls": CALLS}, None),
        ({"role": "assistant", "tool_calls": CALLS}, None),
        ({"role": "tool", "content": "4", "tool_call_id": "call-1"}, None),
        ({"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "image_url"}]}, None),
    ],
)
def test_messages_are_sent_as_given(message: Any, expected: dict[str, Any] | None) -> None:
    """Messages of a response, tool calls and parts of content are sent as given, without nulls of the server."""
    fields = {"model": "m", "messages": [{"role": "user", "content": "a"}, message]}
    assert sent(models.GetChatCompletionsRequestBody, fields)["messages"][1] == (expected or message)


@pytest.mark.parametrize(
    "messages", ["text", 3, [{"role": "user"}], [{"role": "user", "content": 3}], [models.Usage()]]
)
def test_invalid_messages(messages: object) -> None:
    """A message without content, and anything but messages, is refused."""
    with pytest.raises(pydantic.ValidationError, match="messages"):
        models.GetChatCompletionsRequestBody.model_validate({"model": "m", "messages": messages})

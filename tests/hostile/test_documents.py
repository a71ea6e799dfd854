"""Any JSON document in place of the documented one, and texts that are hardly JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emissary_client_sdk import errors, models

from .support import READ, SUCCESS, anything, examples, json_values, texts

if TYPE_CHECKING:
    from ..support.calling import Call

DEEP = 100_000
MODELS: dict[str, Any] = {
    "create": models.TrainingJobSummary,
    "list": models.TrainingJobSummary,
    "retrieve": models.TrainingJobDetail,
    "list_checkpoints": models.TrainingJobCheckpoint,
}
every_method = pytest.mark.parametrize("method", READ)


def answer(method: str, content: bytes) -> httpx.Response:
    """Make the answer that the platform would give with success, but for its content."""
    return httpx.Response(SUCCESS[method], content=content)


@every_method
def test_any_document(call: Call, method: str) -> None:
    """Any JSON in place of the documented document is a value of the documented type, or says that it is none."""
    kind = MODELS[method]
    is_list = method.startswith("list")
    with anything(call) as server:

        @examples(20)
        @given(json_values)
        def holds(value: Any) -> None:
            result = server.outcome(method, answer(method, json.dumps(value).encode()))
            if isinstance(result, errors.EmissaryClientError):
                assert type(result) is errors.ResponseValidationError
                assert result.__cause__ is not None
            elif is_list:
                assert [type(item) for item in result] == [kind] * len(value)
            else:
                assert type(result) is kind

        holds()


@every_method
def test_any_value_of_any_field(call: Call, method: str) -> None:
    """Any JSON in place of one field's value is read, or says that it cannot be; unknown fields are kept."""
    fields = sorted(MODELS[method].model_fields)
    with anything(call) as server:

        @examples(25)
        @given(st.dictionaries(st.sampled_from(fields) | texts, json_values, min_size=1, max_size=3))
        def holds(document: dict[str, Any]) -> None:
            value: Any = [document] if method.startswith("list") else document
            result = server.outcome(method, answer(method, json.dumps(value).encode()))
            if isinstance(result, errors.EmissaryClientError):
                assert type(result) is errors.ResponseValidationError
            else:
                (read,) = result if method.startswith("list") else [result]
                assert set(read.model_extra) == set(document) - set(fields)

        holds()


UNREADABLE: dict[str, bytes] = {
    "nothing": b"",
    "NUL": b"\x00",
    "open brackets": b"[" * DEEP,
    "brackets": b"[" * DEEP + b"]" * DEEP,
    "open braces": b'{"a":' * DEEP,
    "brackets in an unknown field": b'{"unknown":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "10**5000": b'{"progress":1' + b"0" * 5000 + b"}",
    "10**5000 as a time": b'{"created_at":1' + b"0" * 5000 + b"}",
    "1e400 as an integer": b'{"progress":1e400}',
    "1e400 as a time": b'{"created_at":1e400}',
    "NaN as an integer": b'{"progress":NaN}',
    "NaN as a time": b'{"created_at":NaN}',
    "-Infinity as a time": b'{"updated_at":-Infinity}',
    "a lone surrogate": b'{"id":"\\ud800"}',
    "a lone surrogate as a name": b'{"\\udfff":1}',
    "a surrogate in UTF-8": b'{"id":"\xed\xa0\x80"}',
    "no UTF-8": b'{"id":"\xff"}',
    "UTF-16": '{"id":"x"}'.encode("utf-16"),
    "two documents": b"{}{}",
    "two byte order marks": b"\xef\xbb\xbf\xef\xbb\xbf{}",
    "a byte order mark alone": b"\xef\xbb\xbf",
    "a control character": b'{"id":"\x01"}',
    "a comma too many": b'{"id":"x",}',
    "single quotes": b"{'id':'x'}",
    "a month that is none": b'{"created_at":"2024-13-01"}',
    "an offset that is none": b'{"created_at":"2024-01-01T00:00:00+99:99"}',
    "a date of a million digits": b'{"created_at":"' + b"9" * 1_000_000 + b'"}',
}


@every_method
@pytest.mark.parametrize("content", UNREADABLE.values(), ids=list(UNREADABLE))
def test_what_cannot_be_read(call: Call, method: str, content: bytes) -> None:
    """A text that is no JSON, or that nobody can hold, is a success that cannot be read."""
    with anything(call) as server:
        listed = b"[" + content + b"]" if content and method.startswith("list") else content
        result = server.outcome(method, answer(method, listed))
    if b"progress" in content and method == "list_checkpoints":
        return  # a checkpoint has no progress: the field is unknown, and kept where it can be
    assert type(result) is errors.ResponseValidationError


@every_method
@pytest.mark.parametrize("content", [b"[" * DEEP, b'{"a":' * DEEP, b'{"status":1' + b"0" * 5000 + b',"error":""}'])
@pytest.mark.parametrize("status", [400, 401, 404, 500])
def test_errors_that_cannot_be_read(call: Call, method: str, status: int, content: bytes) -> None:
    """An error whose body nobody can read is a plain one, with its status and its body."""
    with anything(call) as server:
        result = server.outcome(method, httpx.Response(status, content=content))
    assert type(result) is errors.SDKError
    assert (result.status_code, result.body) == (status, content.decode())


def test_a_byte_order_mark(call: Call) -> None:
    """A byte order mark before the document is passed over."""
    with anything(call) as server:
        mark = b"\xef\xbb\xbf"
        assert server.outcome("list", answer("list", mark + b"[]")) == []
        result = server.outcome("list", httpx.Response(401, content=mark + b'{"status":401,"error":"e"}'))
    assert isinstance(result, errors.APIErrorUnauthorized)


def test_names_that_come_twice(call: Call) -> None:
    """Of a name that comes twice the last value counts, as everywhere in Python."""
    with anything(call) as server:
        result = server.outcome("retrieve", answer("retrieve", b'{"id":"first","id":"last","id":"last"}'))
    assert result.id == "last"


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"1e400", "inf"), (b"-Infinity", "-inf"), (b"NaN", "nan")],
)
def test_a_loss_that_is_hardly_a_number(call: Call, content: bytes, expected: str) -> None:
    """A training that diverges is reported, not refused: its loss is infinite or no number."""
    with anything(call) as server:
        result = server.outcome("retrieve", answer("retrieve", b'{"training_loss":[{"loss":' + content + b"}]}"))
    assert repr(result.training_loss[0].loss) == expected


def test_a_number_of_as_many_digits_as_python_prints(call: Call) -> None:
    """An integer that Python can still print is read, shown and written again."""
    digits = b"1" * 4300
    with anything(call) as server:
        result = server.outcome("retrieve", answer("retrieve", b'{"unknown":' + digits + b"}"))
    assert str(result.model_extra["unknown"]).encode() == digits

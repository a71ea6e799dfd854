"""Any JSON document in place of the documented one, and content that is not quite JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emissary_client_sdk import errors

from .support import LIST, READING, RETRIEVE, Mock, examples, json_values, texts

if TYPE_CHECKING:
    from ...support.calling import Call
    from ..operations.declared import Declared

DEEP = 100_000
reading = st.sampled_from(READING)


def test_any_document(call: Call) -> None:
    """The result has the documented type, or the error says that the document has not."""
    mock = Mock(call)

    @examples(80)
    @given(reading, json_values)
    def check(declared: Declared, value: Any) -> None:
        result = mock.outcome(declared, httpx.Response(200, content=json.dumps(value).encode()))
        kind = declared.result
        if isinstance(result, errors.EmissaryClientError):
            assert type(result) is errors.ResponseValidationError
            assert result.__cause__ is not None or declared.method == "embeddings.create"
        elif declared.is_list:
            assert [type(item) for item in result] == [kind.__args__[0]] * len(value)
        else:
            assert type(result) is kind

    check()


def test_any_value_of_any_field(call: Call) -> None:
    """It is read, or reported; unknown fields are kept."""
    mock = Mock(call)

    @examples(80)
    @given(reading, st.data())
    def check(declared: Declared, data: st.DataObject) -> None:
        kind = declared.result
        fields = (kind.__args__[0] if declared.is_list else kind).model_fields
        extra = data.draw(st.dictionaries(st.sampled_from(sorted(fields)) | texts, json_values, max_size=3))
        (valid,) = json.loads(declared.content(1)) if declared.is_list else [json.loads(declared.content())]
        document = {**valid, **extra}
        content = json.dumps([document] if declared.is_list else document).encode()
        result = mock.outcome(declared, httpx.Response(200, content=content))
        if isinstance(result, errors.EmissaryClientError):
            assert type(result) is errors.ResponseValidationError
        else:
            (read,) = result if declared.is_list else [result]
            assert set(read.model_extra) - {"unreadable"} == set(document) - set(fields)

    check()


UNREADABLE: dict[str, bytes] = {
    "nothing": b"",
    "NUL": b"\x00",
    "open brackets": b"[" * DEEP,
    "brackets": b"[" * DEEP + b"]" * DEEP,
    "open braces": b'{"a":' * DEEP,
    "brackets in an unknown field": b'{"id":"t","unknown":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "10**5000": b'{"id":"t","progress":1' + b"0" * 5000 + b"}",
    "10**5000 as a time": b'{"id":"t","created_at":1' + b"0" * 5000 + b"}",
    "UTF-16": '{"id":"x"}'.encode("utf-16"),
    "truncated": b'{"id":"t","progress":5',
    "two documents": b'{"id":"t"}{"id":"t"}',
    "two byte-order marks": b'\xef\xbb\xbf\xef\xbb\xbf{"id":"t"}',
    "byte-order mark": b"\xef\xbb\xbf",
    "control character": b'{"id":"\x01"}',
    "superfluous comma": b'{"id":"x",}',
    "single quotes": b"{'id':'x'}",
}

ODD: dict[str, bytes] = {
    "1e400 as an integer": b'{"id":"t","progress":1e400}',
    "1e400 as a time": b'{"id":"t","created_at":1e400}',
    "NaN as an integer": b'{"id":"t","progress":NaN}',
    "NaN as a time": b'{"id":"t","created_at":NaN}',
    "-Infinity as a time": b'{"id":"t","updated_at":-Infinity}',
    "lone surrogate": b'{"id":"\\ud800"}',
    "lone surrogate as a name": b'{"id":"t","\\udfff":1}',
    "surrogate in UTF-8": b'{"id":"\xed\xa0\x80"}',
    "invalid UTF-8": b'{"id":"\xff"}',
    "month 13": b'{"id":"t","created_at":"2024-13-01"}',
    "offset of 99 hours": b'{"id":"t","created_at":"2024-01-01T00:00:00+99:99"}',
    "date of a million digits": b'{"id":"t","created_at":"' + b"9" * 1_000_000 + b'"}',
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=list(UNREADABLE))
def test_unreadable_success(call: Call, content: bytes) -> None:
    """It is a ResponseValidationError."""
    mock = Mock(call)
    for declared in (RETRIEVE, LIST):
        listed = b"[" + content + b"]" if content and declared.is_list else content
        result = mock.outcome(declared, httpx.Response(200, content=listed))
        assert type(result) is errors.ResponseValidationError


@pytest.mark.parametrize("content", ODD.values(), ids=list(ODD))
def test_odd_detail_of_a_success(call: Call, content: bytes) -> None:
    """A field or a character that is not valid does not make the rest unreadable."""
    mock = Mock(call)
    for declared in (RETRIEVE, LIST):
        result = mock.outcome(
            declared, httpx.Response(200, content=b"[" + content + b"]" if declared.is_list else content)
        )
        assert (result[0] if declared.is_list else result).id


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (b'\xef\xbb\xbf{"id":"t"}', "id='t'"),
        (b'{"id":"first","id":"last"}', "id='last'"),
        (b'{"id":"t","training_loss":[{"loss":1e400}]}', "loss=inf"),
        (b'{"id":"t","training_loss":[{"loss":NaN}]}', "loss=nan"),
        (b'{"id":"t","unknown":' + b"1" * 4300 + b"}", "unknown=1111"),
        (b'{"id":"t","unknown":' + b"[" * 100 + b"]" * 100 + b"}", "unknown=[[[["),
    ],
    ids=["byte-order mark", "duplicate name", "infinity", "NaN", "4,300 digits", "nested lists"],
)
def test_readable_success(call: Call, content: bytes, shown: str) -> None:
    """Unusual content that has a meaning is read."""
    assert shown in repr(Mock(call).outcome(RETRIEVE, httpx.Response(200, content=content)))

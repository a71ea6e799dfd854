"""Reading of large files: in blocks, in bounded memory, with the same result as record by record."""

from __future__ import annotations

import json
import tracemalloc
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emissary_client_sdk._datafiles import batch, formats, jsonarray, repetitions
from emissary_client_sdk._datafiles.check import check_dataset

if TYPE_CHECKING:
    from pathlib import Path

texts = st.sampled_from(["a", "b\n", "\u20ac", " ", ""]) | st.none()
numbers = st.sampled_from([0, 1, 0.5, 2, True, "1"])
maps = st.fixed_dictionaries({"x": numbers, "y": numbers}, optional={"z": numbers})
conversations = st.lists(
    st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant", "system", "bot", []]), "content": texts})
    | st.sampled_from([{}, "role", {"role": "user"}]),
    max_size=4,
)
items = st.fixed_dictionaries({"text": texts}, optional={"more": texts}) | texts
TEXT: dict[str, Any] = {"prompt": "p", "completion": "c"}
CHAT: dict[str, Any] = {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "x"}]}
PAIR: dict[str, Any] = {"itemA": {"text": "a"}, "itemB": {"text": "b"}, "similarity": 1}
STARTS: list[tuple[dict[str, Any], st.SearchStrategy[Any]]] = [
    (TEXT, st.fixed_dictionaries({"prompt": texts, "completion": texts})),
    ({**TEXT, "completion": 1}, st.fixed_dictionaries({"prompt": texts, "completion": numbers})),
    ({**TEXT, "completion": {"x": 1, "y": 0}}, st.fixed_dictionaries({"prompt": texts, "completion": maps})),
    (CHAT, st.fixed_dictionaries({"messages": conversations})),
    (PAIR, st.fixed_dictionaries({"itemA": items, "itemB": items, "similarity": numbers})),
]


@st.composite
def files(draw: st.DrawFn) -> list[Any]:
    """Draw records with many repetitions, of which most have the shape of the first."""
    first, others = draw(st.sampled_from(STARTS))
    pool = [first, *draw(st.lists(others | st.sampled_from([{}, {**first, "id": 1}, 1]), max_size=4))]
    return [first, *draw(st.lists(st.sampled_from(pool), max_size=12))]


def assert_same_as_one_by_one(records: list[Any], block: int) -> None:
    """Compare the reports of JSONL and of an array that are read in blocks with that of single lines."""
    encoded = [json.dumps(record) for record in records]
    array, lines = ("[" + ",\n".join(encoded) + "]").encode(), "\n".join(encoded).encode()
    expected = report_of(lines, 1)
    assert report_of(lines, block) == expected
    assert report_of(array, block) == expected


def report_of(content: bytes, block: int) -> dict[str, Any]:
    """Return the report of a file that is read in blocks of a size, without what depends on the format."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "BLOCK", block)
        patch.setattr(jsonarray, "BLOCK", block)
        report = check_dataset(content).to_dict()
    for problem in report["problems"]:
        del problem["record"]
    for unlike in ("file_name", "format", "size"):
        del report[unlike]
    return report


@settings(deadline=None)
@given(records=files(), block=st.integers(40, 400))
def test_many_lines_are_checked_like_single_ones(records: list[Any], block: int) -> None:
    """No difference is found between a block and its records."""
    assert_same_as_one_by_one(records, block)


@pytest.mark.parametrize(
    "records",
    [
        [TEXT, TEXT, {**TEXT, "prompt": 1}, {"prompt": "p", "x": "y"}, {}, 1, {**TEXT, "prompt": "x" * 33_000}],
        [{**TEXT, "completion": value} for value in (1, 2.5, 10**400, "1", None)],
        [*[{**TEXT, "completion": {"x": n % 2, "y": 1}} for n in range(60)]],
        [{**TEXT, "completion": value} for value in ({"x": 1}, {"x": 2}, {"x": True}, {"y": 1}, 1)],
        [CHAT, CHAT, {"messages": 1}, {"messages": [{"role": "user"}]}, {"messages": CHAT["messages"][1:]}],
        [PAIR, PAIR, {**PAIR, "itemA": 1}, {**PAIR, "itemB": {"text": "b", "x": 1}}],
    ],
    ids=["text", "number", "multilabel", "labels", "messages", "pair"],
)
def test_problem_in_a_block_is_found(records: list[Any]) -> None:
    """The records before and after a problem are checked as usual."""
    assert_same_as_one_by_one(records, 40)


def lines_of(block: bytes | None) -> list[bytes | None]:
    """Return the lines of a block."""
    return [None] if block is None else [*BytesIO(block)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"a", [b"a"]),
        (b"a\n", [b"a\n"]),
        (b"a\rb\r\n\nc\n", [b"a\rb\r\n", b"\n", b"c\n"]),
        (b"1234567\n" * 2, [b"1234567\n"] * 2),
        (b"x" * 100 + b"\na\n" + b"y" * 100, [None, b"a\n", None]),
        (b"x" * 99 + b"\n", [None]),
    ],
)
def test_lines_are_split_across_blocks(
    content: bytes, expected: list[bytes | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines end with a line feed only, and None stands for a line above the limit."""
    monkeypatch.setattr(batch, "BLOCK", 4)
    found = [line for block in batch.read_blocks(BytesIO(content), 8) for line in lines_of(block)]
    assert found == expected


@pytest.mark.parametrize("block", [1, 2, 3, 50])
def test_array_is_split_across_blocks(block: int) -> None:
    """The end of a block makes no difference, not even within a number or a character."""
    content = '[ {"prompt": "\u20ac\\n", "completion": 12.5} ,\n{"prompt": "q", "completion": -3}, 12, 34 ]\n'.encode()
    expected = report_of(content, 1 << 16)
    assert report_of(content, block) == expected
    assert (expected["records"], expected["error_count"]) == (4, 2)


CELLS = "".join(f"p{number},text {number}\n" for number in range(50))


@pytest.mark.parametrize(
    "content",
    [
        b"input,expected_output\n" + CELLS.encode() * 2,
        b'input,expected_output\n"a\n\nb",c\n\nd,"e""f"\n\xff,g\nh,i,j\n' + CELLS.encode(),
        b'{"prompt": "p", "completion": "c", "prompt": "q"}\n' * 9,
        b'{"messages": [{"role": "user", "content": "\xc3\xa9"}, {"role": "assistant", "content": "x"}]}\n' * 9,
    ],
    ids=["csv", "odd csv", "repeated keys", "accents"],
)
@pytest.mark.parametrize("block", [1, 40, 300])
def test_size_of_blocks_does_not_matter(content: bytes, block: int) -> None:
    """Nothing is lost or counted twice between two blocks, whatever the format."""
    expected = report_of(content, 1 << 16)
    assert report_of(content, block) == expected
    if content.startswith(b"{"):
        assert report_of(b"[" + content.strip().replace(b"\n", b",\n") + b"]", block) == expected


def test_repetitions_are_found_among_some_records(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory does not grow beyond a number of different records, nor the list of opposite answers."""
    monkeypatch.setattr(repetitions, "MAX_DISTINCT", 2)
    rows = [{"prompt": prompt, "completion": number} for number, prompt in enumerate("ababcdabababababc")]
    found = check_dataset([*rows, rows[2], rows[6], rows[4]]).problems
    assert [(problem.count, problem.lines) for problem in found] == [(13, (3, 4, 7, 8, 9)), (1, (18,))]


LONG = b"x" * (formats.MAX_RECORD + 2 * batch.BLOCK)
AFTER = b'\n{"prompt": "p", "completion": "c"}\n'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"prompt": "' + LONG + b'"}' + AFTER, "line 1: error: the record is longer than 16 MiB and is not checked"),
        (b'["' + LONG + LONG + b'"]', "invalid JSON: Unterminated string starting at, or a record of more than 16 MiB"),
        (b"input,expected_output\n" + LONG + AFTER, "line 2: error: a line is longer than 16 MiB; the rest of"),
        (
            b'input,expected_output\n"' + (b"x" * 99 + b"\n") * (len(LONG) // 100 + 1),
            "line 2: error: a quote is not closed before the end, or within 16 MiB",
        ),
    ],
    ids=["jsonl", "json", "csv", "quote"],
)
def test_too_long_record_is_an_error(content: bytes, expected: str) -> None:
    """A record above the limit is not parsed."""
    report = check_dataset(content)
    assert expected in str(report.problems[0])
    assert not report.ok


RECORD = b'{"prompt": "%7d ' + b"x" * 5000 + b'", "completion": "c"}'


@pytest.mark.parametrize(
    ("start", "record", "end"),
    [
        (b"", RECORD + b"\n", b""),
        (b"[", RECORD + b",", RECORD % 0 + b"]"),
        (b"input,expected_output\n", b"%7d " + b"x" * 5000 + b",c\n", b""),
        (b"{", b"%7d" + b"x" * 5000, b""),
    ],
    ids=["jsonl", "json", "csv", "one line"],
)
def test_memory_does_not_grow_with_the_file(start: bytes, record: bytes, end: bytes, tmp_path: Path) -> None:
    """A file is read in pieces, whatever its format."""
    path = tmp_path / "data"
    with path.open("wb") as file:
        file.write(start)
        file.writelines(record % number for number in range(20_000_000 // len(record)))
        file.write(end)
    tracemalloc.start()
    try:
        check_dataset(path)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000 + formats.MAX_RECORD * (start == b"{")
    finally:
        tracemalloc.stop()

"""Input that cannot be prepared, outputs, and reports."""

# records on one line

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

import emissary_client_sdk as sdk
from emissary_client_sdk import PrepareOptions, prepare_dataset

if TYPE_CHECKING:
    from pathlib import Path

TABLE = b"text,label\na,x\nb,y\n"


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (TABLE, {"columns": {"label": "topic"}}, "there is no column 'topic'; the columns are text, label"),
        (TABLE, {"group_by": "user"}, "there is no column 'user'"),
        (TABLE, {"columns": {"question": "text"}}, "columns: 'question' is not one of prompt"),
        (TABLE, {"columns": {"label": "label", "score": "label"}}, "only one of completion, label and score"),
        (TABLE, {"test_size": 1}, "test_size must be at least 0 and less than 1, not 1"),
        (TABLE, {"duplicates": "remove"}, "duplicates must be 'drop' or 'keep', not 'remove'"),
        (TABLE, {"encoding": "utf-9"}, "encoding: Python has no encoding 'utf-9'"),
        (TABLE, {"task_type": "clasification"}, "did you mean 'classification'"),
        (TABLE, {"task_type": "clip-embedding"}, "data for clip-embedding is not prepared"),
        (TABLE, {"task_type": "embedding"}, "an embedding needs two texts"),
        (TABLE, {"task_type": "regression"}, "no record that can be used; dropped: no number"),
        (b"text,b,c\n1,2,3\n", {"columns": {"label": ["b", "c"]}, "task_type": "ner"}, "ner needs one column"),
        (b"a,b,c\n1,2,3\n", {}, "the column of the text cannot be guessed"),
        (b"text,b,c\n1,2,3\n", {}, "the column of the answer cannot be guessed"),
        (b"text,text\na,b\n", {}, "2 columns are named 'text'"),
        (b"text,label\n", {}, "has no records"),
        (b"PK\x03\x04data.csv", {}, "is a ZIP archive; extract it"),
        (b'{"data": [{"text": "a", "label": "x"}]}', {}, 'the records are in the field "data"; write its array alone'),
        (b'{"text": {"0": "a"}, "label": {"0": "x"}}', {}, "the file holds columns, not records"),
        (b"", {}, "has no records"),
        (["a", "b"], {}, r"has no records; dropped: the record is not an object \(2 records: lines 1, 2\)"),
        (b"%PDF-1", {}, "is a PDF file"),
        (b"\x28\xb5\x2f\xfd", {}, "compressed with zstd, which is not supported"),
        (b"text1,text2,score\na,b,-7\n", {}, "the scores go from -7 to 0"),
        (b"messages\na\n", {"task_type": "ner", "columns": {"messages": "messages"}}, "conversations are for text-gen"),
    ],
)  # fmt: skip
def test_invalid_input_is_refused(tmp_path: Path, data: Any, options: Any, message: str) -> None:
    """The error names the argument, and nothing is written."""
    with pytest.raises(ValueError, match=message):
        prepare_dataset(data, output=tmp_path / "out", **options)
    assert list(tmp_path.iterdir()) == []


def test_wrong_types_are_refused() -> None:
    """An object that is not data, columns that are not a mapping, and unknown options raise a TypeError."""
    wrong: Any = 3
    with pytest.raises(TypeError, match="file must be a path"):
        prepare_dataset(wrong)
    with pytest.raises(TypeError, match="seed must be an integer"):
        prepare_dataset(TABLE, seed=True)
    with pytest.raises(TypeError, match="columns must be a mapping"):
        prepare_dataset(TABLE, columns=wrong)
    with pytest.raises(TypeError):
        prepare_dataset(TABLE, testsize=wrong)  # type: ignore[call-arg]  # a misspelled option


def test_existing_outputs_are_kept(tmp_path: Path) -> None:
    """An existing file is replaced only if that is asked for; the names follow from the file's."""
    path = tmp_path / "tickets.csv"
    path.write_bytes(TABLE)
    prepared = prepare_dataset(path)
    assert prepared.train == tmp_path / "tickets.train.jsonl"
    assert prepared.test == tmp_path / "tickets.test.jsonl"
    (tmp_path / "tickets.test.jsonl").unlink()
    with pytest.raises(FileExistsError, match="overwrite=True"):
        prepare_dataset(path)
    assert prepare_dataset(path, overwrite=True, test_size=0).test is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tickets.csv", "tickets.train.jsonl"]


def test_default_output_of_other_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data without a path is written to the working directory; a compressed file loses both extensions."""
    monkeypatch.chdir(tmp_path)
    assert prepare_dataset([{"text": "a", "label": "x"}]).train.name == "dataset.train.jsonl"
    (tmp_path / "a.csv.gz").write_bytes(TABLE)
    with (tmp_path / "a.csv.gz").open("rb") as file:
        assert prepare_dataset(file).train == tmp_path / "a.train.jsonl"


@pytest.mark.skipif(sys.platform == "win32", reason="the limit is of POSIX")
def test_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error while writing removes what was written, and keeps an existing file."""
    from emissary_client_sdk._preparing._tables import pipeline

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "out.train.jsonl").write_text("before")
    monkeypatch.setattr(pipeline, "write_lines", fail)
    with pytest.raises(OSError, match="No space left"):
        prepare_dataset(TABLE, output=tmp_path / "out", overwrite=True)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("out.train.jsonl", "before")]


def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a library of the extra, the error shows how to install it."""
    for name in [name for name in sys.modules if name.startswith("emissary_client_sdk._preparing._tables")]:
        monkeypatch.delitem(sys.modules, name)
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "charset_normalizer", None)
        with pytest.raises(ImportError, match=r'install the extra "data"'):
            prepare_dataset(TABLE, output=tmp_path / "out")


def test_missing_reader_of_workbooks_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A workbook needs fastexcel."""
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    with pytest.raises(ImportError, match='needs fastexcel; install the extra "data"'):
        prepare_dataset(b"PK\x03\x04", output=tmp_path / "out")


def test_report_is_printable(tmp_path: Path) -> None:
    """The text lists changes and at most ten labels; the dict is JSON."""
    data = [{"text": f"t{number}", "label": f"l{number % 12}"} for number in range(24)] + [
        {"text": "t", "label": None}
    ] * 7
    report = prepare_dataset(data, test_size=0, output=tmp_path / "out").report
    assert "and 2 more" in str(report)
    assert "dropped: no label (7 records: lines 25, 26, 27, 28, 29, …)" in str(report)
    assert json.loads(json.dumps(report.to_dict()))["dropped"] == 7


async def _prepare(client: sdk.EmissaryClient, folder: Path) -> list[str]:
    found = await client.datasets.prepare_async(TABLE, output=folder / "async", columns={"label": "label"})
    return [found.train.name]


def test_methods_of_the_client(tmp_path: Path) -> None:
    """The client prepares without a call, and its options are those of the function."""
    import asyncio
    import inspect

    with sdk.EmissaryClient("key", server_url="http://127.0.0.1:9") as client:
        assert client.datasets.prepare(TABLE, output=tmp_path / "sync").train.exists()
        assert asyncio.run(_prepare(client, tmp_path)) == ["async.train.jsonl"]
    names = list(inspect.signature(prepare_dataset).parameters)[2:]
    assert names == list(PrepareOptions.__annotations__)

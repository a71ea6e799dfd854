"""Data of any usual layout becomes a valid training file."""

# ruff: noqa: E501  # records on one line

from __future__ import annotations

import bz2
import gzip
import io
import json
from importlib import import_module
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from emissary_client_sdk import PreparedDataset, check_dataset, prepare_dataset

if TYPE_CHECKING:
    from pathlib import Path

pandas: Any = import_module("pandas")


class Preparation:
    """Prepares data in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, data: Any, name: str = "data.csv", **options: Any) -> PreparedDataset:
        """Prepare data, without a test file unless it is asked for; the result has no errors."""
        if isinstance(data, str):
            data = data.encode()
        if isinstance(data, bytes):
            (self.folder / name).write_bytes(data)
            data = self.folder / name
        options = {"test_size": 0, "output": self.folder / "out", **options}
        prepared = prepare_dataset(data, **options)
        report = check_dataset(prepared.train, prepared.report.task_type)
        assert report.ok, report
        assert list(self.folder.glob(".out-*")) == []
        return prepared


@pytest.fixture
def prepare(tmp_path: Path) -> Preparation:
    """Return a function that prepares data."""
    return Preparation(tmp_path)


def records(path: Path | None) -> list[Any]:
    """Return the records of a JSONL file."""
    assert path is not None
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def changes(prepared: PreparedDataset) -> dict[str, tuple[int, tuple[int, ...]]]:
    """Return count and lines of each change."""
    return {change.message: (change.count, change.lines) for change in prepared.report.changes}


def one(prompt: str, **labels: int) -> dict[str, Any]:
    """Return a record of a classification."""
    return {"prompt": prompt, "completion": labels}


EXCEL = (
    'Text;Kategorie\r\nschöne Grüße — 5 €;gut \r\n;;\r\n"zwei\r\nZeilen; hier";schlecht\r\n;gut\r\nnichts;\r\na;b;c\r\n'
)


def test_table_saved_by_excel(prepare: Preparation) -> None:
    """Encoding, delimiter, spaces and empty rows are repaired, and each repair is counted with its lines."""
    prepared = prepare(EXCEL.encode("cp1252"))
    assert records(prepared.train) == [
        one("schöne Grüße — 5 €", gut=1, schlecht=0),
        one("zwei\r\nZeilen; hier", gut=0, schlecht=1),
    ]
    assert changes(prepared) == {
        "columns separated by semicolon instead of comma": (0, ()),
        "encoding changed from Windows-1252 to UTF-8": (1, (2,)),
        "empty rows": (1, (3,)),
        "more cells than columns": (1, (8,)),
        "spaces around labels removed": (1, (2,)),
        "no text": (1, (6,)),
        "no label": (1, (7,)),
    }
    assert prepared.report.columns == {"prompt": ["Text"], "label": ["Kategorie"]}
    assert (prepared.report.label_kind, prepared.report.is_guessed, prepared.test) == ("multiclass", True, None)


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        ('[{"Instruction": "Add", "input": "1", "output": "3"},\n {"Instruction": "Go", "input": "", "output": "ok"}]', "a.json",
         [{"prompt": "Add\n\n1", "completion": "3"}, {"prompt": "Go", "completion": "ok"}]),
        ('{"Question": "a?", "Answer": "b"}\n\n{"Question": {"text": "c?"}, "Answer": 2}\n', "a.jsonl",
         [{"prompt": "a?", "completion": "b"}, {"prompt": "c?", "completion": "2"}]),
        ("sentence1,sentence2,score\na,b,4.5\nc,d,\"2,5\"\ne,f,x\n", "a.csv",
         [{"itemA": {"text": "a"}, "itemB": {"text": "b"}, "similarity": 0.9},
          {"itemA": {"text": "c"}, "itemB": {"text": "d"}, "similarity": 0.5}]),
        ('{"itemA": {"text": "a"}, "itemB": {"text": "b"}, "similarity": -1}\n', "a.jsonl",
         [{"itemA": {"text": "a"}, "itemB": {"text": "b"}, "similarity": -1}]),
        ("id,comment_text,toxic,rude\n1,a,0,1\n2,b,0,0\n", "a.csv", [one("a", toxic=0, rude=1), one("b", toxic=0, rude=0)]),
        ("text,spam\na,1\nb,0\n", "a.csv", [one("a", spam=1), one("b", spam=0)]),
        ("text\tscore\na\t0.5\nb\t3\n", "a.tsv", [{"prompt": "a", "completion": 0.5}, {"prompt": "b", "completion": 3}]),
        ('{"text": "a", "labels": ["x", " y"]}\n{"text": "b", "labels": []}\n', "a.jsonl", [one("a", x=1, y=1), one("b", x=0, y=0)]),
        ("text,labels\na,\"['x', 'y']\"\nb,['x']\n", "a.csv", [one("a", x=1, y=1), one("b", x=1, y=0)]),
        ('{"prompt": "a", "completion": {"good": 1, "bad": 0}}\n', "a.jsonl", [one("a", good=1, bad=0)]),
        ('{"text": "a", "label": true}\n{"text": "b", "label": false}\n', "a.jsonl", [one("a", true=1, false=0), one("b", true=0, false=1)]),
        ("text,label\na,1\nb,2\n", "a.csv", [one("a", **{"1": 1, "2": 0}), one("b", **{"1": 0, "2": 1})]),
        ("Beschwerde,label\na,x\n", "a.csv", [one("a", x=1)]),
        ("text,Thema\na,x\nb,x\n", "a.csv", [one("a", x=1), one("b", x=1)]),
        ("text,Wert\na,1.5\nb,2\n", "a.csv", [{"prompt": "a", "completion": 1.5}, {"prompt": "b", "completion": 2}]),
        ("text,label\na,0.5\n", "a.csv", [{"prompt": "a", "completion": 0.5}]),
    ],
)  # fmt: skip
def test_layouts(prepare: Preparation, data: str, name: str, expected: list[Any]) -> None:
    """Columns and task follow from usual names, whatever their case, and from values."""
    assert records(prepare(data, name).train) == expected


def chat(*turns: tuple[str, str], **more: Any) -> str:
    """Return a conversation as ShareGPT has it."""
    return json.dumps({"conversations": [{"from": role, "value": text} for role, text in turns], **more})


def test_conversations(prepare: Preparation) -> None:
    """Roles are renamed; what cannot be used is dropped with the reason."""
    ask, answer = ("human", "hi"), ("gpt", "yo")
    message = {"role": "user", "content": "hi"}
    calls: list[Any] = [{}]
    tool: Any = {"role": "assistant", "content": None, "tool_calls": calls}
    listed: list[Any] = [
        {"role": "user", "content": [{"type": "text", "text": "hey"}], "name": "x"},
        {"role": "assistant", "content": "ok"},
    ]
    image = [{"role": "user", "content": [{"type": "image", "image": "x"}]}]
    lines = [
        chat(("system", "be kind"), ask, answer, ("human", "again")),
        chat(("human", "other"), answer, system="be short"),
        chat(answer),
        chat(ask),
        chat(("tool", "x")),
        chat(("human", " ")),
        '{"conversations": "text"}',
        '{"conversations": ["text"]}',
        *(json.dumps({"conversations": value}) for value in ([message, tool], listed, image, [])),
    ]
    prepared = prepare("\n".join(lines), "chat.jsonl")
    assert [[turn["content"] for turn in record["messages"]] for record in records(prepared.train)] == [
        ["be kind", "hi", "yo"],
        ["be short", "other", "yo"],
        ["hey", "ok"],
    ]
    assert changes(prepared) == {
        "messages behind the last answer removed": (1, (1,)),
        "the roles are not user and assistant in turn": (1, (3,)),
        "the conversation has no answer": (1, (4,)),
        "messages of the role 'tool' are not supported": (1, (5,)),
        "a message has no text": (1, (6,)),
        "the conversation is not a list of messages": (2, (7, 12)),
        "a message is not an object": (1, (8,)),
        "a message calls a tool": (1, (9,)),
        "fields other than role and content removed": (1, (10,)),
        "parts of a message joined": (1, (10,)),
        "a message has an image or another part that is not text": (1, (11,)),
    }


def test_workbook(prepare: Preparation) -> None:
    """A sheet is read by its name, the first one by default; lines are its rows."""
    book = io.BytesIO()
    frame = pl.DataFrame({"text": ["a", None, "b"], "label": ["x", None, "y"]})
    frame.write_excel(book, worksheet="data")
    prepared = prepare(book.getvalue(), "a.xlsx")
    assert records(prepared.train) == [one("a", x=1, y=0), one("b", x=0, y=1)]
    assert changes(prepared) == {"empty rows": (1, (3,))}
    with pytest.raises(ValueError, match=r"sheet: b.xlsx has no sheet 'other'; it has data"):
        prepare(book.getvalue(), "b.xlsx", sheet="other", output="unused")
    with pytest.raises(ValueError, match="cannot be read as a workbook"):
        prepare(b"PK\x03\x04xl/workbook.xml", "c.xlsx", output=prepare.folder / "other")


def test_parquet_with_class_names(prepare: Preparation) -> None:
    """The names of classes that the library datasets writes into a Parquet file are used."""
    label = {"names": ["bad", "good"], "_type": "ClassLabel"}
    features = {
        "text": {"dtype": "string", "_type": "Value"},
        "label": label,
        "labels": {"feature": label},
        "tags": [label],
    }
    path = prepare.folder / "a.parquet"
    frame = pl.DataFrame({"text": ["a", "b", "c"], "label": [0, 1, -1], "labels": [[0, 1], [], [1]]})
    frame.write_parquet(path, metadata={"huggingface": json.dumps({"info": {"features": features}})})
    assert records(prepare(path).train) == [one("a", bad=1, good=0), one("b", bad=0, good=1)]
    several = prepare(path, columns={"label": "labels"}, overwrite=True)
    assert [record["completion"] for record in records(several.train)] == [
        {"bad": 1, "good": 1},
        {"bad": 0, "good": 0},
        {"bad": 0, "good": 1},
    ]
    with pytest.raises(ValueError, match="cannot be read as Parquet"):
        prepare(b"PAR1no", "b.parquet", output=prepare.folder / "other")


@pytest.mark.parametrize(
    "data",
    [
        pandas.DataFrame({"text": ["a", "b", None], "label": ["x", "y", None]}),
        pl.DataFrame({"text": ["a", "b", None], "label": ["x", "y", None]}),
        [{"text": "a", "label": "x"}, {"text": "b", "label": "y"}, {"text": None}],
        gzip.compress(b"text,label\na,x\nb,y\n"),
        bz2.compress(b"text,label\na,x\nb,y\n"),
        "\ufefftext,label\na,x\nb,y\n",
        "sep=;\r\ntext;label\r\na;x\r\nb;y\r\n",
        "text,label\ra,x\rb,y\r",
        "text,label\na,x\nb,y\n".encode("utf-16"),
        "text,label\na,x\nb,y".encode("utf-16-le"),
    ],
    ids=["pandas", "polars", "list", "gzip", "bzip2", "mark", "hint", "returns", "utf-16", "utf-16-le"],
)
def test_kinds_of_data(prepare: Preparation, data: Any) -> None:
    """Tables and iterables in memory, compressed files and all encodings have the same result."""
    assert records(prepare(data, "a.csv").train) == [one("a", x=1, y=0), one("b", x=0, y=1)]

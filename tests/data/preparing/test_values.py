"""Columns that are named, values of any type, and the command."""

from __future__ import annotations

import json
import os
import re
import sys
import unicodedata
from threading import Thread
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from click.testing import CliRunner

from emissary_client_sdk import prepare_dataset
from emissary_client_sdk._datafiles.texts import INVISIBLE
from emissary_client_sdk._preparing._tables import records as records_module
from emissary_client_sdk._preparing._tables import values
from emissary_client_sdk._preparing.options import settings_of
from emissary_client_sdk.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from emissary_client_sdk import PreparedDataset


def prepared_of(data: Any, folder: Path, **options: Any) -> PreparedDataset:
    """Prepare data without a test file."""
    folder.mkdir(exist_ok=True)
    return prepare_dataset(data, test_size=0, output=folder / "out", **options)


def records(prepared: PreparedDataset) -> list[Any]:
    """Return the records of the training file."""
    return [json.loads(line) for line in prepared.train.read_text(encoding="utf-8").splitlines()]


def completions(prepared: PreparedDataset) -> list[Any]:
    """Return the completions of the training file."""
    return [record["completion"] for record in records(prepared)]


def changes(prepared: PreparedDataset) -> list[str]:
    """Return the changes as text."""
    return list(map(str, prepared.report.changes))


@pytest.mark.parametrize(
    ("role", "values", "task_type"),
    [
        ("label", [1, 2], "classification"),
        ("score", ["1", "2"], "regression"),
        ("completion", [1, 2], "regression"),
        ("completion", ["1", "2"], "text-generation"),
    ],
)
def test_task_follows_from_the_role(tmp_path: Path, role: str, values: list[Any], task_type: str) -> None:
    """One column is named by its role; the only other one is the text, and the task is known."""
    data = [{"Satz": f"s{value}", "Wert": value} for value in values]
    report = prepared_of(data, tmp_path, columns={role: "Wert"}).report
    assert report.task_type == task_type
    assert report.columns["prompt"] == ["Satz"]


def test_numbers_as_labels(tmp_path: Path) -> None:
    """Whole numbers have no point as labels, whatever the type of the column is."""
    frame = pl.DataFrame({"text": ["a", "b", "c"], "label": [1.0, 2.5, None]})
    prepared = prepared_of(frame, tmp_path, task_type="classification")
    assert completions(prepared) == [{"1": 1, "2.5": 0}, {"1": 0, "2.5": 1}]
    mixed = [{"prompt": "a", "completion": 3.0}, {"prompt": "b", "completion": "x"}]
    assert completions(prepared_of(mixed, tmp_path / "2", task_type="text-generation")) == ["3", "x"]


def test_invisible_characters(tmp_path: Path) -> None:
    """A text of nothing else counts as empty; around a label, they are removed like spaces."""
    lists = [{"text": "a", "labels": ["\u200bx", "\ufeff"]}, {"text": "\u00a0\u200b", "labels": ["x"]}]
    table = "text,label\na,\u200bx \n\u00a0\u200b,x\n".encode()
    for data, line in ((lists, 1), (table, 2)):
        prepared = prepared_of(data, tmp_path, overwrite=True)
        assert completions(prepared) == [{"x": 1}]
        assert changes(prepared) == [
            f"repaired: spaces around labels removed (1 record: line {line})",
            f"dropped: no text (1 record: line {line + 1})",
        ]


def test_labels_that_are_no_list(tmp_path: Path) -> None:
    """A record is dropped if its labels look like a list but are not one, or are a number with a fraction."""
    table = b"text,labels\na,\"['x', 'y']\"\nb,['x' y]\n"
    prepared = prepared_of(table, tmp_path, task_type="classification")
    assert completions(prepared) == [{"x": 1, "y": 1}]
    assert changes(prepared) == ["dropped: no label (1 record: line 3)"]
    data = [{"text": "a", "labels": ["x"]}, {"text": "b", "labels": 0.5}, {"text": "c", "labels": {"x": ["y"]}}]
    assert changes(prepared_of(data, tmp_path / "2")) == ["dropped: no label (2 records: lines 2, 3)"]


def test_letters_that_are_hashed_as_they_are() -> None:
    """A character that normalization changes, alone or behind another one, is never among them."""
    decompositions = [unicodedata.decomposition(chr(code)) for code in range(0x11000)]
    second = {text.rpartition(" ")[2] for text in decompositions if re.match(r"\w+ ", text)}
    kept = [chr(code) for code in range(0x80, 0x11000) if not re.match(values.NORMALIZED, chr(code))]
    assert len(kept) > 30_000
    for letter in kept:
        assert unicodedata.normalize("NFKC", letter) == letter
        assert not unicodedata.combining(letter)
        assert not re.match(rf"[\s{INVISIBLE}]", letter)
        assert f"{ord(letter):04X}" not in second


def test_equal_texts_have_equal_hashes() -> None:
    """Case, white space, compatible and invisible characters make no difference, anything else does."""
    same = ["a bc ß", " A  BC ß", "a\tBc\nß", "a\vbc\fß", "\uff41 bc ß", "a\u00a0bc\u200b ß", "A bc ß \r\n"]
    hashes = values.text_hashes(pl.Series(same))
    assert hashes.n_unique() == 1
    assert values.text_hashes(pl.Series(["abc", "a bc", "ab c", "abcd"])).n_unique() == 4


def test_lines_that_are_no_records(tmp_path: Path) -> None:
    """A line of JSONL that is invalid or no object is dropped with the reason."""
    data = b'{"text": "a", "label": "x"}\n[1]\n{"text": "b", "label": NaN}\n'
    prepared = prepared_of(data, tmp_path)
    assert len(records(prepared)) == 1
    assert changes(prepared) == [
        "dropped: the record is not an object (1 record: line 2)",
        "dropped: invalid JSON: NaN is not JSON (1 record: line 3)",
    ]


def test_values_of_other_libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers of numpy and integers of any size are read; more records than fit into one frame are, too."""
    numpy = pytest.importorskip("numpy")
    monkeypatch.setattr(records_module, "_RECORDS", 1)
    data = [
        {"text": "a", "labels": numpy.array(["x", "y"])},
        {"text": "b", "labels": numpy.array([])},
        {"text": 10**30, "labels": ["x"]},
    ]
    assert records(prepared_of(data, tmp_path)) == [
        {"prompt": "a", "completion": {"x": 1, "y": 1}},
        {"prompt": "b", "completion": {"x": 0, "y": 0}},
        {"prompt": str(10**30), "completion": {"x": 1, "y": 0}},
    ]
    large = [{"prompt": "a", "completion": 10**30}]
    assert completions(prepared_of(large, tmp_path / "2", task_type="text-generation")) == [str(10**30)]


def test_groups_that_share_several_texts(tmp_path: Path) -> None:
    """Groups that are joined already stay so."""
    data = [{"text": f"t{number // 2}", "label": "x", "author": f"{number % 2}{number // 40}"} for number in range(200)]
    prepared = prepare_dataset(
        data, output=tmp_path / "out", group_by="author", duplicates="keep", task_type="classification"
    )
    assert prepared.report.leakage == 0
    assert (prepared.report.train_records, prepared.report.test_records) == (160, 40)


def test_report_without_labels(tmp_path: Path) -> None:
    """A text of a task without labels ends with the split."""
    report = prepared_of([{"prompt": "a", "completion": "b c"}], tmp_path).report
    assert str(report).splitlines()[-1] == ("split: 1 for training, 0 for testing, 0 dropped; texts in both files: 0")


def test_unknown_options_are_refused() -> None:
    """A misspelt option is named."""
    options: Any = {"testsize": 0.1}
    with pytest.raises(TypeError, match="prepare_dataset has no option testsize"):
        settings_of(None, options)


def test_broken_installation_is_not_a_missing_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A module of the package itself that is missing is not explained by an extra."""
    monkeypatch.setitem(sys.modules, "emissary_client_sdk._preparing._tables.pipeline", None)
    with pytest.raises(ModuleNotFoundError, match="pipeline"):
        prepared_of([], tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes")
def test_output_of_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records from a pipe are written to the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pipes").mkdir()
    pipe = tmp_path / "pipes" / "in.csv"
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_bytes, args=(b"text,label\na,x\n",))
    writer.start()
    prepared = prepare_dataset(pipe, test_size=0)
    writer.join()
    assert prepared.train.resolve() == tmp_path.resolve() / "in.csv.train.jsonl"


def command(*arguments: str, stdin: bytes = b"") -> str:
    """Return what the command writes."""
    with CliRunner().isolation(stdin) as (out, err, _):
        with pytest.raises(SystemExit) as exited:
            main(["datasets", "prepare", *arguments])
        sys.stdout.flush()
        assert not exited.value.code, err.getvalue().decode()
        return out.getvalue().decode()


def test_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command writes the files beside the data or, for standard input, to the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text("text,label\n" + "".join(f"a{number},{number % 2}\n" for number in range(20)))
    lines = command("t.csv", "--test-size", "0.5").splitlines()
    assert "split: 10 for training, 10 for testing, 0 dropped; texts in both files: 0" in lines
    assert lines[-2:] == ["Wrote t.train.jsonl", "Wrote t.test.jsonl"]
    shown = json.loads(command("t.csv", "--test-size", "0", "--overwrite", "--json"))
    assert (shown["train"], shown["test"], shown["report"]["train_records"]) == ("t.train.jsonl", None, 20)
    command("-", "--test-size", "0", stdin=b"text,label\na,x\n")
    assert json.loads((tmp_path / "dataset.train.jsonl").read_text()) == {"prompt": "a", "completion": {"x": 1}}

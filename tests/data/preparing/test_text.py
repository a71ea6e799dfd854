"""Delimited text and encodings, also in files that are read in several blocks."""

from __future__ import annotations

import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import prepare_dataset
from emissary_client_sdk._preparing._tables import delimited, encoding
from emissary_client_sdk._preparing._tables.changes import Changes

if TYPE_CHECKING:
    from pathlib import Path

    from emissary_client_sdk import PreparedDataset

JAPANESE = ("この製品はとても良いです", "配送が遅くて残念でした", "説明書が分かりにくいです", "また買いたいと思います")


@pytest.fixture
def blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 64 bytes."""
    monkeypatch.setattr(encoding, "_BLOCK", 64)


def prepared_of(data: bytes, folder: Path, **options: Any) -> PreparedDataset:
    """Prepare data without a test file."""
    folder.mkdir(exist_ok=True)
    return prepare_dataset(data, test_size=0, output=folder / "out", **options)


def prompts(prepared: PreparedDataset) -> list[str]:
    """Return the prompts of the training file."""
    return [json.loads(line)["prompt"] for line in prepared.train.read_text(encoding="utf-8").splitlines()]


def changes(prepared: PreparedDataset) -> list[str]:
    """Return the changes as text."""
    return list(map(str, prepared.report.changes))


@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize("size", range(1, 40, 3))
def test_rows_are_not_divided(tmp_path: Path, size: int, end: str) -> None:
    """A cell with line breaks is read whole wherever a block ends, and lines are counted on."""
    texts = [f"{number}{'x' * size}\n\n{'y' * size}" for number in range(20)]
    rows = "\n".join(f'"{text}",{number % 2}' for number, text in enumerate(texts))
    prepared = prepared_of(f"text,label\n{rows}\nlast,{end}".encode(), tmp_path)
    assert prompts(prepared) == texts
    assert changes(prepared) == ["dropped: no label (1 record: line 62)"]


@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize("limit", [100, 1 << 26])
def test_quote_that_is_not_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    """The error names the line from which on it is open; a huge file is not read completely."""
    monkeypatch.setattr(delimited, "_MAX_ROW", limit)
    data = b'text,label\na,x\n"' + b"b,y\n" * 200
    with pytest.raises(ValueError, match="a quote in line 3 or behind it is not closed"):
        prepared_of(data, tmp_path)


def test_cells_with_invalid_quotes(tmp_path: Path) -> None:
    """Quotes within a cell are a part of it, and the lines are right behind them."""
    data = b'text,label\n"one\ntwo",x\n"a"b,"c\nd" e\n,y\n'
    prepared = prepared_of(data, tmp_path)
    assert prompts(prepared) == ["one\ntwo", "ab"]
    assert changes(prepared) == ["dropped: no text (1 record: line 6)"]
    assert prompts(prepared_of(b'text,label\n"a" b,x\n"c" ,x\n', tmp_path / "other")) == ["a b", "c "]


def test_line_breaks_in_surplus_cells(tmp_path: Path) -> None:
    """The lines are right behind a row whose surplus cell has a line break."""
    prepared = prepared_of(b'text,label\na,x,c,"d\ne"\nb,x\n,y\n', tmp_path)
    assert prompts(prepared) == ["b"]
    assert changes(prepared) == [
        "dropped: more cells than columns (1 record: line 2)",
        "dropped: no text (1 record: line 5)",
    ]


def test_long_cells(tmp_path: Path) -> None:
    """A cell may be long, but not if its quotes are invalid; a header may not."""
    text = "x" * 200_000
    prepared = prepared_of(f'text,label\na,x\n{text},y\n"\n{text}",z\n'.encode(), tmp_path)
    assert prompts(prepared) == ["a", text, f"\n{text}"]
    with pytest.raises(ValueError, match="line 3 or one behind it cannot be read: field larger than"):
        prepared_of(f'text,label\na,x\n"{text}"a,"c\nd" e\n'.encode(), tmp_path / "other")
    with pytest.raises(ValueError, match="has no records"):
        prepared_of(f"{text},label\na,x\n".encode(), tmp_path / "other")


def test_delimiter_of_many_rows(tmp_path: Path) -> None:
    """Empty rows before and between the rows are no reason to take another delimiter."""
    rows = "\n\n".join(f"a, b, c {number};{number % 3}" for number in range(150))
    prepared = prepared_of(f"\n\ntext;label\n{rows}".encode(), tmp_path, task_type="classification")
    assert len(prompts(prepared)) == 150
    assert changes(prepared)[0] == "repaired: columns separated by semicolon instead of comma"


def test_byte_order_mark(tmp_path: Path) -> None:
    """A byte-order mark does not become a part of the first name."""
    table = "\ufefftext,label\na,x\n".encode()
    for folder, data in (("plain", table), ("compressed", gzip.compress(table))):
        prepared = prepared_of(data, tmp_path / folder)
        assert prepared.report.columns == {"prompt": ["text"], "label": ["label"]}
        assert changes(prepared) == ["repaired: byte-order mark removed"]


@pytest.mark.usefixtures("blocks")
def test_encoding_of_other_scripts(tmp_path: Path) -> None:
    """A text that is not Western is detected, and later blocks are read alike."""
    texts = [f"{JAPANESE[number % 4]} {number}" for number in range(40)]
    rows = "".join(f"{text},x\n" for text in [*texts[:20], *(f"ascii {n}" + "-" * 60 for n in range(3)), *texts[20:]])
    prepared = prepared_of(f"text,label\n{rows}".encode("cp932"), tmp_path)
    assert [text for text in prompts(prepared) if not text.isascii()] == texts
    assert all(change.startswith("repaired: encoding changed from cp932 to UTF-8") for change in changes(prepared))


def test_encoding_of_another_alphabet(tmp_path: Path) -> None:
    """A text that Windows-1252 has characters for, but that makes no sense in it, is read in another encoding."""
    texts = ["Доставка была очень быстрой", "Товар пришёл сломанным", "Спасибо за хорошую работу"]
    rows = "".join(f"{text},x\n" for text in texts)
    prepared = prepared_of(f"text,label\n{rows}".encode("cp1251"), tmp_path)
    assert prompts(prepared) == texts
    assert changes(prepared) == ["repaired: encoding changed from Windows-1251 to UTF-8 (3 records: lines 2, 3, 4)"]


def test_encodings_are_mixed(tmp_path: Path) -> None:
    """Lines of UTF-8 are kept, and only the others are converted."""
    data = b"text,label\n" + "grün,x\n".encode() + "schön,y\n".encode("cp1252")
    prepared = prepared_of(data, tmp_path)
    assert prompts(prepared) == ["grün", "schön"]
    assert changes(prepared) == ["repaired: encoding changed from Windows-1252 to UTF-8 (1 record: line 3)"]


@pytest.mark.usefixtures("blocks")
def test_reading_all_at_once() -> None:
    """A reader returns its whole text like any other file."""
    text = "grün\n" * 50
    assert encoding.TextReader(io.BytesIO(text.encode("cp1252")), Changes()).read() == text.encode()

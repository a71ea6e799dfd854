"""The data that an upload accepts."""

from __future__ import annotations

import gzip
import json
import os
import threading
from io import BytesIO, StringIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest
from starlette.datastructures import UploadFile

from emissary_client_sdk._datafiles.check import check_dataset, check_source
from emissary_client_sdk._datafiles.source import open_source
from emissary_client_sdk.errors import DatasetChangedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RECORDS: list[dict[str, Any]] = [
    {"prompt": "good \u20ac", "completion": {"positive": 1, "negative": 0}},
    {"prompt": "bad", "completion": {"positive": 0, "negative": 1}},
]
JSONL = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in RECORDS).encode()


def content(file: Any) -> bytes:
    """Return what would be sent, twice, as after a retry."""
    with open_source(file) as source:
        first = source.open().read()
        assert source.open().read() == first
        assert source.size == len(first)
        return first


class Pipe(BytesIO):
    """A file without random access."""

    def seekable(self) -> bool:
        """Return False."""
        return False

    def seek(self, *_: object) -> int:
        """Refuse to seek."""
        raise OSError("not seekable")


class Scalar:
    """A numpy scalar or array, as far as it is used."""

    def __init__(self, value: object) -> None:
        self.value = value

    def tolist(self) -> object:
        """Return the value."""
        return self.value


@pytest.mark.parametrize(
    "file",
    [
        JSONL,
        bytearray(JSONL),
        memoryview(JSONL),
        BytesIO(JSONL),
        Pipe(JSONL),
        RECORDS,
        (record for record in RECORDS),
        [{**RECORDS[0], "completion": MappingProxyType({"positive": Scalar(1), "negative": Scalar(0)})}, RECORDS[1]],
    ],
    ids=["bytes", "bytearray", "memoryview", "file", "pipe", "list", "generator", "scalars"],
)
def test_same_content_from_every_form(file: Any) -> None:
    """Each form of the data can be read several times."""
    assert content(file) == JSONL


class FakeFrame:
    """A pandas DataFrame, as far as it is used."""

    columns = ("prompt", "completion")

    def itertuples(self, index: bool, name: None) -> Iterator[tuple[Any, ...]]:
        """Return the rows."""
        assert (index, name) == (False, None)
        return (tuple(record.values()) for record in RECORDS)


class FakePolars:
    """A polars DataFrame, as far as it is used."""

    def iter_rows(self, *, named: bool) -> Iterator[dict[str, Any]]:
        """Return the rows."""
        assert named
        return iter(RECORDS)


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(FakeFrame, id="like pandas"),
        pytest.param(FakePolars, id="like polars"),
        pytest.param(lambda: pytest.importorskip("pandas").DataFrame(RECORDS), id="pandas"),
        pytest.param(lambda: pytest.importorskip("polars").DataFrame(RECORDS), id="polars"),
        pytest.param(lambda: pytest.importorskip("datasets").Dataset.from_list(RECORDS), id="datasets"),
    ],
)
def test_tables_are_written_as_json_lines(table: Any) -> None:
    """A table of a library that is not imported here becomes one record for each row."""
    assert content(table()) == JSONL
    with open_source(table()) as source:
        assert (source.file_name, source.content_type) == ("dataset.jsonl", "application/json")
    assert check_dataset(table()).labels == {"positive": 1, "negative": 1}


@pytest.mark.parametrize("library", ["pandas", "polars", "datasets"])
def test_numbers_of_tables_stay_numbers(library: str) -> None:
    """Integers, floats, booleans and arrays of numpy are written as JSON has them."""
    module = pytest.importorskip(library)
    numpy = pytest.importorskip("numpy")
    columns = {"a": [1, 2], "b": [0.5, 1.5], "c": [True, False], "d": [[1.0], [2.0, 3.0]]}
    table: Any
    if library == "datasets":
        table = module.Dataset.from_dict(columns).with_format("numpy")
    else:
        table = module.DataFrame({**columns, "a": numpy.array([1, 2])})
    assert (
        content(table)
        == b'{"a": 1, "b": 0.5, "c": true, "d": [1.0]}\n{"a": 2, "b": 1.5, "c": false, "d": [2.0, 3.0]}\n'
    )


NAN = float("nan")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (NAN, "NaN or infinity: fill or drop missing values"),
        ({"x": [Scalar([1, NAN])]}, "NaN or infinity: fill or drop missing values"),
        (type("NAType", (), {})(), "missing value"),
        ({1}, "set is not a type that JSON has"),
        ("\ud800", "'utf-8' codec can't encode character"),
        ({(1, 2): 3}, "keys must be str"),
    ],
)
def test_value_that_json_lacks_is_refused(value: Any, reason: str) -> None:
    """The error names the record and the column."""
    records = [{"prompt": "p", "score": 1}, {"prompt": "q", "score": value}]
    with pytest.raises(ValueError, match=rf"file: record 2, column 'score': {reason}"):
        content(records)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_missing_number_of_a_table_is_refused(library: str) -> None:
    """NaN is what pandas has for a missing number."""
    frame = pytest.importorskip(library).DataFrame({"prompt": ["p", "q"], "completion": [0.5, NAN]})
    with pytest.raises(ValueError, match=r"record 2, column 'completion': NaN"):
        check_dataset(frame)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (None, "file must be a path, bytes, an open binary file, an iterable of dicts, .* not NoneType"),
        (1, "not int"),
        ({"prompt": ["p"]}, "not dict; put records into a list"),
        (type("LazyFrame", (), {})(), r"not LazyFrame; call collect\(\)"),
        (StringIO("x"), r'file must be opened in binary mode: open\(path, "rb"\)'),
        (["record"], "file: record 1 must be a dict, not str"),
    ],
)
def test_other_types_are_refused(file: Any, message: str) -> None:
    """The error lists the accepted types."""
    with pytest.raises(TypeError, match=message):
        content(file)


def test_missing_file_is_reported(tmp_path: Path) -> None:
    """A path that does not exist is the caller's mistake."""
    with pytest.raises(FileNotFoundError):
        content(tmp_path / "missing.jsonl")


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("train.jsonl", b"", ("train.jsonl", "application/json")),
        ("train.CSV", b"", ("train.CSV", "text/csv")),
        ("train", b" [", ("train.json", "application/json")),
        ("train.txt", b"a,b", ("train.txt", "text/csv")),
    ],
)
def test_name_and_type_follow_from_the_path(name: str, data: bytes, expected: tuple[str, str], tmp_path: Path) -> None:
    """A file keeps its name; the extension, or else the content, decides on the type."""
    (tmp_path / name).write_bytes(data)
    with open_source(tmp_path / name) as source:
        assert (source.file_name, source.content_type) == expected
    with open_source(str(tmp_path / name)) as source, (tmp_path / name).open("rb") as file, open_source(file) as other:
        assert source.file_name == other.file_name == expected[0]


def test_path_is_closed_and_an_open_file_is_not(tmp_path: Path) -> None:
    """The caller's file keeps its position, and may be closed meanwhile."""
    path = tmp_path / "train.jsonl"
    path.write_bytes(b"skipped\n" + JSONL)
    with open_source(path) as source:
        reader = source.open()
    with pytest.raises(ValueError, match="closed file"):
        reader.read()
    with path.open("rb") as file:
        file.seek(8)
        with open_source(file) as source:
            assert (source.size, source.open().read()) == (len(JSONL), JSONL)
        assert file.tell() == 8
        with open_source(file):
            file.close()


def test_temporary_file_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left behind, not even if the iterable fails."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def failing() -> Iterator[dict[str, Any]]:
        yield RECORDS[0]
        raise ZeroDivisionError

    monkeypatch.setattr("emissary_client_sdk._datafiles.source._SPOOLED", 1)
    with open_source(RECORDS) as source:
        assert source.size
    with pytest.raises(ZeroDivisionError), open_source(failing()):
        pass
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_named_pipe_is_copied(tmp_path: Path) -> None:
    """A path that cannot be read twice is copied to a temporary file."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(JSONL,))
    writer.start()
    assert content(path) == JSONL
    writer.join()


@pytest.mark.parametrize("check", [True, False])
def test_file_that_changes_is_not_read_again(tmp_path: Path, check: bool) -> None:
    """Each block that was read is compared, also of a file of several blocks, and at its end."""
    path = tmp_path / "data.jsonl"
    path.write_bytes(JSONL * 30_000)
    with open_source(path) as source:
        assert check_source(source).ok if check else source.open().read() == JSONL * 30_000
        reader = source.open()
        assert reader.read(3) == JSONL[:3]
        with path.open("r+b") as file:
            file.seek(2_000_000)
            file.write(b"x")
        with pytest.raises(DatasetChangedError, match=r"data.jsonl changed after it was checked"):
            reader.read()
        path.write_bytes(JSONL)
        with pytest.raises(DatasetChangedError, match=r"data.jsonl changed while it was read: its size is no longer"):
            source.open().read()


def test_asynchronous_file_is_refused() -> None:
    """The error names the attribute to pass, and no coroutine is left behind."""
    with pytest.raises(TypeError, match=r"file is asynchronous \(UploadFile\): .* such as upload.file"):
        content(UploadFile(BytesIO(JSONL)))


def test_decompressed_data_is_named_as_such(tmp_path: Path) -> None:
    """A file that decompresses what it reads is sent without the extension of compressed ones."""
    path = tmp_path / "data.jsonl.gz"
    path.write_bytes(gzip.compress(JSONL))
    opened: Any = open_source
    with gzip.open(path) as file, opened(file) as source:
        assert (source.file_name, source.content_type) == ("data.jsonl", "application/json")
        assert source.open().read() == JSONL
    assert "compressed with gzip" in str(check_dataset(path))


def test_standard_input_has_no_file_name() -> None:
    """A name in angle brackets is not a file's."""
    file: Any = BytesIO(JSONL)
    file.name = "<stdin>"
    with open_source(file) as source:
        assert source.file_name == "dataset.jsonl"

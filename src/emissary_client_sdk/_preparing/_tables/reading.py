"""Opening of data of any supported kind as frames."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from ..._datafiles.batch import BLOCK
from ..._datafiles.formats import COMPRESSED_SUFFIXES, compression_of, detect_format, foreign_format, wide_encoding
from ..._datafiles.jsonarray import read_array
from ..._datafiles.jsonlines import read_jsonl
from ..._datafiles.source import is_path, open_source
from ..._datafiles.tables import records_of
from ..._datafiles.values import is_array, is_object
from ..._extras import missing_extra
from .delimited import DelimitedReader
from .encoding import MARK_REMOVED, TextReader
from .libraries import pl
from .records import record_frames, sliced, spooled_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from ..._datafiles.batch import Readable
    from ..options import PreparationSettings
    from .changes import Changes
    from .libraries import DataFrame

_OPENERS: Final[dict[str, Callable[[Any], Any]]] = {"gzip": gzip.open, "bzip2": bz2.open, "xz": lzma.open}
_FILES: Final = (str, os.PathLike, bytes, bytearray, memoryview)
_ZIP: Final = b"PK\x03\x04"
_WORKBOOK: Final = b"workbook"  # in the names of the files in it
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_PARQUET: Final = b"PAR1"


@dataclass
class TableSource:
    """Data that is read as frames.

    :ivar file_name: Name of the file.
    :ivar format: Name of the format.
    :ivar frames: The rows, with the column ``LINE``.
    :ivar class_names: The names of numbered classes, by column.
    """

    file_name: str
    format: str
    frames: Iterator[DataFrame]
    class_names: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


@contextmanager
def open_table(file: Any, settings: PreparationSettings, changes: Changes) -> Generator[TableSource, None, None]:
    """Open data.

    :raises TypeError: ``file`` is of a type that cannot be read.
    :raises ValueError: The file is of a format that cannot be read.
    """
    if isinstance(file, pl.DataFrame):
        yield TableSource("dataset", "records", sliced(file, 1))
    elif not _is_file(file) and (records := records_of(file)) is not None:
        with spooled_frames(records, changes) as frames:
            yield TableSource("dataset", "records", frames)
    else:
        with open_source(file) as source:
            reader: Any = source.open()
            name, compression = source.file_name, compression_of(source.head)
            if source.has_mark:
                changes.add("repaired", MARK_REMOVED)
            if compression is None:
                path = cast("str", file) if is_path(file) and Path(file).is_file() else None
                yield _table(reader, source.head, name, settings, changes, path)
                return
            if compression not in _OPENERS:
                raise ValueError(f"{name} is compressed with {compression}, which is not supported; decompress it")
            with _OPENERS[compression](reader) as opened:
                head = opened.read(BLOCK)
                opened.seek(0)
                inner = name[: name.rfind(".")] if name.lower().endswith(COMPRESSED_SUFFIXES) else name
                yield _table(opened, head, inner, settings, changes)


def _table(
    file: Readable, head: bytes, name: str, settings: PreparationSettings, changes: Changes, path: Any = None
) -> TableSource:
    if head.startswith((_ZIP, _OLD_EXCEL)):
        return TableSource(name, "xlsx" if head.startswith(_ZIP) else "xls", _workbook(file.read(), name, settings))
    if head.startswith(_PARQUET):
        return _parquet(path if path is not None else io.BytesIO(file.read()), name)
    foreign = None if settings.encoding or wide_encoding(head[:4096]) else foreign_format(head)
    if foreign is not None:
        raise ValueError(f"{name} is {foreign[0]}; {foreign[1]}")
    text = TextReader(file, changes, settings.encoding)
    kind = detect_format(text.peek(), name)
    if kind == "csv":
        delimited = DelimitedReader(text, changes)
        return TableSource(name, "tsv" if name.lower().endswith(".tsv") else "csv", delimited.frames())
    batches = read_array(text) if kind == "json" else read_jsonl(text)
    return TableSource(name, kind, record_frames(batches, changes))


def _workbook(content: bytes, name: str, settings: PreparationSettings) -> Iterator[DataFrame]:
    """Yield the rows of a sheet.

    :raises ValueError: There is no such sheet, or the file is not a workbook.
    """
    try:
        import fastexcel
    except ModuleNotFoundError as error:
        raise ImportError(missing_extra("Reading a workbook", "fastexcel", "data"), name=error.name) from error
    try:
        book: Any = fastexcel.read_excel(content)
    except fastexcel.FastExcelError as error:
        if content.startswith(_ZIP) and _WORKBOOK not in content:
            raise ValueError(f"{name} is a ZIP archive; extract it") from None
        raise ValueError(f"{name} cannot be read as a workbook: {str(error).splitlines()[0]}") from None
    sheet = settings.sheet or book.sheet_names[0]
    if sheet not in book.sheet_names:
        raise ValueError(f"sheet: {name} has no sheet {sheet!r}; it has {', '.join(book.sheet_names)}")
    frame: DataFrame = book.load_sheet(sheet, dtypes="string").to_polars()
    yield from sliced(frame, 2)


def _parquet(source: Any, name: str) -> TableSource:
    """Return the rows of a Parquet file, with the names of classes that the library ``datasets`` writes into it."""
    try:
        frame = pl.scan_parquet(source)
        metadata = pl.read_parquet_metadata(source)
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"{name} cannot be read as Parquet: {error}") from None
    features = json.loads(metadata.get("huggingface", "{}")).get("info", {}).get("features", {})
    names = {column: _class_names(feature) for column, feature in features.items()}
    return TableSource(name, "parquet", sliced(frame, 1), {column: found for column, found in names.items() if found})


def _is_file(file: object) -> bool:
    return isinstance(file, _FILES)


def _class_names(feature: Any) -> list[str] | None:
    """Return the names of a feature of the type ClassLabel, or of a list of them."""
    if is_array(feature) and feature:
        return _class_names(feature[0])
    if not is_object(feature):
        return None
    return feature.get("names") if feature.get("_type") == "ClassLabel" else _class_names(feature.get("feature"))

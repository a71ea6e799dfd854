"""Reading of Parquet files with polars (extra ``data``), a part at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._extras import missing_extra

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

MAGIC: Final = b"PAR1"
_ROWS: Final = 20_000


def read_parquet(file: Path | BinaryIO, column: str | None) -> Iterator[dict[str, Any]]:
    """Yield the rows of a Parquet file.

    :param column: The only column to read; None for all.
    :raises ImportError: polars is not installed.
    """
    try:
        import polars
    except ImportError:
        raise ImportError(missing_extra("A Parquet file", "polars", "data")) from None
    frame = polars.scan_parquet(file)
    if column in frame.collect_schema().names():
        frame = frame.select(column)
    offset = 0
    while rows := frame.slice(offset, _ROWS).collect().rows(named=True):
        yield from rows
        offset += len(rows)

"""Texts, numbers, flags and labels in a column of any type."""

from __future__ import annotations

import ast
import json
import struct
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from ..._datafiles.texts import INVISIBLE
from ..._datafiles.values import is_array, is_object
from .libraries import pl

if TYPE_CHECKING:
    from .libraries import Series

SEPARATOR: Final = "\x1f"
"""Stands between the labels of a record."""
_FLAGS: Final = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
_DECIMAL_COMMA: Final = r"^\s*([+-]?\d+),(\d+)\s*$"


def as_text(series: Series) -> Series:
    """Return the values as texts; null for what is blank or no text."""
    dtype = series.dtype
    if dtype == pl.Object or dtype.is_nested():
        series = pl.Series(series.name, map(_text_of, series.to_list()), dtype=pl.String)
    elif dtype.is_float():
        whole = series.cast(pl.Int64, strict=False)
        series = whole.cast(pl.String).zip_with((whole == series).fill_null(value=False), series.cast(pl.String))
    elif dtype != pl.String:
        series = series.cast(pl.String)
    is_blank = series.str.strip_chars() == ""
    if is_blank.any():
        series = series.set(is_blank, None)
    return series


def _text_of(value: Any) -> str | None:
    """Return a JSON value as text; None for a list, and for an object that is not a side of a pair."""
    if is_object(value):
        value = value.get("text")
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value) if isinstance(value, (int, float)) else None


def as_numbers(series: Series) -> Series:
    """Return the values as finite numbers; null for anything else. A decimal comma is read, too."""
    if not series.dtype.is_numeric():
        if series.dtype in (pl.Object, pl.Boolean):
            series = as_text(series)
            series = series.replace({"true": "1", "false": "0"})
        text = series.cast(pl.String).str.strip_chars()
        series = text.str.replace(_DECIMAL_COMMA, "${1}.${2}").cast(pl.Float64, strict=False)
    numbers = series.cast(pl.Float64)
    found: Series = numbers.set(~numbers.is_finite().fill_null(value=True), None)
    return found


def indicators(series: Series) -> Series:
    """Return the values as booleans; null for what is neither 1 nor 0."""
    text = as_text(series).str.strip_chars().str.to_lowercase()
    flags: Series = text.replace_strict(_FLAGS, default=None, return_dtype=pl.Boolean)
    return flags


def normalized(series: Series) -> Series:
    """Return texts without differences of case, white space and compatible characters."""
    special = series.str.len_bytes() != series.str.len_chars()
    if special.any():
        simple = series.str.normalize("NFKC").str.replace_all(f"[{INVISIBLE}]", "")
        series = simple.zip_with(special, series)
    series = series.str.to_lowercase().str.strip_chars()
    spaced = series.str.contains(r"\s\s|[^\S ]")
    return series.str.replace_all(r"\s+", " ").zip_with(spaced, series) if spaced.any() else series


def stable_hash(series: Series) -> Series:
    """Return hashes of texts that are the same everywhere, unlike those of polars, so that a split is."""
    digests = b"".join([blake2b(text.encode(), digest_size=8).digest() for text in series])
    return pl.Series(series.name, struct.unpack(f"<{series.len()}Q", digests), dtype=pl.UInt64)


def is_listed(series: Series) -> bool:
    """Return whether texts are written as lists, such as ['joy', 'anger']."""
    text = series.drop_nulls()
    if series.dtype != pl.String or not text.len():
        return False
    return bool((text.str.starts_with("[") & text.str.ends_with("]")).all())


def listed_labels(value: Any) -> list[str] | None:
    """Return the labels of a list, of a text that is written as one, or of a map of labels to 0 or 1.

    :returns: None for another value.
    """
    if isinstance(value, str):
        try:
            value = ast.literal_eval(value)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return None
    if is_object(value):
        return [str(label) for label, flag in value.items() if flag] if {*value.values()} <= {0, 1, None} else None
    if not is_array(value):
        return None
    texts = map(_text_of, value)
    return [text for text in texts if text and text.strip()]

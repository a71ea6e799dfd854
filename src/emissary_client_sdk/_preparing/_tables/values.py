"""Texts, numbers, flags and labels in a column of any type."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING, Any, Final

from ..._datafiles.texts import INVISIBLE
from ..._datafiles.values import is_array, is_object
from .libraries import pl

if TYPE_CHECKING:
    from .libraries import Series

SEPARATOR: Final = "\x1f"
"""Stands between the labels of a record."""
EDGES: Final = "".join(re.findall(rf"[\s{INVISIBLE}]", "".join(map(chr, [*range(0xD800), 0xFEFF]))))
"""White space and invisible characters, which are removed around labels."""
_FLAGS: Final = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
NORMALIZED: Final = (
    r"[^\x00-\x7f\u00a1-\u00a7\u00a9\u00ab\u00ae\u00b0\u00b7\u00bb\u00bf-\u0131\u0134-\u013e\u0141-\u0148\u014a-\u017e"
    r"\u0388-\u038a\u038e-\u03a1\u03a3-\u03cf\u0400-\u0482\u05d0-\u05ea\u0621-\u064a\u0660-\u0669\u0679-\u06d3"
    r"\u2013\u2014\u2018-\u201e\u2022\u20ac\u3001-\u3029\u3041-\u3096\u30a1-\u30fe\u4e00-\u9fff\uac00-\ud7a3]"
)
"""A character that the normalization NFKC may change, alone or behind another one. It is not a usual letter."""
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
    is_blank = ~series.str.contains(f"[^{EDGES}]")
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


def text_hashes(series: Series) -> Series:
    """Return hashes of texts without differences of case, white space and compatible characters."""
    plain = series.str.replace_many(["\t", "\n", "\r"], [" "] * 3).str.strip_chars().str.to_lowercase()
    hashes: Series = plain.hash()
    others: Series = plain.str.contains("  ", literal=True) | plain.str.contains(r"[\v\f]")
    is_ascii = series.str.len_bytes() == series.str.len_chars()
    if not is_ascii.all():
        others |= series.str.contains(NORMALIZED)
    rows = others.arg_true()
    if rows.len():
        simple = series.gather(rows).str.normalize("NFKC").str.replace_all(f"[{INVISIBLE}]", "").str.to_lowercase()
        hashes.scatter(rows, simple.str.strip_chars().str.replace_all(r"\s+", " ").hash())
    return hashes


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
        are_flags = all(flag in (0, 1, None) for flag in value.values())
        return [str(label) for label, flag in value.items() if flag] if are_flags else None
    if not is_array(value):
        return None
    texts = map(_text_of, value)
    return [text for text in texts if text and text.strip(EDGES)]

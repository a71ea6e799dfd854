"""Texts as numbers: hashed words and parts of words."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from .libraries import Floats, Matrix, extraction, preprocessing, text
from .vectorizers import PARTS, WORDS

Analyzer = Callable[[str], list[str]]


@lru_cache(maxsize=1)
def analyzer() -> Analyzer:
    """Return the function that splits a text into words, pairs of words, and parts of words."""
    words, parts = (text.HashingVectorizer(**options).build_analyzer() for options in (WORDS, PARTS))

    def analyze(content: str) -> list[str]:
        found: list[str] = words(content) + parts(content)
        return found

    return analyze


def vectors(texts: Iterable[str], size: int) -> Matrix:
    """Return a sparse row of length 1 for each text, of zeros if the text is blank."""
    return preprocessing.normalize(_hasher(size).transform(map(analyzer(), texts)), copy=False)


def vector(content: str, size: int) -> tuple[Any, Floats]:
    """Return the columns and values of one text: the same as ``vectors``, without its fixed costs."""
    row: Any = _hasher(size).transform([analyzer()(content)])
    values: Floats = row.data
    return row.indices, values / (np.sqrt(values @ values) or 1)


@lru_cache(maxsize=8)
def _hasher(size: int) -> Any:
    return extraction.FeatureHasher(n_features=size, input_type="string", dtype=np.float32)

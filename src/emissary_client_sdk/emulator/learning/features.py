"""Texts as numbers: hashed words and parts of words."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from .libraries import Floats, Matrix, extraction, preprocessing, text, utils
from .vectorizers import PARTS, WORDS

_words, _parts = (text.HashingVectorizer(**options).build_analyzer() for options in (WORDS, PARTS))


def analyze(content: str) -> list[str]:
    """Split a text into words, pairs of words, and parts of words."""
    found: list[str] = _words(content) + _parts(content)
    return found


def vectors(texts: Iterable[str], size: int) -> Matrix:
    """Return a sparse row of length 1 for each text, of zeros if the text is blank."""
    hasher = extraction.FeatureHasher(n_features=size, input_type="string", dtype=np.float32)
    return preprocessing.normalize(hasher.transform(map(analyze, texts)), copy=False)


def vector(content: str, size: int) -> tuple[Any, Floats]:
    """Return the columns and values of one text.

    They are those of ``vectors``, where making the matrix of a single text takes as long as the rest of an answer.
    """
    counts: dict[int, int] = {}
    for token in analyze(content):
        digest: int = utils.murmurhash3_32(token)
        column = abs(digest) % size
        counts[column] = counts.get(column, 0) + (1 if digest >= 0 else -1)
    values = np.array(list(counts.values()), np.float32)
    return np.array(list(counts), np.intp), values / (np.sqrt(values @ values) or 1)

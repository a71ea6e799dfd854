"""The options of the HashingVectorizers of scikit-learn that turn texts into features."""

from typing import Any

WORDS: dict[str, Any] = {"ngram_range": (1, 2), "token_pattern": r"(?u)\b\w+\b"}
PARTS: dict[str, Any] = {"analyzer": "char_wb", "ngram_range": (4, 4)}
"""Options of the vectorizers whose n-grams are joined."""

COUNTS: dict[str, Any] = {
    "token_pattern": r"(?u)\b\w+\b",
    "alternate_sign": False,
    "norm": None,
    "n_features": 1 << 18,
}
"""Options of the vectorizer that counts words, for text generation."""

DIMENSIONS = 384
"""The length of the vectors of embeddings."""

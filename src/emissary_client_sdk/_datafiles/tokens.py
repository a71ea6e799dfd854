"""An estimate of the number of tokens in a text.

The rates are tokens per character of the tokenizer cl100k in prose and source code; the script follows from the first
byte of a character in UTF-8. The tokenizers of other models differ by a similar amount as the estimate.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_RATES: Final[tuple[tuple[Iterable[int], float], ...]] = (
    (string.punctuation.encode(), 0.55),
    (string.digits.encode(), 0.8),
    (range(0xC2, 0xCE), 1.5),  # Latin letters with accents
    (range(0xCE, 0xD0), 1.0),  # Greek
    (range(0xD0, 0xD4), 0.5),  # Cyrillic
    (range(0xD4, 0xD6), 2.1),  # Armenian
    (range(0xD6, 0xD8), 1.15),  # Hebrew
    (range(0xD8, 0xE0), 0.85),  # Arabic
    (range(0xE0, 0xE1), 1.4),  # Devanagari, Bangla, Tamil, Thai and other scripts of South Asia
    (range(0xE1, 0xE2), 2.0),  # Georgian, Ethiopic, Khmer, and Vietnamese letters
    (range(0xE2, 0xE3), 1.0),  # punctuation
    (range(0xE3, 0xF0), 1.25),  # Chinese, Japanese, Korean
    (range(0xF0, 0xF5), 2.5),  # emoji and rare characters
)
_OTHER_RATE: Final = 0.2  # ASCII letters and white space
_PLAIN: Final = bytes(set(range(128)).difference(*(leads for leads, _ in _RATES)))
_OTHER_BYTES: Final = tuple((bytes(set(range(256)).difference(leads)), rate) for leads, rate in _RATES)


def estimate_tokens(texts: Sequence[str]) -> float:
    """Return about how many tokens texts have.

    The estimate of several texts is within a quarter of cl100k for English, Chinese, Bangla, Arabic and source code.
    Languages with few speakers online have more tokens.
    """
    text = "".join(texts)
    special = text.encode(errors="replace").translate(None, _PLAIN)
    counts = [len(special.translate(None, others)) for others, _ in _OTHER_BYTES]
    estimate = sum(count * rate for count, (_, rate) in zip(counts, _OTHER_BYTES, strict=True))
    return estimate + (len(text) - sum(counts)) * _OTHER_RATE

"""Evaluation of embeddings by the cosines of pairs of texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from .._display.values import View
from .checks import numbers, require_records
from .extra import needs_extra
from .rendering import number
from .report import Details, Mistake, Report, report_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from typing_extensions import Unpack

    from .._display.values import Value

Vectors = tuple["Sequence[float]", "Sequence[float]"]
"""The embeddings of the two texts of a record."""


@dataclass(frozen=True, kw_only=True, repr=False)
class EmbeddingReport(Report):
    """Agreement of the cosines of embeddings with similarities. ``evaluate_embeddings`` returns it.

    The numbers are those of the answered records. A number is None if it is undefined.
    """

    task: ClassVar[str] = "embedding"
    gates: ClassVar[tuple[str, ...]] = ("spearman", "pearson")

    spearman: float | None
    """Rank correlation of Spearman (``scipy.stats.spearmanr``). None if all cosines or similarities are equal."""
    pearson: float | None
    """Correlation of Pearson (``scipy.stats.pearsonr``). None if all cosines or similarities are equal."""
    similarities: list[float] = field(compare=False)
    """True similarity of each record."""
    cosines: list[float | None] = field(compare=False)
    """Cosine of each record's embeddings, None if the call failed."""

    def _mistakes(self) -> list[Mistake]:
        return []  # a cosine need not equal the similarity; only their order is compared

    def _truth_of(self, position: int) -> float:
        return self.similarities[position]

    def _failed_positions(self) -> Sequence[int]:
        return [position for position, value in enumerate(self.cosines) if value is None]

    def _view(self, *, is_narrow: bool) -> View:
        facts: list[list[Value]] = [
            ["records", self._counts()],
            ["Spearman", number(self.spearman)],
            ["Pearson", number(self.pearson)],
            *self._origin(is_narrow=is_narrow),
        ]
        return View(self._title(), None, None, facts, self._record_tables())


def evaluate_embeddings(
    similarities: Iterable[float], embeddings: Iterable[Vectors | None], **details: Unpack[Details]
) -> EmbeddingReport:
    """Evaluate embeddings of pairs of texts against their similarities. It needs the extra ``evaluation``.

    :param similarities: True similarity of each pair.
    :param embeddings: The two vectors of each pair, None if a call failed.
    :param details: Origin and records of the report, see ``Details``.
    :raises TypeError: A similarity is not a number, or an entry is not a pair of vectors.
    :raises ValueError: There are no records, lengths differ, a number is NaN or infinite, or a vector has no direction.
    :raises ImportError: The extra is not installed.
    """
    with needs_extra("evaluate_embeddings"):
        from ._numeric.regression import correlations, cosine
    true, vectors = numbers("similarities", similarities), list(embeddings)
    require_records(similarities=true, embeddings=vectors)
    found = [None if pair is None else cosine(pair, f"embeddings[{each}]") for each, pair in enumerate(vectors)]
    pairs = [(truth, value) for truth, value in zip(true, found, strict=True) if value is not None]
    spearman, pearson = correlations(*([pair[side] for pair in pairs] for side in (0, 1)))
    return EmbeddingReport(
        **report_fields(details, len(true), {}),
        records=len(true),
        failed=len(true) - len(pairs),
        spearman=spearman,
        pearson=pearson,
        similarities=true,
        cosines=found,
    )

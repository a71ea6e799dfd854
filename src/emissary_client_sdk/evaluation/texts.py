"""Evaluation of generated texts."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from .._display.values import View
from .checks import require_records, require_seed, require_share, require_texts
from .comparison import ComparableReport
from .extra import needs_extra
from .rendering import number
from .report import Details, Mistake, report_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from typing_extensions import Unpack

    from .._display.values import Value
    from .measures import Interval


@dataclass(frozen=True, kw_only=True, repr=False)
class TextReport(ComparableReport):
    """Quality of generated texts. ``evaluate_texts`` returns it.

    Failed records count as wrong in ``exact_match``, and are left out of ``score``.
    """

    task: ClassVar[str] = "text-generation"
    gates: ClassVar[tuple[str, ...]] = ("exact_match", "score")

    exact_match: float
    """Share of the records whose answer is the expected text, character by character."""
    exact_match_interval: Interval
    """Wilson interval of ``exact_match``."""
    score: float | None
    """Mean of the scorer's scores of the answered records; None without a scorer."""
    truth: list[str] = field(compare=False)
    """Expected text of each record."""
    answers: list[str | None] = field(compare=False)
    """Answer to each record, None if the call failed."""
    scores: list[float | None] | None = field(compare=False)
    """Score of each answer."""

    def _mistakes(self) -> list[Mistake]:
        source = self.source
        return [
            Mistake(source.lines[each], source.text(each), truth, answer)
            for each, (truth, answer) in enumerate(zip(self.truth, self.answers, strict=True))
            if answer is not None and answer != truth
        ]

    def _truth_of(self, position: int) -> str:
        return self.truth[position]

    def _prediction_of(self, position: int) -> str | None:
        return self.answers[position]

    def _is_correct(self) -> Sequence[bool]:
        return [answer == truth for truth, answer in zip(self.truth, self.answers, strict=True)]

    def _failed_positions(self) -> Sequence[int]:
        return [position for position, answer in enumerate(self.answers) if answer is None]

    def _view(self, *, is_narrow: bool) -> View:
        facts: list[list[Value]] = [
            ["records", self._counts()],
            ["exact match", number(self.exact_match, self.exact_match_interval)],
        ]
        if self.scores is not None:
            facts.append(["score", number(self.score)])
        return View(self._title(), None, None, [*facts, *self._origin(is_narrow=is_narrow)], self._record_tables())


def evaluate_texts(
    truth: Iterable[str],
    answers: Iterable[str | None],
    *,
    scorer: Callable[[Any, str], float] | None = None,
    records: Iterable[Any] | None = None,
    confidence: float = 0.95,
    seed: int = 0,
    **details: Unpack[Details],
) -> TextReport:
    """Evaluate generated texts against the expected ones. It needs the extra ``evaluation``.

    :param truth: Expected text of each record.
    :param answers: Generated text of each record, None if the call failed.
    :param scorer: Function of a record and its answer that returns a score.
    :param records: The records for the scorer; by default the expected texts.
    :param confidence: Confidence of the interval.
    :param seed: Seed of bootstraps in comparisons.
    :param details: Origin and records of the report, see ``Details``.
    :raises TypeError: A text is not a str; the message names the record.
    :raises ValueError: There are no records, lengths differ, or a score is not a finite number.
    :raises ImportError: The extra is not installed.
    """
    with needs_extra("evaluate_texts"):
        from ._numeric.intervals import wilson
    require_share("confidence", confidence)
    require_seed(seed)
    expected, found = list(truth), list(answers)
    require_records(truth=expected, answers=found)
    require_texts("truth", expected)
    require_texts("answers", found, allow_none=True)
    scores = None if scorer is None else _scores(scorer, expected if records is None else list(records), found)
    known = [score for score in scores or [] if score is not None]
    matches = sum(answer == text for answer, text in zip(found, expected, strict=True))
    interval = wilson(matches, len(expected), confidence)
    return TextReport(
        **report_fields(details, len(expected), {"confidence": confidence, "seed": seed}),
        records=len(expected),
        failed=found.count(None),
        exact_match=matches / len(expected),
        exact_match_interval=interval,
        score=math.fsum(known) / len(known) if known else None,
        truth=expected,
        answers=found,
        scores=scores,
    )


def _scores(scorer: Callable[[Any, str], float], records: list[Any], answers: list[str | None]) -> list[float | None]:
    if len(records) != len(answers):
        raise ValueError(f"records has {len(records):,} records, but answers has {len(answers):,}")
    return [
        None if answer is None else _score(scorer(record, answer), position)
        for position, (record, answer) in enumerate(zip(records, answers, strict=True))
    ]


def _score(score: Any, position: int) -> float:
    try:
        number = float(score)  # also of a bool
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"scorer must return a finite number, not {score!r}, for record {position}")
    return number

"""Evaluation of a regression."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from .._display.text import figure
from .._display.values import View
from .checks import numbers, numbers_or_none, require_records
from .extra import needs_extra
from .rendering import number
from .report import Details, Mistake, Report, report_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from typing_extensions import Unpack

    from .._display.values import Value


@dataclass(frozen=True, kw_only=True, repr=False)
class RegressionReport(Report):
    """Quality of a regression. ``evaluate_regression`` returns it.

    The numbers are those of the answered records. A number is None if it is undefined.
    """

    task: ClassVar[str] = "regression"
    gates: ClassVar[tuple[str, ...]] = ("r2", "spearman")

    mae: float | None
    """Mean absolute error (scikit-learn's ``mean_absolute_error``)."""
    rmse: float | None
    """Root of the mean squared error (scikit-learn's ``mean_squared_error``)."""
    r2: float | None
    """Share of the variance that is explained (scikit-learn's ``r2_score``). None if all true values are equal."""
    spearman: float | None
    """Rank correlation of Spearman (``scipy.stats.spearmanr``). None if all true or all predicted values are equal."""
    truth: list[float] = field(compare=False)
    """True value of each record."""
    predictions: list[float | None] = field(compare=False)
    """Predicted value of each record, None if the call failed."""

    def _mistakes(self) -> list[Mistake]:
        source = self.source
        found = [
            (abs(value - truth), Mistake(source.lines[each], source.text(each), truth, value))
            for each, (truth, value) in enumerate(zip(self.truth, self.predictions, strict=True))
            if value is not None and value != truth
        ]
        return [mistake for _, mistake in sorted(found, key=lambda pair: -pair[0])]

    def _truth_of(self, position: int) -> float:
        return self.truth[position]

    def _failed_positions(self) -> Sequence[int]:
        return [position for position, value in enumerate(self.predictions) if value is None]

    def _view(self, *, is_narrow: bool) -> View:
        facts: list[list[Value]] = [
            ["records", self._counts()],
            ["mean absolute error", _figure(self.mae)],
            ["root mean squared error", _figure(self.rmse)],
            ["R²", number(self.r2)],
            ["Spearman", number(self.spearman)],
            *self._origin(is_narrow=is_narrow),
        ]
        return View(self._title(), None, None, facts, self._record_tables())


def _figure(value: float | None) -> str:
    return "undefined" if value is None else figure(value)


def evaluate_regression(
    truth: Iterable[float], predictions: Iterable[float | None], **details: Unpack[Details]
) -> RegressionReport:
    """Evaluate the values of a regression against the true ones. It needs the extra ``evaluation``.

    :param truth: True value of each record.
    :param predictions: Predicted value of each record, None if the call failed.
    :param details: Origin and records of the report, see ``Details``.
    :raises TypeError: A value is not a number; the message names the record.
    :raises ValueError: There are no records, the lengths differ, or a value is NaN or infinite.
    :raises ImportError: The extra is not installed.
    """
    with needs_extra("evaluate_regression"):
        from ._numeric.regression import correlations, errors
    true, found = numbers("truth", truth), numbers_or_none("predictions", predictions)
    require_records(truth=true, predictions=found)
    pairs = [(expected, value) for expected, value in zip(true, found, strict=True) if value is not None]
    expected, values = ([pair[side] for pair in pairs] for side in (0, 1))
    mae, rmse, r2 = errors(expected, values)
    return RegressionReport(
        **report_fields(details, len(true), {}),
        records=len(true),
        failed=len(true) - len(pairs),
        mae=mae,
        rmse=rmse,
        r2=r2,
        spearman=correlations(expected, values)[0],
        truth=true,
        predictions=found,
    )

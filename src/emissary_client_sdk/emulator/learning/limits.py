"""Why a dataset cannot be learned, as far as its upload shows."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ... import DatasetReport

MOST_LABELS = 1_000
TOO_MANY_LABELS = f"the dataset has more than {MOST_LABELS:,} labels"
ONE_CLASS = "the dataset has one class only, so there is nothing to tell apart"
BLANK = "all prompts of the dataset are blank"


def why_not(report: "DatasetReport") -> str:
    """Return why a dataset cannot be learned, and an empty string if it can."""
    counts = report.labels
    if report.label_kind is not None:
        # The report of a CSV file stops at a number of labels; the other records are then in none of the counts.
        if len(counts) > MOST_LABELS or (report.label_kind == "multiclass" and sum(counts.values()) < report.records):
            return TOO_MANY_LABELS
        if all(count in (0, report.records) for count in counts.values()):
            return ONE_CLASS
    return "" if report.characters else BLANK

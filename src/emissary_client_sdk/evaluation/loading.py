"""Reading saved reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import files
from .classification import ClassificationReport
from .embeddings import EmbeddingReport
from .extra import needs_extra
from .regression import RegressionReport
from .texts import TextReport

if TYPE_CHECKING:
    from .files import PathLike
    from .report import Report

_REPORTS: dict[str, type[Report]] = {
    each.task: each for each in (ClassificationReport, EmbeddingReport, RegressionReport, TextReport)
}


def load_report(path: PathLike) -> Any:
    """Read a report that ``save`` wrote. It needs the extra ``evaluation``.

    :param path: File of the report.
    :returns: A report of the class that was saved.
    :raises FileNotFoundError: There is no such file.
    :raises ValueError: The file is not a saved report, or is damaged.
    :raises ImportError: The extra is not installed.
    """
    content = files.read(path, "report")
    try:
        with needs_extra("load_report"):
            return _REPORTS[content["task"]].restored(content["report"], content["columns"])
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is a damaged report: {error!r}") from None

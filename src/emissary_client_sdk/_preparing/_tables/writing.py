"""Writing records in the format of the platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .libraries import pl
from .values import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import BinaryIO

    from .changes import Changes
    from .columns import ColumnPlan
    from .libraries import DataFrame, Expr

_SCALES: Final = (1, 5, 10, 100)


class RecordWriter:
    """Writes records of one task."""

    def __init__(self, plan: ColumnPlan, labels: list[str], changes: Changes) -> None:
        self._plan = plan
        self._labels = labels
        self._changes = changes

    def scale_of(self, paths: Iterable[Path]) -> float:
        """Return by what the scores of pairs are divided so that they are at most 1.

        :raises ValueError: They are on no known scale.
        """
        low, high = 0.0, 0.0
        for path in paths:
            scores = pl.read_ipc(path.read_bytes(), columns=["completion"])["completion"]
            low, high = min(low, *scores.sort().head(1)), max(high, *scores.sort().tail(1))
        if low >= -1 and high <= 1:
            return 1
        scale = next((scale for scale in _SCALES if low >= 0 and high <= scale), None)
        if scale is None:
            raise ValueError(f"the scores go from {low:g} to {high:g}; a similarity must be from -1 to 1")
        self._changes.add("converted", f"scores divided by {scale}")
        return scale

    def write(self, frame: DataFrame, file: BinaryIO, scale: float) -> None:
        """Write records as JSON Lines."""
        if not frame.height:
            return
        if self._plan.messages is not None:
            file.write("\n".join(frame["record"]).encode() + b"\n")
            return
        if self._plan.task_type == "embedding":
            sides = {"itemA": "text1", "itemB": "text2"}
            items = [pl.struct(pl.col(text).alias("text")).alias(side) for side, text in sides.items()]
            frame = frame.select(*items, (pl.col("completion") / scale).alias("similarity"))
        elif self._plan.task_type == "classification":
            frame = frame.select("prompt", pl.struct(map(self._flag, self._labels)).alias("completion"))
        frame.write_ndjson(file)

    def _flag(self, label: str) -> Expr:
        joined = pl.lit(SEPARATOR) + pl.col("labels") + SEPARATOR
        found = joined.str.contains(f"{SEPARATOR}{label}{SEPARATOR}", literal=True)
        return found.cast(pl.UInt8).alias(label)

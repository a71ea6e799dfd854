"""Writing records in the format of the platform."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from .libraries import pl
from .values import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import BinaryIO

    from .changes import Changes
    from .columns import ColumnPlan
    from .libraries import DataFrame

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
            scores = pl.read_ipc_stream(path, columns=["completion"])["completion"]
            low, high = min(low, *scores.sort().head(1)), max(high, *scores.sort().tail(1))
        if low >= -1 and high <= 1:
            return 1
        scale = next((scale for scale in _SCALES if low >= 0 and high <= scale), None)
        if scale is None:
            raise ValueError(f"the scores go from {low:g} to {high:g}; a similarity must be from -1 to 1")
        self._changes.add("converted", f"scores divided by {scale}")
        return scale

    def lines(self, frame: DataFrame, scale: float) -> DataFrame:
        """Return records as lines of JSON Lines; those of several columns are joined by commas."""
        if self._plan.messages is not None:
            lines = pl.col("record")
        elif self._plan.task_type == "embedding":
            sides = {"itemA": "text1", "itemB": "text2"}
            items = [pl.struct(pl.col(text).alias("text")).alias(side) for side, text in sides.items()]
            lines = pl.struct(*items, (pl.col("completion") / scale).alias("similarity")).struct.json_encode()
        elif self._plan.task_type == "classification":
            completions = {joined: self._completion(joined) for joined in frame["labels"].unique()}
            prompt = pl.struct("prompt").struct.json_encode().str.strip_suffix("}")
            completion = pl.col("labels").replace_strict(completions, return_dtype=pl.String)
            return frame.select(prompt, completion)
        else:
            lines = pl.struct("prompt", "completion").struct.json_encode()
        return frame.select(lines)

    def _completion(self, joined: str) -> str:
        given = joined.split(SEPARATOR)
        flags = {label: int(label in given) for label in self._labels}
        return f'"completion":{json.dumps(flags, ensure_ascii=False, separators=(",", ":"))}}}'


def write_lines(lines: DataFrame, file: BinaryIO) -> None:
    """Write lines to a file."""
    lines.write_csv(file, include_header=False, quote_style="never")

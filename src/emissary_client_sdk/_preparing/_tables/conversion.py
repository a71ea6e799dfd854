"""The conversion of rows to the fields of the platform's records."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from ..._datafiles.values import is_object
from .changes import LINE
from .conversations import ConversationError, convert
from .libraries import pl
from .values import EDGES, SEPARATOR, as_numbers, as_text, indicators, is_listed, listed_labels, text_hashes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..options import PreparationSettings
    from .changes import Changes
    from .columns import ColumnPlan
    from .libraries import DataFrame, Series

QUESTION: Final = "\0question"
ANSWER: Final = "\0answer"
GROUP: Final = "\0group"
"""Columns of hashes."""
_JOINT: Final = "\n\n"


class Converter:
    """Converts rows.

    :ivar labels: The labels that were found, in the order in which they occur.
    """

    def __init__(
        self, plan: ColumnPlan, settings: PreparationSettings, changes: Changes, class_names: dict[str, list[str]]
    ) -> None:
        self._plan = plan
        self._changes = changes
        self._class_names = class_names
        self._known = settings.labels
        self._is_listed: bool | None = None
        self.labels: dict[str, None] = dict.fromkeys(settings.labels or (plan.answer if plan.are_indicators else ()))
        self.records = 0

    def convert(self, frame: DataFrame) -> DataFrame:
        """Return the rows that can be used, with the fields of the task, their line and the hash of their group."""
        blank = frame.select(pl.all_horizontal(pl.exclude(LINE).is_null())).to_series()
        frame = self._changes.drop_rows("empty rows", frame, blank)
        self.records += frame.height
        frame = frame.with_columns(
            self._named(frame[name]) for name in self._class_names if name in self._plan.answer and name in frame
        )
        plan = self._plan
        frame = frame.with_columns(
            pl.lit(None, pl.String).alias(name)
            for name in (*plan.prompt, *plan.answer, plan.messages, plan.system, plan.group)
            if name is not None and name not in frame
        )
        group = [] if plan.group is None else [self._group(as_text(frame[plan.group]))]
        if plan.messages is not None:
            return self._conversations(frame.with_columns(group))
        return self._records(frame.with_columns(group))

    def _records(self, frame: DataFrame) -> DataFrame:
        plan = self._plan
        texts = [as_text(frame[name]) for name in plan.prompt]
        fields: list[Series]
        if plan.task_type == "embedding":
            fields = [texts[0].alias("text1"), texts[1].alias("text2")]
            is_missing: Series = texts[0].is_null() | texts[1].is_null()
        else:
            fields = [self._joined(texts)]
            is_missing = texts[0].is_null()
        kept = [LINE, *([GROUP] if plan.group is not None else [])]
        answer, why = self._answer(frame)
        found: DataFrame = pl.DataFrame([*fields, answer, *(frame[name] for name in kept)])
        found = found.with_columns(is_missing.alias(QUESTION))
        found = self._changes.drop_rows("no text", found, is_missing)
        found = self._changes.drop_rows(why, found, found[answer.name].is_null()).drop(QUESTION)
        if answer.name == "labels":
            found = self._collect_labels(found)
        return found

    @staticmethod
    def _group(names: Series) -> Series:
        """Return the hashes of the names of groups; null without a name."""
        return names.hash().set(names.is_null(), None).alias(GROUP)

    def _joined(self, texts: Sequence[Series]) -> Series:
        if len(texts) == 1:
            return texts[0].alias("prompt")
        names = [f"text{number}" for number in range(len(texts))]
        frame = pl.DataFrame([text.alias(name) for text, name in zip(texts, names, strict=True)])
        return frame.select(pl.concat_str(names, separator=_JOINT, ignore_nulls=True).alias("prompt")).to_series()

    def _answer(self, frame: DataFrame) -> tuple[Series, str]:
        """Return the answers, and the reason why some of them are null."""
        plan = self._plan
        if plan.are_indicators:
            return self._flagged(frame), "a label is neither 0 nor 1"
        series = frame[plan.answer[0]]
        if plan.task_type in ("regression", "embedding"):
            return as_numbers(series).alias("completion"), "no number"
        if plan.task_type != "classification":
            return as_text(series).alias("completion"), "no completion"
        return self._named_labels(series, frame), "no label"

    def _flagged(self, frame: DataFrame) -> Series:
        """Return the names of the columns that hold 1."""
        columns: list[Series] = []
        wrong = pl.Series([False]).new_from_index(0, frame.height)
        for name in self._plan.answer:
            empty = as_text(frame[name]).is_null()
            self._changes.add_rows("repaired", f"empty cells of {name!r} read as 0", frame, empty)
            flags = indicators(frame[name]).set(empty, value=False)
            wrong = wrong | flags.is_null()
            labels = pl.Series([name]).new_from_index(0, frame.height)
            columns.append(labels.set(~flags.fill_null(value=False), None).alias(name))
        joined = pl.concat_str(self._plan.answer, separator=SEPARATOR, ignore_nulls=True)
        return pl.DataFrame(columns).select(joined.alias("labels")).to_series().set(wrong, None)

    def _named_labels(self, series: Series, frame: DataFrame) -> Series:
        if self._is_listed is None:
            self._is_listed = series.dtype == pl.Object or series.dtype.is_nested() or is_listed(series)
        if self._is_listed and not series.dtype.is_numeric():
            return self._listed(series, frame)
        text = as_text(series)
        stripped = text.str.strip_chars(EDGES)
        self._changes.add_rows(
            "repaired", "spaces around labels removed", frame, (text != stripped).fill_null(value=False)
        )
        return stripped.alias("labels")

    def _listed(self, series: Series, frame: DataFrame) -> Series:
        found: list[str | None] = []
        spaced: list[bool] = []
        for value in series.to_list():
            is_text = isinstance(value, (str, int)) and not str(value).startswith("[")
            labels = listed_labels([value] if is_text else value)
            if is_object(value):
                self._add_labels([str(label).strip(EDGES) for label in value])
            stripped = None if labels is None or (is_text and not labels) else [label.strip(EDGES) for label in labels]
            spaced.append(stripped != labels and stripped is not None)
            found.append(None if stripped is None else SEPARATOR.join(dict.fromkeys(stripped)))
        self._changes.add_rows("repaired", "spaces around labels removed", frame, pl.Series(spaced, dtype=pl.Boolean))
        return pl.Series("labels", found, dtype=pl.String)

    def _collect_labels(self, found: DataFrame) -> DataFrame:
        """Remember the labels, or drop the records with others than the known ones."""
        for joined in found["labels"].unique(maintain_order=True):
            labels = [label for label in joined.split(SEPARATOR) if label]
            if self._known and not {*labels} <= {*self._known}:
                message = f"the label {joined.replace(SEPARATOR, ', ')!r} is not one of the training file"
                found = self._changes.drop_rows(message, found, found["labels"] == joined)
            self._add_labels(labels)
        return found

    def _add_labels(self, labels: Sequence[str]) -> None:
        if not self._known:
            self.labels.update(dict.fromkeys(labels))

    def _named(self, series: Series) -> Series:
        """Return the names of numbered classes."""
        names = self._class_names[series.name]
        numbers = list(range(len(names)))
        if series.dtype == pl.List:
            naming = pl.element().replace_strict(numbers, names, default=None, return_dtype=pl.String)
            return series.list.eval(naming)
        named: Series = series.replace_strict(numbers, names, default=None, return_dtype=pl.String)
        return named

    def _conversations(self, frame: DataFrame) -> DataFrame:
        plan = self._plan
        systems = as_text(frame[plan.system]).to_list() if plan.system else [None] * frame.height
        rows: list[tuple[str, str, str] | None] = []
        values: list[Any] = frame[plan.messages or ""].to_list()
        for line, value, system in zip(frame[LINE], values, systems, strict=True):
            try:
                messages, changes = convert(value, system)
            except ConversationError as error:
                self._changes.add("dropped", str(error), 1, (line,))
                rows.append(None)
                continue
            for change in changes:
                self._changes.add("converted", change, 1, (line,))
            asked = json.dumps(messages[:-1], ensure_ascii=False)
            rows.append((json.dumps({"messages": messages}, ensure_ascii=False), asked, messages[-1]["content"]))
        good = [row for row in rows if row is not None]
        found = pl.DataFrame(good, schema={"record": pl.String, QUESTION: pl.String, ANSWER: pl.String}, orient="row")
        kept = frame.filter(pl.Series([row is not None for row in rows], dtype=pl.Boolean))
        found = found.with_columns(kept[LINE])
        return found if plan.group is None else found.with_columns(kept[GROUP])


def hashed(found: DataFrame) -> DataFrame:
    """Return converted rows with hashes of what they ask and answer."""
    asked = [text_hashes(found[name]) for name in found.columns if name in ("prompt", "text1", "text2", QUESTION)]
    said = found[next(name for name in found.columns if name in ("labels", "completion", ANSWER))]
    is_text = said.name != "labels" and said.dtype == pl.String
    answer = text_hashes(said) if is_text else said.hash()
    return found.with_columns(pl.DataFrame(asked).hash_rows().alias(QUESTION), answer.alias(ANSWER))

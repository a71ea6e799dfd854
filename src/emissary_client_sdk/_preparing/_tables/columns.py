"""The choice of the columns and of the task."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ..._datafiles.naming import CHAT_NAMES, COMPLETION_NAMES, LABEL_NAMES, PAIR_NAMES, PROMPT_NAMES, SCORE_NAMES, plain
from .changes import LINE
from .libraries import pl
from .values import as_numbers, as_text, indicators

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..options import PreparationSettings
    from .libraries import DataFrame, Series

_NUMBERED_PAIR_SCORES: Final = (*SCORE_NAMES, "label", "is_duplicate")
_CONTEXT_NAMES: Final = ("input", "context")
_SYSTEM_NAMES: Final = ("system", "system_prompt")
_WORDS: Final = {*PROMPT_NAMES[:6], "comment", "review", "message"}
_OPTIONS: Final = {"prompt": "--text-column", "label": "--label-column"}
_FEW: Final = 20
"""Different texts up to which a column of unknown name looks like labels."""


@dataclass(frozen=True)
class ColumnPlan:
    """The columns that a preparation reads.

    :ivar prompt: Columns that are joined, or the two sides of a pair.
    :ivar answer: The column of the answer, or columns of 0 and 1.
    :ivar are_indicators: Whether the columns of the answer hold 0 and 1 for one label each.
    """

    task_type: str
    prompt: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()
    messages: str | None = None
    system: str | None = None
    group: str | None = None
    are_indicators: bool = False
    is_guessed: bool = False

    @property
    def columns(self) -> dict[str, list[str]]:
        """The columns by what they are used for."""
        if self.messages is not None:
            found = {"messages": [self.messages]}
        else:
            answer = {"classification": "label", "regression": "score", "embedding": "score"}
            found = {"prompt": [*self.prompt], answer.get(self.task_type, "completion"): [*self.answer]}
        extra = {"system": self.system, "group": self.group}
        return found | {role: [name] for role, name in extra.items() if name is not None}


def plan_of(frame: DataFrame, settings: PreparationSettings) -> ColumnPlan:
    """Return what is read from which columns, as given or guessed from names and the first rows.

    :raises ValueError: A column does not exist, or cannot be guessed.
    """
    names = [name for name in frame.columns if name != LINE]
    _require([name for given in settings.columns.values() for name in given], names)
    _require([settings.group_by] if settings.group_by is not None else [], names)
    return _Guess(frame, names, settings).plan()


def _require(wanted: Iterable[str], names: Sequence[str]) -> None:
    missing = [name for name in wanted if name not in names]
    if missing:
        raise ValueError(f"there is no column {missing[0]!r}; the columns are {', '.join(names)}")


class _Guess:
    """The search for columns."""

    def __init__(self, frame: DataFrame, names: list[str], settings: PreparationSettings) -> None:
        self._frame = frame
        self._names = names
        self._task = settings.task_type
        self._given = settings.columns
        self._group = settings.group_by

    def plan(self) -> ColumnPlan:
        is_guessed = self._task is None or not self._given
        messages = self._messages()
        if messages is not None:
            if self._task not in (None, "text-generation"):
                raise ValueError(f"task_type: conversations are for text-generation, not {self._task}")
            system = self._find(_SYSTEM_NAMES, [messages])
            return ColumnPlan("text-generation", (), (), messages, system, self._group, is_guessed=is_guessed)
        prompt = self._given.get("prompt") or self._prompt()
        used = [*prompt, *([self._group] if self._group else [])]
        role = next((role for role in ("label", "score", "completion") if role in self._given), None)
        answer = self._given[role] if role else self._answer(used, is_pair=self._is_pair(prompt))
        task = self._task or self._task_of(role, prompt, answer)
        if task == "embedding" and len(prompt) != 2:
            raise ValueError('columns: an embedding needs two texts, such as {"prompt": ["text1", "text2"]}')
        are_indicators = task == "classification" and (len(answer) > 1 or self._is_indicator(answer, role))
        if len(answer) > 1 and not are_indicators:
            raise ValueError(f"columns: {task} needs one column with the answer, not {len(answer)}")
        return ColumnPlan(task, prompt, answer, None, None, self._group, are_indicators, is_guessed)

    def _is_indicator(self, answer: tuple[str, ...], role: str | None) -> bool:
        """Return whether one column of 0 and 1 is named after its label, and not label or similar."""
        return (
            role in (None, "label")
            and self._find(LABEL_NAMES, [], list(answer)) is None
            and self._holds_flags(answer[0])
        )

    def _find(self, wanted: Iterable[str], used: Sequence[str], names: Sequence[str] | None = None) -> str | None:
        by_name = {plain(name): name for name in reversed(names or self._names) if name not in used}
        return next((by_name[plain(name)] for name in wanted if plain(name) in by_name), None)

    def _find_prompt(self, used: Sequence[str]) -> str | None:
        """Return the column with the text: of a usual name, or the only one with such a word (``comment_text``)."""
        words = [name for name in self._names if name not in used and {*re.split(r"[\W_]+", name.lower())} & _WORDS]
        return self._find(PROMPT_NAMES, used) or (words[0] if len(words) == 1 else None)

    def _messages(self) -> str | None:
        if "messages" in self._given:
            return self._given["messages"][0]
        if self._given or self._task not in (None, "text-generation"):
            return None
        return self._find(CHAT_NAMES, [])

    def _is_pair(self, prompt: Sequence[str]) -> bool:
        return self._task == "embedding" or tuple(map(plain, prompt)) in [
            tuple(map(plain, pair)) for pair in PAIR_NAMES
        ]

    def _prompt(self) -> tuple[str, ...]:
        used = [name for names in self._given.values() for name in names]
        if self._task in (None, "embedding"):
            for pair in PAIR_NAMES:
                sides = [found for name in pair if (found := self._find([name], used)) is not None]
                if len(sides) == 2 and self._find(_NUMBERED_PAIR_SCORES, [*used, *sides]) is not None:
                    return tuple(sides)
        instruction = self._find(["instruction"], used)
        context = None if instruction is None else self._find(_CONTEXT_NAMES, [*used, instruction])
        if instruction is not None and context is not None:
            return instruction, context
        found = self._find_prompt(used)
        others = [name for name in self._names if name not in used and name != self._group]
        if found is None and len(others) == 2 and self._find((*LABEL_NAMES, *COMPLETION_NAMES, *SCORE_NAMES), used):
            answer = self._find((*LABEL_NAMES, *COMPLETION_NAMES, *SCORE_NAMES), used)
            found = next(name for name in others if name != answer)
        if found is None and len(others) == 1 and used:
            found = others[0]
        if found is None:
            raise ValueError(self._unknown("text", "prompt"))
        return (found,)

    def _answer(self, used: Sequence[str], *, is_pair: bool) -> tuple[str, ...]:
        orders: dict[str | None, tuple[str, ...]] = {
            "classification": LABEL_NAMES,
            "regression": (*SCORE_NAMES, *COMPLETION_NAMES, *LABEL_NAMES),
            "embedding": _NUMBERED_PAIR_SCORES,
            "text-generation": (*COMPLETION_NAMES, *LABEL_NAMES),
            "ner": (*COMPLETION_NAMES, *LABEL_NAMES),
            None: (*LABEL_NAMES[:11], *COMPLETION_NAMES, *LABEL_NAMES, *SCORE_NAMES),
        }
        found = self._find(_NUMBERED_PAIR_SCORES if is_pair else orders[self._task], used)
        if found is not None:
            return (found,)
        others = [name for name in self._names if name not in used]
        flags = [name for name in others if self._holds_flags(name)]
        if self._task in (None, "classification") and flags:
            return tuple(flags)
        if len(others) == 1:
            return (others[0],)
        raise ValueError(self._unknown("answer", "label"))

    def _holds_flags(self, name: str) -> bool:
        flags = indicators(self._frame[name])
        return bool(flags.null_count() == 0 and flags.len() > 0)

    def _unknown(self, what: str, role: str) -> str:
        return (
            f"the column of the {what} cannot be guessed; name it, such as columns={{{role!r}: {self._names[0]!r}}} "
            f"({_OPTIONS[role]}); the columns are {', '.join(self._names)}"
        )

    def _task_of(self, role: str | None, prompt: Sequence[str], answer: Sequence[str]) -> str:
        """Return the task by the role, the name and the values of the answer."""
        if len(answer) > 1:
            return "classification"
        series = self._frame[answer[0]].drop_nulls()
        if self._is_pair(prompt) and role in (None, "score"):
            return "embedding"
        if len(prompt) > 1 and role is None:  # an instruction and its input
            return "text-generation"
        if role == "score":
            return "regression"
        if _is_nested(series):
            return "classification"
        numbers = as_numbers(series)
        are_numbers = numbers.null_count() == 0 and series.dtype != pl.Boolean
        if role == "label":
            return "classification"
        if role == "completion":
            return "regression" if are_numbers and series.dtype.is_numeric() else "text-generation"
        if self._find(LABEL_NAMES[:11], [], list(answer)) is not None:
            return "regression" if are_numbers and not (numbers % 1 == 0).all() else "classification"
        if self._find((*COMPLETION_NAMES, *SCORE_NAMES), [], list(answer)) is not None:
            return "regression" if are_numbers else "text-generation"
        if are_numbers and not self._holds_flags(answer[0]):
            return "regression"
        few = as_text(series).str.strip_chars().n_unique() <= min(_FEW, max(series.len() // 2, 2))
        return "classification" if few else "text-generation"


def _is_nested(series: Series) -> bool:
    """Return whether values are lists or maps of labels."""
    if series.dtype != pl.Object:
        return bool(series.dtype.is_nested())
    values: list[Any] = series.head(1000).to_list()
    return any(isinstance(value, (dict, list)) for value in values)

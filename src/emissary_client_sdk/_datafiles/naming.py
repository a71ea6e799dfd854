"""Usual names of fields, and hints for records with other names than the platform expects."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from .formats import PREPARE
from .values import is_array, is_object, named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# fmt: off
PROMPT_NAMES: Final = (
    "prompt", "input", "text", "instruction", "question", "query", "sentence", "content", "message", "body",
    "review", "comment", "description", "document", "utterance", "ticket", "email", "tweet", "title", "source",
)
COMPLETION_NAMES: Final = (
    "completion", "output", "expected_output", "response", "answer", "target", "reply", "chosen", "summary",
    "generation", "assistant", "translation",
)
LABEL_NAMES: Final = (
    "label", "labels", "category", "categories", "class", "classes", "intent", "tag", "tags", "sentiment", "topic",
    "target", "type", "completion", "expected_output", "output",
)
# fmt: on
SCORE_NAMES: Final = ("similarity", "score", "label_score", "relatedness", "rating", "value")
PAIR_NAMES: Final = (
    ("itemA", "itemB"),
    ("text1", "text2"),
    ("sentence1", "sentence2"),
    ("text_a", "text_b"),
    ("sentence_a", "sentence_b"),
    ("question1", "question2"),
    ("premise", "hypothesis"),
    ("anchor", "positive"),
    ("query", "document"),
)
_COLUMNS: Final = (
    "the file holds columns, not records",
    'write it with DataFrame.to_json(path, orient="records", lines=True)',
)
CHAT_NAMES: Final = ("messages", "conversations", "conversation", "dialog", "dialogue")
_ALIASES: Final = {
    "prompt": PROMPT_NAMES,
    "input": PROMPT_NAMES,
    "completion": COMPLETION_NAMES,
    "expected_output": (*COMPLETION_NAMES, *LABEL_NAMES),
    "messages": CHAT_NAMES,
    "similarity": SCORE_NAMES,
    "score": SCORE_NAMES,
    **{name: tuple(pair[index] for pair in PAIR_NAMES) for index, name in enumerate(("itemA", "itemB"))},
    **{name: tuple(pair[index] for pair in PAIR_NAMES) for index, name in enumerate(("text1", "text2"))},
}
FORMS: Final = (("prompt", "completion"), ("messages",), ("itemA", "itemB", "similarity"))
"""The names of the fields of JSON records."""
_KNOWN_LAYOUTS: Final = (PROMPT_NAMES, COMPLETION_NAMES, LABEL_NAMES, SCORE_NAMES, CHAT_NAMES)


def plain(name: str) -> str:
    """Return a name without differences of case, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", name).casefold()


def rename_hint(missing: Iterable[str], unexpected: Iterable[str]) -> str | None:
    """Return which fields to rename, if names are similar to the missing ones or mean the same."""
    left = list(unexpected)
    renames: list[str] = []
    for name in missing:
        found = _meant(name, left)
        if found is not None:
            left.remove(found)
            renames.append(f"`{found}` to `{name}`")
    return f"rename {' and '.join(renames)}" if renames else None


def _meant(name: str, candidates: list[str]) -> str | None:
    simple = {plain(candidate): candidate for candidate in reversed(candidates)}
    for alias in (name, *_ALIASES.get(name, ())):
        if plain(alias) in simple:
            return simple[plain(alias)]
    near = get_close_matches(plain(name), simple, 1, 0.75)
    return simple[near[0]] if near else None


def why_no_records(record: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return why the only object of a file is the whole data and not a record, and a hint; None if it is a record."""
    values = list(record.values())
    if values and all(isinstance(value, dict) and "0" in value for value in values):
        return _COLUMNS
    lists = list(filter(is_array, values))
    if len(lists) < len(values):
        return None
    if len(lists) == 1 and all(map(is_object, lists[0])) and plain(next(iter(record))) not in map(plain, CHAT_NAMES):
        return f"the records are in the field {named(list(record))}", "write its array alone"
    lengths = {len(cells) for cells in lists}
    return _COLUMNS if len(lists) > 1 and len(lengths) == 1 and max(lengths) > 1 else None


def why_unknown(records: list[dict[str, Any]]) -> tuple[str, str | None]:
    """Return why records fit no task, judged by one of them, and a hint."""
    record = records[0]
    names = set(record)
    if not names:
        return "records must have the fields prompt and completion, messages, or itemA, itemB and similarity", None
    if len(records) == 1 and (reason := why_no_records(record)):
        return reason
    if names >= {"chosen", "rejected"}:
        hint = "rename `chosen` to `completion` and drop `rejected` for text-generation"
        return "preference pairs (chosen, rejected) are no format of the platform", hint
    if "prompt" in names and isinstance(record["prompt"], (dict, list)):
        return 'prompt must be a string, or for tasks with images {"content": [{"type": "image", …}]}', None
    if "prompt" in names and "completion" in names:
        return "completion must be a string, a number or an object of labels", PREPARE
    return f"records with {named(names)} fit no task; {_nearest(record)}", _layout_hint(record)


def _nearest(record: Mapping[str, Any]) -> str:
    left = list(record)

    def score(form: tuple[str, ...]) -> float:
        return sum(_meant(name, left) is not None for name in form) / len(form)

    best = max(FORMS, key=score)
    return f"the nearest format has {' and '.join(', '.join(best).rsplit(', ', 1))}"


def _layout_hint(record: Mapping[str, Any]) -> str | None:
    names = set(map(plain, record))
    known = {plain(name) for layout in _KNOWN_LAYOUTS for name in layout}
    form = next((form for form in FORMS if set(form) & names), ())
    missing = [name for name in form if name not in record]
    hint = rename_hint(missing, set(record) - set(form)) if missing else None
    if hint and hint.count("`") == 4 * len(missing):  # all of them
        return hint
    return PREPARE if names & known else None

"""Made-up answers of experiments, from the words that a text shares with descriptions. No I/O."""

import re
from collections.abc import Mapping
from typing import Any, cast

_TOKEN = re.compile(r"\w+")
_LETTERS = 5  # compared of a word, so that its forms are equal
_SHORTEST = 3
_COMMON = frozenset(
    _TOKEN.findall("and are can for from has have its not the that their them they this was were with you your")
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def shared(text: str, *descriptions: str) -> int:
    """Return how many of the words of a text are in the descriptions."""
    return len(_keys(text) & _keys(" ".join(descriptions)))


def share_of_high(text: str, low: str, high: str) -> float:
    """Return how near a text is to the description of the highest value: 0.5 if it is as near to the lowest one."""
    near, far = len(_keys(text) & (_keys(high) - _keys(low))), len(_keys(text) & (_keys(low) - _keys(high)))
    return (near + 0.5) / (near + far + 1)


def mentions(text: str, description: str) -> list[str]:
    """Return the parts of a text that consist of words of a description, each part once."""
    wanted, parts, end = _keys(description), list[str](), -1
    for match in _TOKEN.finditer(text):
        if _key(match[0]) not in wanted:
            continue
        if parts and text[end : match.start()].isspace():
            parts[-1] += text[end : match.end()]
        else:
            parts.append(match[0])
        end = match.end()
    return list(dict.fromkeys(parts))


def arguments(text: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a value for each required argument of a tool."""
    properties = schema["properties"]
    return {name: _argument(text, properties.get(name, {})) for name in schema["required"]}


def _argument(text: str, schema: Any) -> Any:
    described = cast("dict[str, Any]", schema) if isinstance(schema, dict) else {}
    if options := described.get("enum"):
        return next((option for option in options if str(option).casefold() in text.casefold()), options[0])
    numbers = _NUMBER.findall(text) or ["0"]
    values: dict[str, Any] = {"boolean": True, "array": [], "object": {}}
    values |= {"integer": int(float(numbers[0])), "number": float(numbers[0])}
    kind = described.get("type")
    return values.get(kind, text) if isinstance(kind, str) else text


def _keys(text: str) -> set[str]:
    return {key for key in map(_key, _TOKEN.findall(text)) if key}


def _key(word: str) -> str:
    """Return the part of a word that is compared; empty for a word that says little."""
    folded = word.casefold()
    return "" if len(folded) < _SHORTEST or folded in _COMMON else folded[:_LETTERS]

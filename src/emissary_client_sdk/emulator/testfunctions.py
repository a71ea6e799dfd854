"""The testing functions of the emulated platform. Clients see their source texts; none is run from its text."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

Function = Callable[[str, str, str], float]
"""Scores a predicted output: of the input, the expected output and the predicted one."""


def exact_match_shared(input_text: str, expected_output: str, predicted_output: str) -> float:
    """Return 1 if the output is the expected one, apart from surrounding whitespace."""
    return float(predicted_output.strip() == expected_output.strip())


def similarity_score_shared(input_text: str, expected_output: str, predicted_output: str) -> float:
    """Return the similarity of the output to the expected one, from 0 to 1."""
    from difflib import SequenceMatcher

    return SequenceMatcher(None, expected_output, predicted_output).ratio()


def test_similarity_shared(input_text: str, expected_output: str, predicted_output: str) -> float:
    """Return the similarity of the words of the output to those of the expected one, from 0 to 1."""
    from difflib import SequenceMatcher

    return SequenceMatcher(None, expected_output.split(), predicted_output.split()).ratio()


def length_ratio_shared(input_text: str, expected_output: str, predicted_output: str) -> float:
    """Return how close the output's length is to the expected one, from 0 to 1."""
    import numpy

    lengths = sorted([len(expected_output), len(predicted_output)])
    return float(numpy.divide(lengths[0] or 1, lengths[1] or 1))


FUNCTIONS: dict[str, Function] = {
    function.__name__: function
    for function in (exact_match_shared, similarity_score_shared, test_similarity_shared, length_ratio_shared)
}


def summaries(functions: Mapping[str, Function]) -> list[dict[str, Any]]:
    """Return the TestingFunctionSummary of each function."""
    needs = {length_ratio_shared.__name__: ["numpy"]}
    return [
        {"name": name, "content": _source(function), "dependencies": needs.get(name, [])}
        for name, function in functions.items()
    ]


def _source(function: Function) -> str:
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):  # typed into an interpreter, or not written in Python
        return f"# The source text of {function!r} is not available.\n"

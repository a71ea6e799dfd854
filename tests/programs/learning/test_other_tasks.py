"""The learning of regression, embeddings and text generation."""

import math
from collections.abc import Sequence
from typing import Any, cast

import pytest

from emissary_client_sdk.emulator.learning.plan import Plan
from emissary_client_sdk.emulator.learning.prompts import Prompts, Triple
from emissary_client_sdk.emulator.learning.records import CannotLearn
from emissary_client_sdk.emulator.learning.regressor import Regressor
from emissary_client_sdk.emulator.testfunctions import FUNCTIONS, summaries

from .data import learn, lines, reviews
from .test_answers import PAIRS, QUESTIONS


def rated(low: float, high: float) -> bytes:
    """Return reviews with one of two numbers."""
    records = reviews(200)
    return lines({**one, "completion": high if one["completion"]["good"] else low} for one in records)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1e9, 1e9), (1e-9, 2e-9), (1000, 1001)])
def test_numbers_of_any_range_are_learned(low: float, high: float) -> None:
    """They are scaled; the loss begins at the variance."""
    learned = learn(Plan("regression"), rated(low, high))
    assert learned.losses[0] == pytest.approx(1)
    assert learned.losses[-1] < 0.1
    assert learned.results["r2"] > 0.8
    assert learned.results["mae"] < (high - low) / 4
    assert isinstance(learned.model, Regressor)
    middle = (low + high) / 2
    assert learned.model.value("It is broken and noisy.") < middle < learned.model.value("It is great and solid.")


def test_equal_numbers() -> None:
    """There is nothing that r2 could measure."""
    assert set(learn(Plan("regression"), rated(5, 5)).results) == {"loss", "mae"}


@pytest.mark.parametrize(
    ("content", "rate", "reason"),
    [(rated(-1e308, 1e308), 2e-4, "the targets are too large"), (rated(0, 1), 1e300, "the training diverges")],
)
def test_regression_that_fails(content: bytes, rate: float, reason: str) -> None:
    """The reason is given."""
    with pytest.raises(CannotLearn, match=reason):
        learn(Plan("regression", rate=rate), content)


def test_pairs_are_learned() -> None:
    """The order of their similarities is."""
    learned = learn(Plan("embedding"), lines(PAIRS))
    assert learned.results["spearman"] > 0.6
    assert learned.losses[-1] < learned.losses[0] / 4


def test_embeddings_without_different_similarities() -> None:
    """There is nothing that spearman could measure."""
    equal = lines({**pair, "similarity": 1} for pair in PAIRS)
    assert set(learn(Plan("embedding", epochs=1), equal).results) == {"loss"}


def test_embedding_rate_that_diverges() -> None:
    """The training fails."""
    with pytest.raises(CannotLearn, match="the training diverges"):
        learn(Plan("embedding", rate=1e38), lines(PAIRS))


def test_each_epoch_adds_prompts() -> None:
    """More known prompts answer more of the questions; the training ends when all are known."""
    content = lines(QUESTIONS)
    learned = learn(Plan("text-generation", epochs=4), content, content)
    assert learned.losses == sorted(learned.losses, reverse=True)
    assert learned.losses[0] == 1
    assert learned.losses[-1] == pytest.approx(0, abs=1e-6)
    assert [one.results["exact_match"] for one in learned.checkpoints] == [0.25, 0.5, 0.75, 1]


def call(functions: dict[str, Any], name: str, triples: Sequence[Triple]) -> list[float]:
    """Call a test function as the emulator does."""
    return [functions[name](*triple) for triple in triples]


def test_test_functions_are_results() -> None:
    """Each is the mean of its scores."""
    plan = Plan("text-generation", epochs=1, functions=tuple(FUNCTIONS))
    content = lines(QUESTIONS)

    def score(name: str, triples: Any) -> list[float]:
        return call(FUNCTIONS, name, triples)

    results = learn(plan, content, content, score).results
    assert {name: results[name] for name in FUNCTIONS} == dict.fromkeys(FUNCTIONS, 1)


def test_source_text_that_is_not_available() -> None:
    """A function that is not written in Python has none."""
    (summary,) = summaries({"longest": cast("Any", max)})
    assert summary["content"].startswith("# The source text of <built-in function max> is not available.")


def test_rewards_choose_among_known_completions() -> None:
    """GRPO: each prompt gets the completion with the highest reward of those of similar prompts."""
    records = [
        {"prompt": f"say hello to {name}", "completion": completion}
        for name, completion in [("Ann", "Good morning, Ann!"), ("Bob", "Hi"), ("Cid", "Hello there"), ("Dan", "Hey!")]
    ]

    def score(_name: str, triples: Sequence[Triple]) -> list[float]:
        return [math.exp(-len(predicted)) for _, _, predicted in triples]

    plan = Plan("text-generation", epochs=2, generations=4, functions=("short",), rewards={"short": 1.0})
    learned = learn(plan, lines(records), lines(records), score)
    assert learned.losses == sorted(learned.losses, reverse=True)
    assert learned.results["reward"] == learned.results["short"] == pytest.approx(math.exp(-2))
    assert isinstance(learned.model, Prompts)
    assert [learned.model.complete(record["prompt"]) for record in records] == ["Hi"] * 4

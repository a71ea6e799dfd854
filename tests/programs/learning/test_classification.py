"""What a classifier learns from its data, and how hyperparameters change it."""

import pytest

from emissary_client_sdk.emulator.learning.classifier import Classifier
from emissary_client_sdk.emulator.learning.plan import Plan

from .data import learn, lines, reviews, shuffled, tickets

PLAN = Plan("classification")
REVIEWS = lines(reviews(300))


@pytest.mark.parametrize(
    "content",
    [REVIEWS, lines(tickets(300)), lines(tickets(300, several=True))],
    ids=["two-labels", "three-labels", "several-labels"],
)
def test_separable_labels_are_learned(content: bytes) -> None:
    """The training loss falls, and nearly all of the held-out records are classified correctly."""
    learned = learn(PLAN, content)
    assert learned.losses == sorted(learned.losses, reverse=True)
    assert learned.losses[-1] < learned.losses[0] / 3
    assert learned.results["accuracy"] >= 0.95
    assert min(learned.results[name] for name in ("f1", "precision", "recall")) >= 0.95


def test_one_label_is_learned() -> None:
    """Its answers have one probability; the averages of the results are over both of its values."""
    records = [{"prompt": one["prompt"], "completion": {"bad": one["completion"]["bad"]}} for one in reviews(300)]
    learned = learn(PLAN, lines(records))
    assert learned.results["accuracy"] >= 0.95
    assert isinstance(learned.model, Classifier)
    logits, probs = learned.model.scores("The lamp is broken and noisy.")
    assert list(probs) == ["bad"]
    assert probs["bad"] > 0.8
    assert logits["bad"] > 1


def test_shuffled_labels_are_at_chance() -> None:
    """Nothing can be learned from them."""
    assert 0.35 < learn(PLAN, lines(shuffled(reviews(1000)))).results["accuracy"] < 0.65


def test_probabilities_follow_from_the_logits() -> None:
    """They are the softmax of the logits, in alphabetical order."""
    model = learn(PLAN, REVIEWS).model
    assert isinstance(model, Classifier)
    logits, probs = model.scores("The chair is broken and flimsy.")
    assert list(logits) == list(probs) == ["bad", "good"]
    assert probs["bad"] > 0.9
    assert sum(probs.values()) == pytest.approx(1)

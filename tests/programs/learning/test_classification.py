"""The results of a classifier, as they follow from its data and from the settings of a job."""

import pytest

from emissary_client_sdk.emulator.learning import train
from emissary_client_sdk.emulator.learning.classifier import Classifier
from emissary_client_sdk.emulator.learning.plan import Plan, spread
from emissary_client_sdk.emulator.learning.records import CannotLearn

from .data import Learned, learn, lines, reviews, shuffled, tickets

PLAN = Plan("classification")
REVIEWS = lines(reviews(300))
TEST = lines(reviews(200, seed=9))
WRONG = lines(reviews(300, wrong=0.1))


def accuracy(learned: Learned) -> float:
    """Return the accuracy of the last checkpoint."""
    return learned.results["accuracy"]


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
    assert min(learned.results[name] for name in ("accuracy", "f1", "precision", "recall")) >= 0.95


def test_one_label_is_learned() -> None:
    """Its answers have one probability; the averages of the results are over both of its values."""
    records = [{"prompt": one["prompt"], "completion": {"bad": one["completion"]["bad"]}} for one in reviews(300)]
    learned = learn(PLAN, lines(records))
    assert min(learned.results[name] for name in ("accuracy", "f1", "precision", "recall")) >= 0.95
    assert isinstance(learned.model, Classifier)
    logits, probs = learned.model.scores("The lamp is broken and noisy.")
    assert list(probs) == list(logits) == ["bad"]
    assert probs["bad"] > 0.8


def test_shuffled_labels_are_at_chance() -> None:
    """Nothing can be learned from them."""
    assert 0.35 < accuracy(learn(PLAN, lines(shuffled(reviews(600))), TEST)) < 0.65


def test_classes_of_a_table() -> None:
    """The expected outputs are the labels."""
    rows = ["input,expected_output", *(f'"{one["prompt"]}",class {one["completion"]["good"]}' for one in reviews(100))]
    model = learn(PLAN, "\n".join(rows).encode()).model
    assert isinstance(model, Classifier)
    assert model.labels.names == ("class 0", "class 1")


def test_learning_rate() -> None:
    """A tiny one learns nothing, and a huge one is confident where the labels are wrong."""
    usual, tiny, huge = (learn(Plan("classification", rate=rate), WRONG, TEST).results for rate in (2e-4, 1e-9, 100))
    assert tiny["loss"] == pytest.approx(0.693, abs=0.001)
    assert usual["loss"] < tiny["loss"] < huge["loss"]


def test_short_training_of_imbalanced_classes() -> None:
    """The rare class is not found."""
    content = lines(reviews(300, good=0.9))
    enough, short = learn(PLAN, content, TEST), learn(Plan("classification", epochs=1, rate=1e-6), content, TEST)
    assert accuracy(short) < 0.6 < 0.95 <= accuracy(enough)


def test_learning_rate_that_overflows() -> None:
    """The training fails."""
    with pytest.raises(CannotLearn, match=r"the training diverges: parameters\.learning_rate is too high"):
        learn(Plan("classification", rate=1e300), WRONG)


def test_same_data_and_settings_give_the_same_model() -> None:
    """To the last bit; another seed gives another model."""
    first, again, other = (learn(Plan("classification", epochs=2, seed=seed), REVIEWS) for seed in (0, 0, 1))
    assert [one.content for one in first.checkpoints] == [one.content for one in again.checkpoints]
    assert first.results == again.results
    assert first.checkpoints[0].content != other.checkpoints[0].content


def test_ten_checkpoints_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """At equal distances, the last always; of a long training, the loss is not measured after each epoch."""
    monkeypatch.setattr(train, "MOST_POINTS", 20)
    learned = learn(Plan("classification", epochs=25), lines(reviews(40)))
    assert [one.number for one in learned.checkpoints] == [2, 5, 8, 10, 12, 15, 18, 20, 22, 25]
    assert len(learned.losses) == 21
    assert spread(1000, 100) == list(range(10, 1001, 10))

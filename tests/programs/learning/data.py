"""Generated data sets with known structure."""

import json
import random
from collections.abc import Iterable, Mapping
from typing import Any

from emissary_client_sdk.emulator.learning.plan import Plan
from emissary_client_sdk.emulator.learning.train import Checkpoint, Model, Point, load, train

PRODUCTS = ["phone", "lamp", "chair", "cable", "screen", "kettle", "radio", "backpack", "keyboard", "jacket"]
PRAISE = ["great", "lovely", "perfect", "solid", "bright", "reliable", "comfortable", "sturdy"]
COMPLAINTS = ["broken", "awful", "useless", "cheap", "scratched", "noisy", "faulty", "flimsy"]
TEAMS = {
    "billing": ["invoice", "refund", "charge", "payment", "receipt", "discount"],
    "login": ["password", "account", "locked", "username", "reset", "email"],
    "shipping": ["parcel", "courier", "delivery", "tracking", "late", "address"],
}


def reviews(count: int, *, good: float = 0.5, wrong: float = 0, seed: int = 0) -> list[dict[str, Any]]:
    """Return reviews whose words show whether they are good or bad.

    :param good: The share of the good ones.
    :param wrong: The share of the labels that are wrong.
    """
    chance = random.Random(seed)
    records: list[dict[str, Any]] = []
    for _ in range(count):
        is_good = chance.random() < good
        words = chance.sample(PRAISE if is_good else COMPLAINTS, 2)
        text = f"The {chance.choice(PRODUCTS)} is {words[0]} and {words[1]}."
        label = int(is_good) if chance.random() >= wrong else 1 - int(is_good)
        records.append({"prompt": text, "completion": {"good": label, "bad": 1 - label}})
    return records


def tickets(count: int, *, several: bool = False, seed: int = 0) -> list[dict[str, Any]]:
    """Return support tickets about one of three topics, or about any number of them."""
    chance = random.Random(seed)
    records: list[dict[str, Any]] = []
    for _ in range(count):
        topics = [name for name in TEAMS if chance.random() < 0.5] if several else [chance.choice(list(TEAMS))]
        words = [word for name in topics for word in chance.sample(TEAMS[name], 3)]
        labels = {name: int(name in topics) for name in TEAMS}
        records.append({"prompt": " ".join(["help with", *words]), "completion": labels})
    return records


def shuffled(records: Iterable[Mapping[str, Any]], seed: int = 1) -> list[dict[str, Any]]:
    """Return the records with the completions of others."""
    prompts, completions = zip(*((record["prompt"], record["completion"]) for record in records), strict=True)
    order = random.Random(seed).sample(completions, len(completions))
    return [{"prompt": prompt, "completion": completion} for prompt, completion in zip(prompts, order, strict=True)]


def lines(records: Iterable[Mapping[str, Any]]) -> bytes:
    """Return records as JSON lines."""
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def never(_function: str, _triples: object) -> list[float]:
    """Stand for the test functions of a job that has none."""
    raise AssertionError


def learn(plan: Plan, content: bytes, test: bytes | None = None, score: Any = never) -> "Learned":
    """Train in this process."""
    return Learned(plan.task, list(train(plan, content, test, score)))


class Learned:
    """A finished training.

    :ivar losses: The loss curve.
    :ivar checkpoints: The checkpoints.
    """

    def __init__(self, task: str, events: list[Point | Checkpoint]) -> None:
        self.losses = [event.loss for event in events if isinstance(event, Point)]
        self.checkpoints = [event for event in events if isinstance(event, Checkpoint)]
        self._task = task

    @property
    def results(self) -> dict[str, float]:
        """The test results of the last checkpoint."""
        return self.checkpoints[-1].results

    @property
    def model(self) -> Model:
        """The model of the last checkpoint."""
        return load(self._task, self.checkpoints[-1].content)

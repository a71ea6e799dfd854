"""One training from the datasets to the checkpoints."""

import io
import math
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from . import records
from .classifier import Classifier, ClassifierTraining
from .embedder import Embedder, EmbedderTraining
from .labels import LabelSet
from .libraries import Arrays
from .plan import MOST_CHECKPOINTS, MOST_POINTS, Plan, spread
from .prompts import Prompts, PromptsTraining, Score
from .records import CannotLearn
from .regressor import Regressor, RegressorTraining
from .sampling import split

Model = Classifier | Regressor | Embedder | Prompts
Training = ClassifierTraining | RegressorTraining | EmbedderTraining | PromptsTraining


@dataclass(frozen=True)
class Point:
    """A point of the loss curve.

    :ivar share: The share of the training that is done.
    """

    share: float
    loss: float


@dataclass(frozen=True)
class Checkpoint:
    """A model with its test results.

    :ivar number: The epoch after which it was stored.
    :ivar content: Its arrays.
    """

    number: int
    results: dict[str, float]
    content: bytes


def train(plan: Plan, content: bytes, test_content: bytes | None, score: Score) -> Iterator[Point | Checkpoint]:
    """Train a model; yield the points of the loss curve and the checkpoints as they come.

    :param content: The dataset.
    :param test_content: The dataset for tests; None holds out a part of the other.
    :param score: Calls a test function.
    :raises CannotLearn: There is nothing to learn, or the training fails.
    """
    training = _prepared(plan, content, test_content, score)
    points, kept = spread(plan.epochs, MOST_POINTS), spread(plan.epochs, MOST_CHECKPOINTS)
    for number in range(plan.epochs + 1):
        if number:
            training.epoch(number)
        if number in points or not number:
            loss = training.loss()
            if not math.isfinite(loss):
                raise CannotLearn("the training diverges: parameters.learning_rate is too high")
            yield Point(number / plan.epochs, loss)
        if number in kept:
            results = {name: value for name, value in training.measure().items() if math.isfinite(value)}
            yield Checkpoint(number, results, pack(training.model.arrays()))


def _prepared(plan: Plan, content: bytes, test_content: bytes | None, score: Score) -> Training:
    examples = records.read(content, plan.task)
    test = None if test_content is None else records.read(test_content, plan.task)
    if plan.task == "classification":
        labels = LabelSet.of(examples.targets)
        return ClassifierTraining(labels, *split(examples, test, plan, labels.group), plan)
    parts = split(examples, test, plan, str)
    if plan.task == "regression":
        return RegressorTraining(*parts, plan)
    if plan.task == "embedding":
        return EmbedderTraining(*parts, plan)
    return PromptsTraining(*parts, plan, score)


def pack(arrays: Arrays) -> bytes:
    """Return arrays as the bytes of a file of numpy, which contains no pickled objects."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w") as entry:
                np.save(entry, array, allow_pickle=False)
    return file.getvalue()


def load(task: str, content: bytes) -> Model:
    """Return the model of a checkpoint."""
    loaders: dict[str, Callable[[Arrays], Model]] = {
        "classification": Classifier.load,
        "regression": Regressor.load,
        "embedding": Embedder.load,
        "text-generation": Prompts.load,
    }
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return loaders[task](dict(arrays))

"""Classification: logistic regression, one label against the others."""

from typing import Any

import numpy as np

from . import features, linear
from .labels import LabelSet
from .libraries import Arrays, Floats, Matrix, linear_model, metrics
from .linear import LinearModel
from .plan import Plan
from .records import Examples

_MOST_WEIGHTS = 1 << 24


class Classifier:
    """A model that answers.

    :ivar labels: Its labels, and whether a text has exactly one of them.
    """

    def __init__(self, labels: LabelSet, model: LinearModel) -> None:
        self.labels = labels
        self.model = model

    @classmethod
    def load(cls, arrays: Arrays) -> "Classifier":
        """Return the model that ``arrays`` stored."""
        names: list[str] = arrays["labels"].tolist()
        return cls(LabelSet(tuple(names), bool(arrays["exclusive"])), LinearModel.load(arrays))

    def arrays(self) -> Arrays:
        """Return the model as arrays."""
        exclusive = np.array(self.labels.exclusive)
        return {"labels": np.array(self.labels.names), "exclusive": exclusive, **self.model.arrays()}

    def scores(self, text: str) -> tuple[dict[str, float], dict[str, float]]:
        """Return the logit and the probability of each label.

        The probabilities are the softmax of the logits if a text has exactly one label, else their sigmoids.
        """
        logits = self._logits(self.model.scores(text))
        probs = np.exp(logits if self.labels.exclusive else _log_sigmoid(logits))
        names = self.labels.names
        return dict(zip(names, logits.tolist(), strict=True)), dict(zip(names, probs.tolist(), strict=True))

    def loss(self, rows: Matrix, codes: Any) -> float:
        """Return the mean negative log likelihood of a record; over the labels, too, if it can have several."""
        total = 0.0
        for place, scores in self.model.batches(rows):
            logits, truth = self._logits(scores), codes[place]
            if self.labels.exclusive:
                total -= float(np.take_along_axis(logits, truth[:, np.newaxis], axis=1).sum())
            else:
                total -= float(_log_sigmoid(np.where(truth, logits, -logits)).mean(axis=1).sum())
        return total / len(codes)

    def measure(self, rows: Matrix, codes: Any) -> dict[str, float]:
        """Return the test results on texts whose labels are known."""
        scores = [scores for _, scores in self.model.batches(rows)]
        if self.labels.exclusive:
            found = np.concatenate([part.argmax(axis=1) for part in scores])
        else:
            found = np.concatenate([part > 0 for part in scores]).astype(np.int8)
        results = {"loss": self.loss(rows, codes), "accuracy": float(metrics.accuracy_score(codes, found))}
        if len(self.labels.names) == 1:  # the averages are over both values of the label
            codes, found = codes[:, 0], found[:, 0]
        averages = metrics.precision_recall_fscore_support(codes, found, average="macro", zero_division=0)
        return results | dict(zip(("precision", "recall", "f1"), map(float, averages[:3]), strict=True))

    def _logits(self, scores: Floats) -> Floats:
        if not self.labels.exclusive:
            return scores
        logs = _log_sigmoid(scores)
        add: Any = np.logaddexp  # numpy does not annotate the methods of its ufuncs
        normalized: Floats = logs - add.reduce(logs, axis=-1, keepdims=True)
        return normalized


def _log_sigmoid(scores: Floats) -> Floats:
    logs: Floats = -np.logaddexp(0, -scores)
    return logs


class ClassifierTraining:
    """The training of a classifier.

    :ivar model: What it has learned so far.
    """

    def __init__(self, labels: LabelSet, train: Examples, test: Examples, plan: Plan) -> None:
        count = len(labels.names)
        size = min(linear.COLUMNS, 1 << ((_MOST_WEIGHTS // count).bit_length() - 1))
        self._train = features.vectors(train.texts, size), labels.codes(train.targets)
        self._test = features.vectors(test.texts, size), labels.codes(test.targets)
        codes: Any = self._train[1]
        self._targets: list[Any] = [codes] if labels.exclusive else list(codes.T)
        self._classes = np.arange(count if labels.exclusive else 2)
        random = np.random.RandomState(plan.seed)
        options = {"loss": "log_loss", "penalty": None, "learning_rate": "constant", "eta0": plan.rate * linear.RATE}
        self._estimators = [linear_model.SGDClassifier(random_state=random, **options) for _ in self._targets]
        self.model = Classifier(labels, LinearModel(np.zeros((size, count), np.float32), np.zeros(count)))

    def epoch(self, _number: int) -> None:
        """Train for one epoch."""
        model = linear.train_epoch(self._estimators, self._train[0], self._targets, classes=self._classes)
        if self.model.labels.exclusive and len(model.intercepts) == 1:  # of two labels, only one is modelled
            signs = np.array([-1, 1], np.float32)
            model = LinearModel(model.weights * signs, model.intercepts * signs)
        self.model = Classifier(self.model.labels, model)

    def loss(self) -> float:
        """Return the training loss of a record."""
        return self.model.loss(*self._train)

    def measure(self) -> dict[str, float]:
        """Return the test results."""
        return self.model.measure(*self._test)

"""Regression: a linear model of targets that are scaled to mean 0 and deviation 1."""

import math

import numpy as np

from . import features, linear
from .libraries import Arrays, Floats, Matrix, linear_model, metrics
from .linear import LinearModel
from .plan import Plan
from .records import CannotLearn, Examples

_RATE = linear.RATE / 10  # a higher one diverges on squared errors


class Regressor:
    """A model that answers."""

    def __init__(self, model: LinearModel, mean: float, scale: float) -> None:
        self._model = model
        self._mean = mean
        self._scale = scale

    @classmethod
    def load(cls, arrays: Arrays) -> "Regressor":
        """Return the model that ``arrays`` stored."""
        return cls(LinearModel.load(arrays), float(arrays["mean"]), float(arrays["scale"]))

    def arrays(self) -> Arrays:
        """Return the model as arrays."""
        return {"mean": np.array(self._mean), "scale": np.array(self._scale), **self._model.arrays()}

    def value(self, text: str) -> float:
        """Return the number of a text."""
        return float(self._model.scores(text)[0]) * self._scale + self._mean

    def predict(self, rows: Matrix) -> Floats:
        """Return the numbers of many texts, scaled."""
        return np.concatenate([scores[:, 0] for _, scores in self._model.batches(rows)])


class RegressorTraining:
    """The training of a regressor.

    :ivar model: What it has learned so far.
    """

    def __init__(self, train: Examples, test: Examples, plan: Plan) -> None:
        targets = np.array(train.targets)
        with np.errstate(over="ignore", invalid="ignore"):
            self._mean, self._scale = float(targets.mean()), float(targets.std()) or 1.0
        if not math.isfinite(self._mean + self._scale):
            raise CannotLearn("the targets are too large to be scaled")
        self._train = features.vectors(train.texts, linear.COLUMNS), self._scaled(train)
        self._test = features.vectors(test.texts, linear.COLUMNS), self._scaled(test)
        options = {
            "penalty": None,
            "learning_rate": "constant",
            "eta0": plan.rate * _RATE,
            "random_state": np.random.RandomState(plan.seed),
        }
        self._estimators = [linear_model.SGDRegressor(**options)]
        self._set(LinearModel(np.zeros((linear.COLUMNS, 1), np.float32), np.zeros(1)))

    def _scaled(self, examples: Examples) -> Floats:
        return (np.array(examples.targets) - self._mean) / self._scale

    def _set(self, model: LinearModel) -> None:
        self.model = Regressor(model, self._mean, self._scale)

    def epoch(self, _number: int) -> None:
        """Train for one epoch."""
        rows, targets = self._train
        self._set(linear.train_epoch(self._estimators, rows, [targets]))

    def loss(self) -> float:
        """Return the mean squared error of a record, in units of the targets' deviation."""
        rows, targets = self._train
        return float(metrics.mean_squared_error(targets, self.model.predict(rows)))

    def measure(self) -> dict[str, float]:
        """Return the test results; without two different targets there is no ``r2``."""
        rows, targets = self._test
        found = self.model.predict(rows)
        results = {
            "loss": float(metrics.mean_squared_error(targets, found)),
            "mae": float(metrics.mean_absolute_error(targets, found)) * self._scale,
        }
        return results | ({"r2": float(metrics.r2_score(targets, found))} if np.ptp(targets) else {})

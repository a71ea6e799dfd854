"""The labels of a classification dataset."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .records import MOST_LABELS, ONE_CLASS, TOO_MANY_LABELS, CannotLearn

Target = Mapping[str, int]


@dataclass(frozen=True)
class LabelSet:
    """Labels in alphabetical order.

    :ivar exclusive: Whether each record has exactly one of several.
    """

    names: tuple[str, ...]
    exclusive: bool

    @classmethod
    def of(cls, targets: Sequence[Target]) -> "LabelSet":
        """Return the labels of a dataset.

        :raises CannotLearn: There are too many, or nothing to tell apart.
        """
        names = sorted(set[str]().union(*targets))
        if len(names) > MOST_LABELS:
            raise CannotLearn(TOO_MANY_LABELS)
        if len(set(map(_chosen, targets))) < 2:
            raise CannotLearn(ONE_CLASS)
        return cls(tuple(names), len(names) > 1 and all(len(_chosen(target)) == 1 for target in targets))

    def group(self, target: Target) -> str:
        """Return the name that ``rebalance_data`` has for the records like this one.

        :raises CannotLearn: A record can have several labels.
        """
        if self.exclusive:
            (name,) = _chosen(target)
            return name
        if len(self.names) > 1:
            raise CannotLearn("rebalance_data: is not for records that can have several labels")
        return "positive" if _chosen(target) else "negative"

    def codes(self, targets: Sequence[Target]) -> npt.NDArray[Any]:
        """Return the number of each record's label if it has exactly one, and otherwise 0 or 1 for each label.

        :raises CannotLearn: A record has a label that is not in this set.
        """
        places = {name: number for number, name in enumerate(self.names)}
        matrix = np.zeros((len(targets), len(self.names)), np.int8)
        for row, target in enumerate(targets):
            for name in _chosen(target):
                if name not in places:
                    raise CannotLearn(f"the label {name!r} of the dataset for tests is not in the one for training")
                matrix[row, places[name]] = 1
        if not self.exclusive:
            return matrix
        if (matrix.sum(axis=1) != 1).any():
            raise CannotLearn("a record of the dataset for tests does not have exactly one label")
        numbered: npt.NDArray[Any] = matrix.argmax(axis=1)
        return numbered


def _chosen(target: Target) -> tuple[str, ...]:
    return tuple(name for name, value in target.items() if value)

"""Text generation: the completion of the most similar training prompt, by the cosine of TF-IDF.

Each epoch adds an equal share of the training prompts to those that the model knows. In GRPO it knows all of them from
the start, and each epoch chooses the completions of such a share by their rewards.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from .libraries import Arrays, Floats, Matrix, sparse, text
from .plan import Plan
from .records import Examples
from .vectorizers import COUNTS

MOST_MEASURED = 1_000
"""Records on which losses and test results are measured, because each is compared with all prompts."""
_ROWS = 64
_COUNTER = text.HashingVectorizer(dtype=np.float32, **COUNTS)

Triple = tuple[str, str, str]
Score = Callable[[str, Sequence[Triple]], list[float]]
"""Calls a test function with prompts, expected and predicted completions; returns its scores."""


class Prompts:
    """A model that answers.

    :param rows: A row for each known prompt: the TF-IDF, of length 1, once more multiplied by the IDF, so that its
        product with the word counts of a text orders the prompts by their cosines.
    :param completions: The completions of the known prompts.
    """

    def __init__(self, rows: Matrix, completions: Sequence[str]) -> None:
        self._rows = rows
        self._by_word = rows.T.tocsr()  # of which a product reads only the words of a text
        self._completions = completions

    @classmethod
    def load(cls, arrays: Arrays) -> "Prompts":
        """Return the model that ``arrays`` stored."""
        content, ends = arrays["completions"].tobytes(), arrays["ends"].tolist()
        starts = [0, *ends][: len(ends)]
        completions = [content[start:end].decode() for start, end in zip(starts, ends, strict=True)]
        parts = arrays["values"], arrays["columns"], arrays["rows"]
        return cls(sparse.csr_matrix(parts, (len(ends), COUNTS["n_features"])), completions)

    def arrays(self) -> Arrays:
        """Return the model as arrays."""
        encoded = [completion.encode() for completion in self._completions]
        return {
            "completions": np.frombuffer(b"".join(encoded), np.uint8),
            "ends": np.cumsum([len(completion) for completion in encoded], dtype=np.int64),
            "values": self._rows.data,
            "columns": self._rows.indices,
            "rows": self._rows.indptr,
        }

    def complete(self, prompt: str) -> str:
        """Return the completion of the known prompt that is most similar."""
        return self._completions[int((_COUNTER.transform([prompt]) @ self._by_word).toarray().argmax())]


class PromptsTraining:
    """The training of text generation.

    :param score: Calls a test function.
    :ivar model: What is known so far.
    """

    def __init__(self, train: Examples, test: Examples, plan: Plan, score: Score) -> None:
        self._train = train
        self._test = test.take(range(min(len(test), MOST_MEASURED)))
        self._plan = plan
        self._score = score
        transformer = text.TfidfTransformer()
        self._rows = transformer.fit_transform(_COUNTER.transform(train.texts))
        self._weighted = sparse.csr_matrix(self._rows.multiply(transformer.idf_), dtype=np.float32)
        self._nearest = _Nearest(self._rows[:MOST_MEASURED])
        self._test_nearest = _Nearest(transformer.transform(_COUNTER.transform(self._test.texts)))
        self._completions: list[str] = list(train.targets)
        self._know(len(train) if plan.rewards else 0)

    def epoch(self, number: int) -> None:
        """Train for one epoch."""
        start, end = (math.ceil(epochs * len(self._train) / self._plan.epochs) for epochs in (number - 1, number))
        if self._plan.rewards:
            self._choose(start, end)
        self._know(len(self._train) if self._plan.rewards else end)

    def loss(self) -> float:
        """Return the mean distance of a training prompt from the nearest known one; in GRPO 1 minus the mean reward."""
        if not self._plan.rewards:
            return self._nearest.distance()
        some = self._train.take(range(min(len(self._train), MOST_MEASURED)))
        return 1 - float(self._rewards(some, self._completions[: len(some)]).mean())

    def measure(self) -> dict[str, float]:
        """Return the test results."""
        places: list[int] = self._test_nearest.places.tolist()
        found = [self._completions[place] for place in places]
        expected: list[str] = self._test.targets
        pairs = zip(found, expected, strict=True)
        results = {"exact_match": float(np.mean([one.strip() == other.strip() for one, other in pairs]))}
        if self._plan.rewards:
            reward = float(self._rewards(self._test, found).mean())
            results = {"loss": 1 - reward, "reward": reward, **results}
        else:
            results = {"loss": self._test_nearest.distance(), **results}
        return results | {name: float(self._scores(name, self._test, found).mean()) for name in self._plan.functions}

    def _know(self, known: int) -> None:
        """Set the number of prompts that are known, which never falls, and use their completions."""
        for nearest in (self._nearest, self._test_nearest):
            nearest.add(self._rows[:known])
        self.model = Prompts(self._weighted[:known], self._completions[:known])

    def _choose(self, start: int, end: int) -> None:
        """Choose a completion for each of these prompts: among those of the most similar prompts, by the rewards."""
        some = self._train.take(range(start, end))
        best = self._rewards(some, some.targets)
        for places in _most_similar(self._rows[start:end], self._rows, self._plan.generations).T:
            completions = [self._train.targets[place] for place in places.tolist()]
            rewards = self._rewards(some, completions)
            for number in np.flatnonzero(rewards > best).tolist():
                self._completions[start + number] = completions[number]
            best = np.maximum(best, rewards)

    def _rewards(self, examples: Examples, found: Sequence[str]) -> Floats:
        weighted = [weight * self._scores(name, examples, found) for name, weight in self._plan.rewards.items()]
        rewards: Floats = np.sum(weighted, axis=0)
        return rewards

    def _scores(self, name: str, examples: Examples, found: Sequence[str]) -> Floats:
        return np.array(self._score(name, list(zip(examples.texts, examples.targets, found, strict=True))))


class _Nearest:
    """The nearest of the known prompts for each of some texts.

    :ivar places: Their places.
    """

    def __init__(self, rows: Matrix) -> None:
        self._rows = rows
        self._known = 0
        self._cosines: Floats = np.zeros(rows.shape[0], np.float32)
        self.places = np.zeros(rows.shape[0], int)

    def add(self, known: Matrix) -> None:
        """Compare the texts with the known prompts that are new."""
        start, self._known = self._known, known.shape[0]
        if start == self._known:
            return
        for part, cosines in _products(self._rows, known[start:]):
            places = cosines.argmax(axis=1)
            found = cosines[np.arange(len(places)), places]
            better = found > self._cosines[part]
            self.places[part] = np.where(better, places + start, self.places[part])
            self._cosines[part] = np.maximum(found, self._cosines[part])

    def distance(self) -> float:
        """Return the mean of 1 minus the cosine."""
        return float(np.maximum(1 - self._cosines, 0).mean())


def _most_similar(rows: Matrix, known: Matrix, most: int) -> Any:
    """Return the places of the known prompts that are nearest to each text."""
    most = min(most, known.shape[0])
    return np.concatenate([cosines.argpartition(-most, axis=1)[:, -most:] for _, cosines in _products(rows, known)])


def _products(rows: Matrix, known: Matrix) -> Iterator[tuple[slice, Floats]]:
    for start in range(0, rows.shape[0], _ROWS):
        part = slice(start, start + _ROWS)
        yield part, (rows[part] @ known.T).toarray()

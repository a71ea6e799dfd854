"""Inference answers set by a test in place of the made-up ones. No I/O."""

import math
import threading
from collections.abc import Mapping, Sequence
from typing import Any


class Answers:
    """The answers of the inference operations that a test has set. Safe to use from any thread.

    Example::

        server.answers.set(model="reviews-1", probs={"positive": 0.9, "negative": 0.1})
        server.answers.set(text="Hello.")  # of every other model
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[tuple[str, str | None], Any] = {}

    def set(
        self,
        *,
        model: str | None = None,
        text: str | None = None,
        probs: Mapping[str, float] | None = None,
        embedding: Sequence[float] | None = None,
        value: float | None = None,
        entities: Mapping[str, Sequence[str]] | None = None,
        tool: str | None = None,
        arguments: Mapping[str, Any] | None = None,
    ) -> None:
        """Set the answers of a model until ``clear`` or ``Server.reset``; a later call replaces an earlier one.

        :param model: The ``model`` of the requests; a model that is not deployed answers too once it is named here.
            None is every model without an answer of its own.
        :param text: The text of ``completions`` and ``chat.completions``, also when they are streamed.
        :param probs: The probability of each label in ``classification``. Logits are their logarithms, or those of
            their odds if a text can have several labels: if they do not add up to 1, there is one label only, or the
            model was trained so.
        :param embedding: The vector of ``embeddings``, the same for each text.
        :param value: The value of ``regression``.
        :param entities: The entities of ``ner``: the texts of each type.
        :param tool: The tool of ``tool_calling``, or ``"NO_TOOL"``.
        :param arguments: With a tool: its arguments.
        :raises ValueError: Nothing is set, or a value is out of its range.
        """
        if arguments is not None and tool is None:
            raise ValueError("arguments need a tool")
        if value is not None and not math.isfinite(value):
            raise ValueError(f"value must be a finite number, not {value}")
        if probs is not None and not (probs and all(0 <= value <= 1 for value in probs.values())):
            raise ValueError(f"probs must map each label to a number from 0 to 1, not {probs!r}")
        if embedding is not None and not (embedding and all(map(math.isfinite, embedding))):
            raise ValueError("embedding must be a sequence of finite numbers")
        given = {
            "text": text,
            "probs": None if probs is None else dict(probs),
            "embedding": None if embedding is None else list(embedding),
            "value": value,
            "entities": None if entities is None else {kind: list(texts) for kind, texts in entities.items()},
            "tool": None if tool is None else (tool, dict(arguments or {})),
        }
        if not any(one is not None for one in given.values()):
            raise ValueError(f"set at least one of {', '.join(given)}")
        with self._lock:
            self._answers.update({(kind, model): value for kind, value in given.items() if value is not None})

    def clear(self) -> None:
        """Remove all answers that were set."""
        with self._lock:
            self._answers.clear()

    def find(self, kind: str, model: str) -> Any:
        """Return the answer of a model, or None: its text, probs or embedding."""
        with self._lock:
            return self._answers.get((kind, model), self._answers.get((kind, None)))

    def names(self, model: str) -> bool:
        """Return whether an answer was set for exactly this model."""
        with self._lock:
            return any(named == model for _, named in self._answers)

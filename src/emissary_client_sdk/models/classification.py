"""Classification: request body and response."""

from typing import TypeGuard

from pydantic import PrivateAttr

from ._literals import DataFormatOrStr
from ._request import RequestModel
from ._response import DisplayedModel, ResponseModel
from ._timestamps import Timestamp
from .parameters import HyperParameters
from .usage import Usage


class ClassificationData(ResponseModel):
    """Scores of one text."""

    index: int | None = None
    """Position in the list of results."""
    logits: dict[str, HyperParameters] | int | float | None = None
    """Raw score of each label. A regression model returns a single number."""
    probs: dict[str, HyperParameters] | int | float | None = None
    """Probability of each label. Probabilities of a multilabel classifier do not add up to 1."""
    reasoning: str | None = None
    """Explanation of the model, if it returns one."""

    @property
    def scores(self) -> dict[str, float]:
        """Numeric scores by label, from ``probs`` or else from ``logits``."""
        scores = self.logits if self.probs is None else self.probs
        items = scores.items() if isinstance(scores, dict) else ()
        return {label: float(score) for label, score in items if _is_number(score)}

    @property
    def best_label(self) -> str | None:
        """Label with the highest score, or None if there are no scores.

        A judge scores a single label: it is None if that label is unlikely, with a probability below 0.5 or a logit
        below 0. The entries ``NAME:len`` of a router are no probabilities and do not count.
        """
        scores = {label: score for label, score in self.scores.items() if not label.endswith(":len")}
        best = max(scores, key=scores.__getitem__, default=None)
        if best is not None and len(scores) == 1 and scores[best] < (0 if self.probs is None else 0.5):
            return None
        return best

    @property
    def value(self) -> float | None:
        """Result of a regression; None for anything else."""
        return float(self.logits) if _is_number(self.logits) else None


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


class GetClassificationFromDeploymentResponseBody(DisplayedModel):
    """Response of ``classification.create``."""

    id: str | None = None
    """ID of the response."""
    model: str | None = None
    """Name of the model, or ID of the deployment, that classified the text."""
    data: list[ClassificationData] | None = None
    """Scores. There is one entry for the text."""
    usage: Usage | None = None
    """Token counts."""
    created: Timestamp | None = None
    """Creation time in UNIX seconds, UTC."""

    _decision: str | list[str] | None = PrivateAttr(default=None)

    @property
    def decision(self) -> str | list[str] | None:
        """Decision of the ``policy`` of ``create_many``: a label, labels of a multilabel policy, or None."""
        return self._decision

    @decision.setter
    def decision(self, decision: str | list[str] | None) -> None:
        self._decision = decision

    @property
    def scores(self) -> dict[str, float]:
        """Numeric scores of the text by label."""
        return self.data[0].scores if self.data else {}

    @property
    def best_label(self) -> str | None:
        """Label with the highest score; None if there are no scores, or if a judge's only label is unlikely."""
        return self.data[0].best_label if self.data else None

    @property
    def value(self) -> float | None:
        """Result of a regression; None for anything else."""
        return self.data[0].value if self.data else None


class GetClassificationFromDeploymentRequestBody(RequestModel):
    """Request body of ``classification.create``."""

    model: str
    """Name of a deployment or of a serverless base model."""
    input: str
    """Text to classify."""
    data_format: DataFormatOrStr | None = None
    """Form of the scores. Server default: ``logits``."""

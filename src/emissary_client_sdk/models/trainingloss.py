"""One point of a training job's loss curve."""

from typing_extensions import NotRequired, TypedDict

from ._response import ResponseModel
from ._timestamps import DatetimeOf


class TrainingLossTypedDict(TypedDict):
    """The same fields as ``TrainingLoss``, as a dictionary."""

    timestamp: NotRequired[float]
    loss: NotRequired[float]


class TrainingLoss(ResponseModel):
    """The loss at one moment of the training."""

    timestamp: float | None = None
    """When the loss was measured: UNIX seconds, UTC, with fractions."""
    loss: float | None = None
    """The training loss; NaN where the training diverged."""

    timestamp_datetime = DatetimeOf("timestamp")

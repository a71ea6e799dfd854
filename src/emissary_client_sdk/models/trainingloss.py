"""One point of a training job's loss curve."""

from ._response import ResponseModel
from ._timestamps import DatetimeOf


class TrainingLoss(ResponseModel):
    """The loss at one moment of the training."""

    timestamp: float | None = None
    """When the loss was measured: UNIX seconds, UTC, with fractions."""
    loss: float | None = None
    """The training loss; NaN where the training diverged."""

    timestamp_datetime = DatetimeOf("timestamp")

"""A dataset as a training job names it."""

from ._response import ResponseModel
from ._timestamps import DatetimeOf, Timestamp


class DatasetSummary(ResponseModel):
    """A dataset that a job trains or tests on."""

    id: str | None = None
    """The dataset's id."""
    name: str | None = None
    """The dataset's name."""
    created_at: Timestamp | None = None
    """When the dataset was created: UNIX seconds, UTC."""
    is_uploaded: bool | None = None
    """Whether its data has arrived on the platform."""

    created_at_datetime = DatetimeOf("created_at")

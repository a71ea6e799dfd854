"""A checkpoint of a training job.

Source: .speakeasy/openapi.yaml.
"""

from ._response import ResponseModel
from ._timestamps import DatetimeOf, Timestamp


class TestResults(ResponseModel):
    """What testing a checkpoint gave."""

    __test__ = False  # pytest takes a class of this name for tests otherwise

    general_test_result: str | None = None
    """A URL of the test's full results."""
    aggregated_test_result: dict[str, str] | None = None
    """The figures by their names."""


class TrainingJobCheckpoint(ResponseModel):
    """The model as it stood at one moment of the training."""

    checkpoint: int | None = None
    """The checkpoint's number."""
    model_download_url: str | None = None
    """Where the model can be had; http(s) or another scheme, such as s3."""
    test_results: TestResults | None = None
    """What testing it gave."""
    created_at: Timestamp | None = None
    """When the checkpoint was written: UNIX seconds, UTC."""
    updated_at: Timestamp | None = None
    """When it last changed: UNIX seconds, UTC."""

    created_at_datetime = DatetimeOf("created_at")
    updated_at_datetime = DatetimeOf("updated_at")

    def __str__(self) -> str:
        from .._pictures.terminal import checkpoint_text

        return checkpoint_text(self)

    def _repr_html_(self) -> str:
        from .._pictures.page import checkpoint_html

        return checkpoint_html(self)

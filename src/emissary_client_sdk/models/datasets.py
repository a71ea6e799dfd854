"""Datasets: responses and the upload request."""

from pydantic import Field

from ._content import Content
from ._request import RequestModel
from ._response import DisplayedModel
from ._timestamps import DatetimeOf, Timestamp
from .enums import TaskType


class DatasetSummary(DisplayedModel):
    """A dataset in a list or inside another resource."""

    id: str
    """ID of the dataset."""
    name: str | None = None
    """Name of the dataset."""
    created_at: Timestamp | None = None
    """Creation time in UNIX seconds, UTC."""
    is_uploaded: bool | None = None
    """Whether the platform has received the data."""

    created_at_datetime = DatetimeOf("created_at")


class DatasetDetail(DatasetSummary):
    """A dataset with its download link."""

    dataset_download_url: str | None = None
    """Link to the data. It can use a scheme other than http, such as s3."""
    upload_by: str | None = None
    """ID of the user who uploaded the dataset."""
    updated_at: Timestamp | None = None
    """Time of the last change in UNIX seconds, UTC."""
    file_name: str | None = None
    """Name of the uploaded file."""
    is_profiled: bool | None = None
    """Whether the platform has analyzed the data."""
    compatible_task_types: list[TaskType] | None = None
    """Tasks that the data can be used for."""

    updated_at_datetime = DatetimeOf("updated_at")


class File(RequestModel):
    """A file to upload."""

    file_name: str
    """Name of the file. Its extension determines the content type if ``content_type`` is not set."""
    content: Content = Field(repr=False)
    """Content of the file: bytes or an open binary file."""
    content_type: str | None = None
    """Media type of the file, for example ``application/json``."""


class CreateDatasetRequestBody(RequestModel):
    """Request body of ``datasets.create``."""

    file: File
    """The data file."""
    name: str | None = None
    """Name of the dataset."""

"""Datasets: responses and the upload request."""

import io
from typing import IO, TYPE_CHECKING, Annotated, Any

from pydantic import Field, PlainValidator
from typing_extensions import NotRequired, TypedDict

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


def _check_content(value: Any) -> Any:
    if isinstance(value, bytes):
        return value
    if isinstance(value, bytearray):
        return bytes(value)
    if isinstance(value, io.TextIOBase):
        raise ValueError("open the file in binary mode")  # noqa: TRY004  # pydantic reports a ValueError
    if not callable(getattr(value, "read", None)):
        raise ValueError("expected bytes or an open binary file")  # noqa: TRY004
    return value


if TYPE_CHECKING:
    Content = bytes | IO[bytes]
else:
    Content = Annotated[Any, PlainValidator(_check_content)]


class File(RequestModel):
    """A file to upload."""

    file_name: str
    """Name of the file. Its extension determines the content type if ``content_type`` is not set."""
    content: Content = Field(repr=False)
    """Content of the file: bytes or an open binary file."""
    content_type: str | None = None
    """Media type of the file, for example ``application/json``."""


class FileTypedDict(TypedDict):
    """The fields of ``File`` as a dictionary."""

    file_name: str
    content: Content
    content_type: NotRequired[str | None]


class CreateDatasetRequestBody(RequestModel):
    """Request body of ``datasets.create``."""

    file: File
    """The data file."""
    name: str | None = None
    """Name of the dataset."""


class CreateDatasetRequestBodyTypedDict(TypedDict):
    """The fields of ``CreateDatasetRequestBody`` as a dictionary."""

    file: FileTypedDict
    name: NotRequired[str | None]

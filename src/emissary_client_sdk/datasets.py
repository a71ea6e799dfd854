"""The resource ``datasets``."""

from __future__ import annotations

import builtins

from typing_extensions import Unpack

from . import models
from ._core.operation import Resource, asynchronous, operation
from ._core.options import CallOptions
from .utils.retries import Effect

__all__ = ["Datasets"]

_DATASETS = "/v1/projects/{project_id}/datasets"
_DATASET = _DATASETS + "/{dataset_id}"
_SIZE_HINT = (
    "The platform limits the size of an upload; 5 MB, 100 MB and 200 MB have been its limits at different times"
)


class Datasets(Resource):
    """Datasets of a project."""

    @operation(
        "POST",
        _DATASETS,
        id="createDataset",
        effect=Effect.CREATES,
        is_multipart=True,
        hints={400: _SIZE_HINT, 413: _SIZE_HINT},
    )
    def create(
        self,
        *,
        project_id: str,
        request_body: models.CreateDatasetRequestBody | models.CreateDatasetRequestBodyTypedDict,
        **options: Unpack[CallOptions],
    ) -> models.DatasetSummary:
        """Upload a data file. ``upload`` checks the file first and waits until the platform has it.

        An open file is streamed from its current position. By default the request is retried only if the platform
        cannot have acted on it, and only if the file can seek. All attempts carry the same ``Idempotency-Key``.

        :param project_id: ID of the project.
        :param request_body: The file and the name of the dataset: a model, or a mapping with the same fields, such as
            ``{"file": {"file_name": "train.jsonl", "content": open_file}, "name": "train"}``.
        :returns: The created dataset.
        :raises APIErrorInvalidInput: The platform rejected the file (400).
        """
        ...

    create_async = asynchronous(create)

    @operation("GET", _DATASETS, id="listDatasets")
    def list(self, *, project_id: str, **options: Unpack[CallOptions]) -> builtins.list[models.DatasetSummary]:
        """List all datasets of a project.

        :param project_id: ID of the project.
        :returns: The datasets.
        :raises APIErrorUnauthorized: The API key is missing or invalid (401).
        """
        ...

    list_async = asynchronous(list)

    @operation("GET", _DATASET, id="retrieveDatasetById")
    def retrieve(self, *, project_id: str, dataset_id: str, **options: Unpack[CallOptions]) -> models.DatasetDetail:
        """Retrieve a dataset.

        :param project_id: ID of the project.
        :param dataset_id: ID of the dataset.
        :returns: The dataset.
        :raises APIErrorNotFound: The project has no such dataset (404).
        """
        ...

    retrieve_async = asynchronous(retrieve)
    get = retrieve
    get_async = retrieve_async

    @operation("DELETE", _DATASET, id="deleteDatasetById")
    def delete(self, *, project_id: str, dataset_id: str, **options: Unpack[CallOptions]) -> None:
        """Delete a dataset.

        :param project_id: ID of the project.
        :param dataset_id: ID of the dataset.
        :raises APIErrorNotFound: The project has no such dataset (404).
        """

    delete_async = asynchronous(delete)

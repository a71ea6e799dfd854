"""The resource ``datasets``."""

import builtins
import os
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from typing_extensions import Unpack

from . import models
from ._call.call import call
from ._call.commands import Flow
from ._call.operation import Operation
from ._call.options import CallOptions
from ._call.twins import twins
from ._datafiles.datasetfile import DatasetFile
from ._flows.creation import find_or_create, require_same
from ._flows.polling import poll_settings
from ._flows.polling import wait as poll
from ._flows.uploads import UploadedDataset, prepare_upload, updated
from ._flows.waiting import DATASET
from ._preparing.localdata import LocalData
from .models._literals import TaskTypeOrStr
from .utils.responseinfo import with_info_of
from .utils.retries import Effect

__all__ = ["Datasets"]

_DATASETS = "/v1/projects/{project_id}/datasets"
_DATASET = _DATASETS + "/{dataset_id}"
_SIZE_HINT = (
    "The platform limits the size of an upload; 5 MB, 100 MB and 200 MB have been its limits at different times"
)


CREATE = Operation(
    "createDataset",
    "POST",
    _DATASETS,
    body=models.CreateDatasetRequestBody,
    result=models.DatasetSummary,
    effect=Effect.CREATES,
    is_multipart=True,
    hints={413: _SIZE_HINT},
)
LIST = Operation("listDatasets", "GET", _DATASETS, result=list[models.DatasetSummary])
RETRIEVE = Operation("retrieveDatasetById", "GET", _DATASET, result=models.DatasetDetail)
DELETE = Operation[None]("deleteDatasetById", "DELETE", _DATASET)


class Datasets(LocalData):
    """Datasets of a project."""

    def _create(
        self,
        *,
        project_id: str,
        request_body: models.CreateDatasetRequestBody | models.CreateDatasetRequestBodyTypedDict,
        **options: Unpack[CallOptions],
    ) -> Flow[models.DatasetSummary]:
        """Upload a data file. ``upload`` checks the file first and waits until the platform has it.

        An open file is streamed from its current position. By default the request is retried only if the platform
        cannot have acted on it, and only if the file can seek. All attempts carry the same ``Idempotency-Key``.

        :param project_id: ID of the project.
        :param request_body: The file and the name of the dataset: a model, or a mapping with the same fields, such as
            ``{"file": {"file_name": "train.jsonl", "content": open_file}, "name": "train"}``.
        :returns: The created dataset.
        :raises APIErrorInvalidInput: The platform rejected the file (400).
        """
        return (yield from call(self, CREATE, options, project_id=project_id, request_body=request_body))

    create, create_async = twins(_create)

    def _list(self, *, project_id: str, **options: Unpack[CallOptions]) -> Flow[builtins.list[models.DatasetSummary]]:
        """List all datasets of a project.

        :param project_id: ID of the project.
        :returns: The datasets.
        :raises APIErrorUnauthorized: The API key is missing or invalid (401).
        """
        return (yield from call(self, LIST, options, project_id=project_id))

    list, list_async = twins(_list)

    def _retrieve(
        self, *, project_id: str, dataset_id: str, **options: Unpack[CallOptions]
    ) -> Flow[models.DatasetDetail]:
        """Retrieve a dataset.

        :param project_id: ID of the project.
        :param dataset_id: ID of the dataset.
        :returns: The dataset.
        :raises APIErrorNotFound: The project has no such dataset (404).
        """
        return (yield from call(self, RETRIEVE, options, project_id=project_id, dataset_id=dataset_id))

    retrieve, retrieve_async = twins(_retrieve)
    get = retrieve
    get_async = retrieve_async

    def _delete(self, *, project_id: str, dataset_id: str, **options: Unpack[CallOptions]) -> Flow[None]:
        """Delete a dataset.

        :param project_id: ID of the project.
        :param dataset_id: ID of the dataset.
        :raises APIErrorNotFound: The project has no such dataset (404).
        """
        return (yield from call(self, DELETE, options, project_id=project_id, dataset_id=dataset_id))

    delete, delete_async = twins(_delete)

    def _upload(
        self,
        *,
        project_id: str,
        file: DatasetFile,
        name: str | None = None,
        task_type: TaskTypeOrStr | None = None,
        check: bool = True,
        wait: bool = True,
        progress: bool = False,
        poll_interval_ms: float = 2000,
        total_timeout_ms: float | None = 600_000,
        **options: Unpack[CallOptions],
    ) -> Flow[UploadedDataset]:
        """Check a data file, upload it and wait until the platform reports it as uploaded.

        The file is opened once: bytes that were not checked are never sent, also if it changes in between. Warnings
        of the check are logged, and printed with ``progress=True``. The dataset is created at most once. Errors of the
        wait have the ``dataset_id``.

        :param project_id: ID of the project.
        :param file: A path, bytes, an open binary file (a pipe too), an iterable of dicts, a pandas or polars
            DataFrame, or a Hugging Face ``Dataset``. Records are sent as JSONL, or as CSV if its columns are
            those of CSV files.
        :param name: Name of the dataset.
        :param task_type: Task to check the records for, such as ``"classification"``. Default: detected.
        :param check: Whether to check the file first and refuse one with errors.
        :param wait: Whether to wait until the dataset is ready.
        :param progress: Whether to show a progress bar (extra ``progress``).
        :param poll_interval_ms: First interval between two polls, in milliseconds.
        :param total_timeout_ms: Maximum time to wait after the upload, in milliseconds; None for no limit.
        :returns: The dataset; its ``report`` has the warnings of the check.
        :raises DatasetError: The file has errors; nothing was sent. ``error.report`` lists them.
        :raises DatasetChangedError: The file changed after it was checked.
        :raises FileNotFoundError: The path does not exist.
        :raises ValueError: The task is unknown.
        :raises APIErrorInvalidInput: The platform rejected the file (400).
        :raises WaitTimeoutError: The dataset was not ready in time.
        """
        polling = {**options, "poll_interval_ms": poll_interval_ms, "total_timeout_ms": total_timeout_ms}
        poll_settings(polling)  # an invalid interval must not be reported after the upload
        with ExitStack() as stack:
            part, report = yield from prepare_upload(stack, file, task_type, check=check, progress=progress)
            body = models.CreateDatasetRequestBody(file=part, name=name)
            created = yield from call(self, CREATE, options, project_id=project_id, request_body=body)
        uploaded = with_info_of(created, UploadedDataset.model_construct(**dict(created), report=report))
        if not wait:
            return uploaded
        ids = {"project_id": project_id, "dataset_id": created.id}
        return updated(uploaded, (yield from poll(self, DATASET, RETRIEVE, polling, None, **ids)))

    upload, upload_async = twins(_upload)

    def _find_or_create(
        self,
        *,
        project_id: str,
        name: str,
        file: DatasetFile,
        task_type: TaskTypeOrStr | None = None,
        **options: Unpack[CallOptions],
    ) -> Flow[models.DatasetDetail]:
        """Return the dataset with a name, which is uploaded if it does not exist, and wait until it is ready.

        It is uploaded as by ``upload``. If the response to that is lost, the dataset is looked for; it is never created
        twice. The platform does not show the content of a dataset, so only the name of its file is compared.

        :param project_id: ID of the project.
        :param name: Name of the dataset.
        :param file: The data, as in ``upload``. It is not read if the dataset exists.
        :param task_type: Task of the records, such as ``"classification"``.
        :returns: The dataset.
        :raises ValueError: The dataset with the name has another file name or task, or several have the name.
        :raises CreationUnknownError: The dataset may exist, and is not listed yet.
        :raises DatasetError: The file has errors; nothing was sent.
        :raises WaitTimeoutError: The dataset was not ready in ten minutes.
        """
        create = partial(
            self._upload, project_id=project_id, file=file, name=name, task_type=task_type, wait=False, **options
        )
        finding = find_or_create(self, "dataset", name, LIST, create, options, project_id=project_id)
        found, existed = yield from finding
        detail = yield from self._wait(project_id=project_id, dataset_id=found.id, **options)
        if existed:
            file_name = Path(file).name if isinstance(file, (str, os.PathLike)) else None
            require_same("dataset", detail, {"file_name": file_name})
            tasks = detail.compatible_task_types
            if task_type is not None and tasks and task_type not in tasks:
                raise ValueError(f"name {name!r} is that of dataset {detail.id}, which is for {', '.join(tasks)}")
        return detail

    find_or_create, find_or_create_async = twins(_find_or_create)

    def _wait(
        self,
        *,
        project_id: str,
        dataset_id: str,
        poll_interval_ms: float = 2000,
        total_timeout_ms: float | None = 600_000,
        on_update: Callable[[models.DatasetDetail], Awaitable[None] | None] | None = None,
        progress: bool = False,
        **options: Unpack[CallOptions],
    ) -> Flow[models.DatasetDetail]:
        """Poll a dataset until the platform reports it as uploaded and return its state.

        Errors are handled as in ``training_jobs.wait``.

        :param project_id: ID of the project.
        :param dataset_id: ID of the dataset.
        :param poll_interval_ms: First interval between two polls, in milliseconds.
        :param total_timeout_ms: Maximum time to wait, in milliseconds; None for no limit. The platform has no status
            for an upload that failed.
        :param on_update: Called with the dataset each time it has changed; may be a coroutine function in
            ``wait_async``.
        :param progress: Whether to show a progress bar (extra ``progress``).
        :returns: The dataset.
        :raises WaitTimeoutError: The total timeout expired.
        """
        polling = {
            **options,
            "poll_interval_ms": poll_interval_ms,
            "total_timeout_ms": total_timeout_ms,
            "progress": progress,
        }
        ids = {"project_id": project_id, "dataset_id": dataset_id}
        return (yield from poll(self, DATASET, RETRIEVE, polling, on_update, **ids))

    wait, wait_async = twins(_wait)

"""Following a training job to the model at its end: ``wait``, ``watch`` and ``download_checkpoint``.

The first two stand on ``retrieve`` and ``list_checkpoints``; the third leaves the platform for a storage host.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ._core.drive import iterate, iterate_async, run, run_async
from ._core.request import Options
from .types.unset import UNSET

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
    from pathlib import Path

    from . import models
    from ._core.following import Following
    from ._core.operation import Operation
    from .sdkconfiguration import SDKConfiguration
    from .types import OptionalNullable
    from .utils.retries import RetryConfig


class FollowedJobs:
    """The part of ``TrainingJobs`` that follows one job over many calls."""

    _RETRIEVE: ClassVar[Operation[models.TrainingJobDetail]]
    _LIST_CHECKPOINTS: ClassVar[Operation[list[models.TrainingJobCheckpoint]]]

    def __init__(self, sdk_config: SDKConfiguration) -> None:
        self.sdk_configuration = sdk_config

    def wait(
        self,
        *,
        project_id: str,
        training_job_id: str,
        poll_interval_ms: float = 5000,
        total_timeout_ms: float | None = None,
        on_update: Callable[[models.TrainingJobDetail], None] | None = None,
        raise_on_failure: bool = True,
        progress: bool = False,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> models.TrainingJobDetail:
        """Wait until a training job has ended.

        A passing failure of the server or of the line does not end a wait; a 401 or a 404 does at once, and so
        does half an hour without any answer. To stop waiting, with Ctrl-C or by cancelling the task, does
        nothing to the job.

        :param project_id: the id of the project.
        :param training_job_id: the id of the training job.
        :param poll_interval_ms: the first interval between two looks at the job, in milliseconds; it grows
            slowly to six times as much, and a server's Retry-After is obeyed.
        :param total_timeout_ms: for how long to wait at the most, in milliseconds; None for as long as it takes.
        :param on_update: called with the job whenever it has changed; may be a coroutine function in
            ``wait_async``.
        :param raise_on_failure: whether a job that ended otherwise than in success is raised as an error.
        :param progress: whether to show a progress bar; needs the extra ``progress``.
        :param retries: the retries of each look; by default the next look is the retry.
        :param server_url: the URL of another server for this call.
        :param timeout_ms: the timeout of each look, in milliseconds.
        :param http_headers: headers for this call; they win over the SDK's own.
        :returns: the job as it ended.
        :raises TrainingJobEndedError: the job failed, timed out or was cancelled; the error's ``job`` has it.
        :raises WaitTimeoutError: the total timeout has passed; the error's ``job`` is the last state seen.
        :raises SDKError: an answer that another look would only repeat.
        :raises NoResponseError: no answer came for half an hour.
        """
        from ._core.following import wait
        from ._progress import shown

        options = Options(retries, server_url, timeout_ms, http_headers)
        follow = self._follow(False, project_id, training_job_id, options, poll_interval_ms, total_timeout_ms)
        with shown(progress, on_update) as (handle, tick):
            flow = wait(follow, self._RETRIEVE, handle, raise_on_failure=raise_on_failure, tick=tick)
            return run(flow, follow.client)

    async def wait_async(
        self,
        *,
        project_id: str,
        training_job_id: str,
        poll_interval_ms: float = 5000,
        total_timeout_ms: float | None = None,
        on_update: Callable[[models.TrainingJobDetail], Awaitable[None] | None] | None = None,
        raise_on_failure: bool = True,
        progress: bool = False,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> models.TrainingJobDetail:
        """Wait until a training job has ended. For ``await``; everything else is as in ``wait``."""
        from ._core.following import wait
        from ._progress import shown

        options = Options(retries, server_url, timeout_ms, http_headers)
        follow = self._follow(True, project_id, training_job_id, options, poll_interval_ms, total_timeout_ms)
        with shown(progress, on_update) as (handle, tick):
            flow = wait(follow, self._RETRIEVE, handle, raise_on_failure=raise_on_failure, tick=tick)
            return await run_async(flow, follow.client)

    def watch(
        self,
        *,
        project_id: str,
        training_job_id: str,
        poll_interval_ms: float = 5000,
        total_timeout_ms: float | None = None,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> Iterator[models.TrainingJobChange]:
        """Watch a training job: give each of its changes, until it has ended.

        The arguments and errors are those of ``wait``; a job that ends badly is no error here.

        :returns: ``StatusChanged``, ``ProgressChanged``, ``LossAdded`` and ``CheckpointAdded``, each with the job
            as it was then. The first look gives all that has been there before.
        """
        from ._core.following import watch

        options = Options(retries, server_url, timeout_ms, http_headers)
        follow = self._follow(False, project_id, training_job_id, options, poll_interval_ms, total_timeout_ms)
        return iterate(watch(follow, self._RETRIEVE, self._LIST_CHECKPOINTS), follow.client)

    def watch_async(
        self,
        *,
        project_id: str,
        training_job_id: str,
        poll_interval_ms: float = 5000,
        total_timeout_ms: float | None = None,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> AsyncIterator[models.TrainingJobChange]:
        """Watch a training job. For ``async for``; everything else is as in ``watch``."""
        from ._core.following import watch

        options = Options(retries, server_url, timeout_ms, http_headers)
        follow = self._follow(True, project_id, training_job_id, options, poll_interval_ms, total_timeout_ms)
        return iterate_async(watch(follow, self._RETRIEVE, self._LIST_CHECKPOINTS), follow.client)

    def download_checkpoint(
        self,
        checkpoint: models.TrainingJobCheckpoint | str,
        path: str | os.PathLike[str],
        *,
        progress: bool = False,
        retries: OptionalNullable[RetryConfig] = UNSET,
        timeout_ms: int | None = None,
    ) -> Path:
        """Download the model of a checkpoint from the storage host that its link leads to.

        The content goes to the disk as it comes, into ``NAME.part`` beside the file. Only when all of it is there
        does it get the file's name, in the place of what had that name before. A connection that breaks is made
        again and the download goes on where it was, and so does another call after one that ended early, unless
        the host has another content by then. Two downloads to one path must not run at the same time.

        The storage host gets neither the API key nor any other header, cookie or hook of this client's.

        :param checkpoint: the checkpoint, or its ``model_download_url``; only http and https can be downloaded.
        :param path: the file to write, or a directory for a file named as in the link.
        :param progress: whether to show a progress bar; needs the extra ``progress``.
        :param retries: the retries after an attempt that brought nothing, or less than 1 MiB.
        :param timeout_ms: how long to wait for a connection, and for the next piece, in milliseconds.
        :returns: the path of the file.
        :raises ValueError: there is no link, or it is an ``s3://`` link or another that is not http or https.
        :raises SDKError: the storage host answers with an error, or with a redirect from https to http.
        :raises NoResponseError: no answer came, or not all of it; what has come is kept.
        :raises OSError: the file cannot be written.
        """
        from ._download import download, downloading
        from ._transport.downloading import FileClient

        settings = (checkpoint, path, progress, retries, timeout_ms)
        with downloading(self.sdk_configuration, *settings) as job, FileClient(job.file) as client:
            return run(download(job), client)

    async def download_checkpoint_async(
        self,
        checkpoint: models.TrainingJobCheckpoint | str,
        path: str | os.PathLike[str],
        *,
        progress: bool = False,
        retries: OptionalNullable[RetryConfig] = UNSET,
        timeout_ms: int | None = None,
    ) -> Path:
        """Download the model of a checkpoint. For ``await``; everything else is as in ``download_checkpoint``."""
        from ._download import download, downloading
        from ._transport.downloading import AsyncFileClient

        settings = (checkpoint, path, progress, retries, timeout_ms)
        with downloading(self.sdk_configuration, *settings) as job:
            async with AsyncFileClient(job.file) as client:
                return await run_async(download(job), client)

    def _follow(self, is_async: bool, project_id: str, training_job_id: str, *settings: Any) -> Following:
        from ._core.following import following

        config = self.sdk_configuration
        client = config.async_client if is_async else config.client
        ids = {"project_id": project_id, "training_job_id": training_job_id}
        return following(config, client, ids, *settings)

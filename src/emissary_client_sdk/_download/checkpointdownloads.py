"""The methods of ``training_jobs`` that download a checkpoint."""

import os
from pathlib import Path

from .. import models, utils
from .._call.call import Resource
from .._call.drivers import run, run_async
from ..types.unset import UNSET, Unset
from .download import download, prepare_download
from .httpfile import AsyncFileClient, FileClient


class CheckpointDownloads(Resource):
    """Downloads of checkpoints."""

    def download_checkpoint(
        self,
        checkpoint: models.TrainingJobCheckpoint | str,
        path: str | os.PathLike[str],
        *,
        overwrite: bool = False,
        progress: bool = False,
        retries: utils.RetryConfig | int | Unset | None = UNSET,
        timeout_ms: int | None = None,
    ) -> Path:
        """Download the model of a checkpoint from the storage host of its link.

        The content is written to ``NAME.part``, which is renamed once it is complete. An interrupted download
        continues where it stopped, in this call or the next, unless the file has changed on the host. The host
        receives neither the API key nor any other header, cookie or hook of this client. Do not run two downloads to
        the same path at the same time.

        :param checkpoint: The checkpoint, or its ``model_download_url``; only http and https links can be downloaded.
        :param path: The file to write, or a directory for a file named as in the link.
        :param overwrite: Whether to replace a file with other content.
        :param progress: Whether to show a progress bar (extra ``progress``).
        :param retries: Retries after an attempt that transferred less than 1 MiB: a RetryConfig, a number, or None.
        :param timeout_ms: Maximum time to wait for a connection and for each piece, in milliseconds.
        :returns: Path of the file.
        :raises ValueError: There is no link, or it is not an http or https link.
        :raises SDKError: The storage host sent an unsuccessful response, or redirects from https to http.
        :raises NoResponseError: The host did not respond, or did not send everything; the partial file is kept.
        :raises FileExistsError: A file with other content has the name, and ``overwrite`` is not set.
        :raises OSError: The file cannot be written.
        """
        settings = (checkpoint, path, overwrite, progress, retries, timeout_ms)
        with prepare_download(self.sdk_configuration, *settings) as job, FileClient(job.file) as client:
            return run(download(job), client)

    async def download_checkpoint_async(
        self,
        checkpoint: models.TrainingJobCheckpoint | str,
        path: str | os.PathLike[str],
        *,
        overwrite: bool = False,
        progress: bool = False,
        retries: utils.RetryConfig | int | Unset | None = UNSET,
        timeout_ms: int | None = None,
    ) -> Path:
        """Download the model of a checkpoint: the asynchronous twin of ``download_checkpoint``."""
        settings = (checkpoint, path, overwrite, progress, retries, timeout_ms)
        with prepare_download(self.sdk_configuration, *settings) as job:
            async with AsyncFileClient(job.file) as client:
                return await run_async(download(job), client)

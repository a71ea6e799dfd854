"""Downloading a checkpoint, resumably, over as many requests as necessary.

The link leads to a storage host, not to the platform. So nothing here uses the parts of the client's configuration
that are for the platform: no key, headers, hooks or HTTP client of the caller. A link often contains a signature in
its query, so messages show it without the query.
"""

from __future__ import annotations

import errno
import os
import re
from contextlib import contextmanager
from pathlib import Path
from random import random as random_number
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

import httpx

from .._call.commands import Compute, Flow, Received, Send, Wait
from .._call.errors import classify, may_have_been_sent, place_of, retry_after_of
from .._transport.request import DEFAULT_TIMEOUT, build_request
from .._validation import is_valid_host, require_timeout
from ..errors import APITimeoutError, ClientClosedError, NoResponseError, SDKError
from ..models import TrainingJobCheckpoint
from ..types.unset import Unset
from ..utils.retries import Effect, FailedAttempt, FailureKind, History, policy_for, require_retries
from .httpfile import STORED
from .partialfile import PartialFile

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from ..sdkconfiguration import SDKConfiguration
    from ..utils import RetryConfig
    from ..utils.retries import RetryPolicy

_MAX_REDIRECTS = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_EXPIRED = frozenset({400, 401, 403, 404, 410})  # statuses of storage hosts for a link that was valid
_PROGRESS = 1 << 20  # bytes of progress after which the retries are counted from zero again
_INVALID_FILE_NAME = re.compile(r'[\x00-\x1f/\\:*?"<>|]|^\.*$')  # on any operating system


class DownloadJob(NamedTuple):
    """A checked download."""

    config: SDKConfiguration
    link: httpx.URL
    file: PartialFile
    policy: RetryPolicy
    timeout: httpx.Timeout


@contextmanager
def prepare_download(
    config: SDKConfiguration,
    checkpoint: TrainingJobCheckpoint | str,
    path: str | os.PathLike[str],
    overwrite: bool,
    progress: bool,
    retries: RetryConfig | int | Unset | None,
    timeout_ms: float | None,
) -> Generator[DownloadJob, None, None]:
    """Check the arguments of a download, and show its progress during the block.

    :raises ValueError: There is no link, or it is not an http or https link.
    :raises FileNotFoundError: The folder does not exist.
    """
    if config.closed:
        raise ClientClosedError
    link = _link_of(checkpoint)
    retries = require_retries("retries", retries)
    policy = policy_for(config.retry_config if isinstance(retries, Unset) else retries, Effect.REPEATABLE)
    milliseconds = config.timeout_ms if timeout_ms is None else timeout_ms
    timeout = DEFAULT_TIMEOUT if milliseconds is None else httpx.Timeout(require_timeout("timeout_ms", milliseconds))
    target = _target(Path(path), link)
    from .._display.progress import count_progress

    with count_progress(progress, target.name, unit="B") as meter:
        yield DownloadJob(config, link, PartialFile(target, meter, overwrite=overwrite), policy, timeout)


def _link_of(checkpoint: TrainingJobCheckpoint | str) -> httpx.URL:
    if isinstance(checkpoint, TrainingJobCheckpoint):
        if checkpoint.model_download_url is None:
            raise ValueError(f"checkpoint {checkpoint.checkpoint} has no model_download_url")
        link = checkpoint.model_download_url
    elif isinstance(checkpoint, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # a caller may not be checked
        link = checkpoint
    else:
        raise TypeError(f"checkpoint must be a TrainingJobCheckpoint or a URL, not {type(checkpoint).__name__}")
    try:
        url = httpx.URL(link)
    except httpx.InvalidURL as error:
        raise ValueError(f"the link of the checkpoint is not a valid URL: {error}") from None
    if url.scheme not in ("http", "https"):
        raise ValueError(f"only an http or https link can be downloaded, not {_shown(url)}")
    if not url.host or not is_valid_host(url.host, url.port):
        raise ValueError(f"the link of the checkpoint has no host, or an invalid host or port: {_shown(url)}")
    return url


def _target(path: Path, link: httpx.URL) -> Path:
    if path.is_dir():
        name = unquote(urlsplit(str(link)).path.rpartition("/")[2])
        if _INVALID_FILE_NAME.search(name):
            raise ValueError(f"{path} is a folder, and the link ends with {name!r}, which is not a file name")
        path = path / name
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path.parent))
    return path


def _shown(url: httpx.URL) -> str:
    """Return a URL without its query, user name and password, which may be secret."""
    parts = urlsplit(str(url))
    return parts._replace(netloc=url.netloc.decode("ascii"), query="", fragment="").geturl()


def download(
    job: DownloadJob, *, clock: Callable[[], float] = monotonic, random: Callable[[], float] = random_number
) -> Flow[Path]:
    """Download a file and return its path; continue where a connection broke.

    :raises SDKError: The host sent an unsuccessful response.
    :raises NoResponseError: The host did not respond, or did not send everything.
    :raises FileExistsError: Another file has the name.
    """
    file, attempts = job.file, _Attempts(job, clock, random)
    headers = {"User-Agent": job.config.user_agent, "Accept": "*/*", "Accept-Encoding": "identity"}
    url, redirects = job.link, 0
    while True:
        range_headers = file.range_headers()
        request = build_request("GET", url, headers={**headers, **range_headers}, timeout=job.timeout)
        outcome: Received | Exception
        try:
            outcome = yield Send(request)
        except Exception as exception:  # noqa: BLE001  # ``attempts`` decides which exceptions are known
            outcome = exception
        if isinstance(outcome, Received):
            response = outcome.response
            status: int = response.status_code
            if response.extensions[STORED]:
                if file.total is None or file.size == file.total:
                    break
                outcome = httpx.RemoteProtocolError(f"received {file.size} of {file.total} bytes")
                if file.size > file.total:
                    file.discard()
            elif range_headers and status in (206, 416):
                if status == 416 and file.is_all_of(response):
                    break
                file.discard()  # the next request is for the whole file, so this cannot happen twice in a row
                url = job.link
                continue
            elif status in _REDIRECTS and "location" in response.headers:
                redirects += 1
                url = _redirect_target(url, response, redirects)
                continue
        error, pause = attempts.failed(outcome)
        if pause is None:
            raise error from (outcome if isinstance(outcome, Exception) else None)
        url, redirects = job.link, 0
        yield Wait(pause)
    path: Path = yield Compute(file.finish)
    return path


def _redirect_target(url: httpx.URL, response: httpx.Response, redirects: int) -> httpx.URL:
    problem = None
    try:
        target = url.join(response.headers["location"])
        is_valid = is_valid_host(target.host, target.port)
    except httpx.InvalidURL:
        target, is_valid = url, False
    if not is_valid:
        problem = "the Location of the redirect is not a valid URL"
    elif redirects > _MAX_REDIRECTS:
        problem = f"more than {_MAX_REDIRECTS} redirects"
    elif target.scheme not in ("http", "https") or not target.host:
        problem = f"it redirects to {_shown(target)}, which is not an http or https URL"
    elif url.scheme == "https" and target.scheme == "http":
        problem = f"it redirects from https to {_shown(target)}, so the file could be modified on the way"
    if problem is not None:
        error = SDKError(f"the file cannot be downloaded: {problem}", response.status_code, headers=response.headers)
        error.request_line = f"GET {_shown(url)}"
        raise error
    return target


class _Attempts:
    """The failed attempts since the last progress."""

    def __init__(self, job: DownloadJob, clock: Callable[[], float], random: Callable[[], float]) -> None:
        self._job = job
        self._clock = clock
        self._random = random
        self._attempts = 0
        self._furthest = job.file.size
        self._restart()

    def _restart(self) -> None:
        self._started = self._clock()
        self._retries = self._timeouts = 0

    def failed(self, outcome: Received | Exception) -> tuple[SDKError | NoResponseError, float | None]:
        """Record a failed attempt. Return the error, and the pause before the next attempt or None to give up.

        :raises Exception: The exception itself, if it is not an HTTP client's.
        """
        self._attempts += 1
        if self._job.file.size >= self._furthest + _PROGRESS:
            self._furthest = self._job.file.size
            self._restart()
        error: SDKError | NoResponseError
        if isinstance(outcome, Received):
            error = self._unsuccessful(outcome)
            failure = FailedAttempt(FailureKind.RESPONSE, error.status_code, error.retry_after)
        else:
            known = classify(outcome)
            if known is None:
                raise outcome
            error = self._no_response(outcome, *known)
            failure = FailedAttempt(known[0])
        history = History(self._retries, self._timeouts, self._clock() - self._started)
        pause = self._job.policy(failure, history, self._random())
        self._retries += 1
        self._timeouts += failure.kind.is_timeout
        return error, pause

    def _unsuccessful(self, received: Received) -> SDKError:
        response: Any = received.response
        error = SDKError(
            "the storage host refused the download",
            response.status_code,
            self._job.config.key.redact(received.content.decode("utf-8", "replace")),
            headers=response.headers,
            retry_after=retry_after_of(response),
        )
        error.request_line = f"GET {_shown(self._job.link)}"
        error.attempts = self._attempts
        if response.status_code in _EXPIRED:
            error.hint = "The link may have expired: list the checkpoints again for a new one"
        return error

    def _no_response(self, exception: Exception, kind: FailureKind, description: str) -> NoResponseError:
        tries = f" after {self._attempts} attempts" if self._attempts > 1 else ""
        place = place_of(exception, _shown(self._job.link))
        message = self._job.config.key.redact(f"GET {place} failed{tries}: {description}")
        error_type = APITimeoutError if kind.is_timeout else NoResponseError
        return error_type(message, sent=may_have_been_sent(exception, kind))

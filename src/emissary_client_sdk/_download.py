"""Downloading a checkpoint: a flow over many requests if need be, and the file that it fills.

The link leads to a storage host and not to the platform. So nothing here takes anything from the client's
configuration that was meant for the platform: no key, no header, no hook, no HTTP client of the caller's. A link is
often a secret itself, by a signature in its query, and no message shows that part.
"""

from __future__ import annotations

import errno
import os
import re
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

import httpx

from ._core.decode import retry_after_of, text
from ._core.failures import kind_of, no_response
from ._core.flow import Flow, Send, Wait
from ._partialfile import PartialFile
from ._transport.messages import DEFAULT_TIMEOUT
from .errors import ClientClosedError, NoResponseError, SDKError
from .models import TrainingJobCheckpoint
from .sdkconfiguration import require_retries
from .types.unset import Unset
from .utils.checks import require_timeout
from .utils.retries import Failure, FailureKind, History, policy_for

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from .sdkconfiguration import SDKConfiguration
    from .types import OptionalNullable
    from .utils.retries import RetryConfig, RetryPolicy

_MOST_REDIRECTS = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PROGRESS = 1 << 20  # bytes beyond all that an earlier attempt brought, after which the retries are counted anew
_NO_FILE_NAME = re.compile(r'[\x00-\x1f/\\:*?"<>|]|^\.*$')  # on any system


class Job(NamedTuple):
    """What is to be done, and where it stands."""

    config: SDKConfiguration
    link: httpx.URL
    file: PartialFile
    policy: RetryPolicy
    timeout: httpx.Timeout


@contextmanager
def downloading(
    config: SDKConfiguration,
    checkpoint: TrainingJobCheckpoint | str,
    path: str | os.PathLike[str],
    progress: bool,
    retries: OptionalNullable[RetryConfig],
    timeout_ms: float | None,
) -> Generator[Job, None, None]:
    """Check what a caller asks for, and show the progress while the block runs if that is asked for.

    :raises ValueError: there is no link, or none that a download can follow.
    """
    if config.closed:
        raise ClientClosedError("the client is closed and makes no more calls")
    link = _link_of(checkpoint)
    retries = require_retries("retries", retries)
    policy = policy_for(config.retry_config if isinstance(retries, Unset) else retries, creates=False)
    milliseconds = config.timeout_ms if timeout_ms is None else timeout_ms
    timeout = DEFAULT_TIMEOUT if milliseconds is None else httpx.Timeout(require_timeout(milliseconds))
    target = _target(Path(path), link)
    with _bar(progress, target.name) as bar:
        yield Job(config, link, PartialFile(target, bar), policy, timeout)


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
        raise ValueError(f"the checkpoint's link is no URL: {error}") from None
    if url.scheme not in ("http", "https"):
        raise ValueError(f"only an http or https link can be downloaded, and the checkpoint's is {_shown(url)}")
    if not url.host:
        raise ValueError(f"the checkpoint's link names no host: {_shown(url)}")
    return url


def _target(path: Path, link: httpx.URL) -> Path:
    if path.is_dir():
        name = unquote(urlsplit(str(link)).path.rpartition("/")[2])
        if _NO_FILE_NAME.search(name):
            raise ValueError(f"{path} is a directory, and the link's last part, {name!r}, is no name for a file in it")
        path = path / name
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path.parent))
    return path


def _shown(url: httpx.URL) -> str:
    """Give a URL without what may be a secret: its query, and the user name and password."""
    parts = urlsplit(str(url))
    return parts._replace(netloc=url.netloc.decode("ascii"), query="", fragment="").geturl()


@contextmanager
def _bar(progress: bool, name: str) -> Generator[Any, None, None]:
    if not progress:
        yield None
        return
    try:
        from tqdm.auto import tqdm
    except ImportError:
        raise ImportError('progress=True needs tqdm: pip install "emissary-client-sdk[progress]"') from None

    with tqdm(desc=name, unit="B", unit_scale=True, unit_divisor=1024) as bar:
        yield bar


def download(
    job: Job, *, clock: Callable[[], float] = monotonic, random: Callable[[], float] | None = None
) -> Flow[Path]:
    """Fetch a file, and go on where the connection broke.

    :raises SDKError: the host answers with an error.
    :raises NoResponseError: no answer comes, or not the whole of it.
    """
    if random is None:
        import random as source

        random = source.random
    file, tries = job.file, _Tries(job, clock, random)
    url, redirects = job.link, 0
    while True:
        asked = file.headers()
        request = httpx.Request(
            "GET",
            url,
            headers={"User-Agent": job.config.user_agent, "Accept": "*/*", "Accept-Encoding": "identity", **asked},
            extensions={"timeout": job.timeout.as_dict()},
        )
        response: Any = None
        content: bytes | None = b""
        error: Exception | None = None
        try:
            response, content = yield Send(request, bare=False)
        except Exception as raised:  # noqa: BLE001  # the retries know which they know
            error = raised
        if error is None:
            if content is None:
                if file.total is None or file.size == file.total:
                    return file.finish()
                error = httpx.RemoteProtocolError(f"{file.size} bytes came where {file.total} were announced")
                if file.size > file.total:
                    file.discard()
            elif asked and response.status_code in (206, 416):
                if response.status_code == 416 and file.is_all_of(response):
                    return file.finish()
                file.discard()  # the next request asks for all, so this cannot come twice in a row
                url = job.link
                continue
            elif response.status_code in _REDIRECTS and "location" in response.headers:
                redirects += 1
                url = _redirected(url, response, redirects)
                continue
        failed, wait = tries.after(response, content or b"", error)
        if wait is None:
            raise failed from error
        url, redirects = job.link, 0
        yield Wait(wait)


def _redirected(url: httpx.URL, response: httpx.Response, redirects: int) -> httpx.URL:
    status = response.status_code
    try:
        target = url.join(response.headers["location"])
    except httpx.InvalidURL:
        raise SDKError(f"{_shown(url)} redirects to what is no URL", status, headers=response.headers) from None
    problem = None
    if redirects > _MOST_REDIRECTS:
        problem = f"more than {_MOST_REDIRECTS} redirects"
    elif target.scheme not in ("http", "https") or not target.host:
        problem = f"it redirects to {_shown(target)}, which is no http(s) URL"
    elif url.scheme == "https" and target.scheme == "http":
        problem = f"it redirects from https to {_shown(target)}, where anybody on the way could change the file"
    if problem is not None:
        raise SDKError(f"{_shown(url)} cannot be downloaded: {problem}", status, headers=response.headers)
    return target


class _Tries:
    """The attempts without progress so far, and what the policy says to the next failure."""

    def __init__(self, job: Job, clock: Callable[[], float], random: Callable[[], float]) -> None:
        self._job = job
        self._clock = clock
        self._random = random
        self._attempts = 0
        self._furthest = job.file.size
        self._begin()

    def _begin(self) -> None:
        self._since = self._clock()
        self._retries = self._timeouts = 0

    def after(
        self, response: Any, content: bytes, error: Exception | None
    ) -> tuple[SDKError | NoResponseError, float | None]:
        self._attempts += 1
        if self._job.file.size >= self._furthest + _PROGRESS:
            self._furthest = self._job.file.size
            self._begin()
        failed: SDKError | NoResponseError
        key = self._job.config.key
        if error is None:
            failed = SDKError(
                f"{_shown(self._job.link)} cannot be downloaded: the storage host refuses",
                response.status_code,
                text(content, key),
                headers=response.headers,
                retry_after=retry_after_of(response),
            )
            failure = Failure(FailureKind.ANSWER, failed.status_code, failed.retry_after)
        else:
            kind = kind_of(error)
            if kind is None:
                raise error
            failed = no_response(error, kind, self._attempts, key)
            failure = Failure(kind)
        history = History(self._retries, self._timeouts, self._clock() - self._since)
        wait = self._job.policy(failure, history, self._random())
        self._retries += 1
        self._timeouts += failure.kind.is_timeout
        return failed, wait

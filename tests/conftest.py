"""Fixtures that the tests of every directory may use."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import anyio.lowlevel
import pytest

from emissary_client_sdk import EmissaryClient, emulator

from .support.answers import KEY
from .support.calling import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_VARIABLES = (
    "EMISSARY_CLIENT_API_KEY",
    "EMISSARY_CLIENT_SERVER_URL",
    "EMISSARY_CLIENT_DEBUG",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "SSLKEYLOGFILE",
    *_PROXIES,
    *(name.lower() for name in _PROXIES),
)


# Their tests need the extras of the same purpose: only a command that names one of them runs its tests.
_ONLY_IF_NAMED = [Path(__file__).parent / name for name in ("recipes", "site")]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out such a directory where no argument names it, or something in it."""
    named = [(config.invocation_params.dir / argument.partition("::")[0]).resolve() for argument in config.args]
    for directory in _ONLY_IF_NAMED:
        if collection_path.is_relative_to(directory) and not any(path.is_relative_to(directory) for path in named):
            return True
    return None


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what the machine's environment says of keys, servers, certificates and proxies away from the tests."""
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(params=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Iterator[Call]:
    """Call a method of a client's ``training_jobs``; the test runs once synchronously and once asynchronously."""
    with Call(request.param) as calling:
        yield calling


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let no retry wait; gives the seconds that each would have waited."""
    noted: list[float] = []

    async def sleep(seconds: float) -> None:
        noted.append(seconds)
        await anyio.lowlevel.checkpoint()

    monkeypatch.setattr(time, "sleep", noted.append)
    monkeypatch.setattr(anyio, "sleep", sleep)
    return noted


@pytest.fixture(scope="session")
def one_platform() -> Iterator[emulator.Server]:
    """Give one emulator to all tests; its jobs outlast them."""
    with emulator.serve(job_seconds=3600) as server:
        yield server


@pytest.fixture
def platform(one_platform: emulator.Server) -> emulator.Server:
    """Give the emulator as new."""
    one_platform.reset()
    return one_platform


@pytest.fixture
def client(platform: emulator.Server, call: Call) -> Iterator[EmissaryClient]:
    """Give a client of the emulator, closed in the end."""
    made = EmissaryClient(api_key=KEY, server_url=platform.url)
    yield made
    call.close_client(made)

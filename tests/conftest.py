"""Fixtures for the tests of every folder."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import anyio.lowlevel
import certifi
import hypothesis
import pytest

from emissary_client_sdk import EmissaryClient, emulator

from .support.answers import KEY
from .support.calling import Call

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_VARIABLES = (
    "EMISSARY_CLIENT_API_KEY",
    "EMISSARY_API_KEY",
    "EMISSARY_CLIENT_SERVER_URL",
    "EMISSARY_PROJECT_ID",
    "EMISSARY_PROFILE",
    "EMISSARY_CLIENT_DEBUG",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "SSLKEYLOGFILE",
    *_PROXIES,
    *(name.lower() for name in _PROXIES),
)


# The same examples each time, however slow the machine is, and no folder that remembers them.
hypothesis.settings.register_profile("tests", deadline=None, derandomize=True, database=None, max_examples=50)
hypothesis.settings.load_profile("tests")

# Their tests need extras: only a command that names one of these folders runs them.
_ONLY_IF_NAMED = [Path(__file__).parent / "project" / name for name in ("recipes", "site")]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Skip such a folder unless an argument names it, or something in it."""
    named = [(config.invocation_params.dir / argument.partition("::")[0]).resolve() for argument in config.args]
    for directory in _ONLY_IF_NAMED:
        if collection_path.is_relative_to(directory) and not any(path.is_relative_to(directory) for path in named):
            return True
    return None


def pytest_configure() -> None:
    """Prepare this process and, by what they inherit, the programs of the tests."""
    # Without cached bytecode, as many containers set it, each program would compile the package again.
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # A shell makes its background commands ignore Ctrl-C.
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Do not search the modules and tests for garbage: only tests make it."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the type checkers, the longest tests: at the end, the other processes would wait for them."""
    items.sort(key=lambda item: "typing" not in item.path.parts)


@pytest.fixture(scope="module", autouse=True)
def _little_garbage() -> Iterator[None]:
    """Do not search what earlier modules left, such as libraries, for garbage: hundreds of tests look for it."""
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the keys, servers, certificates and proxies of the machine's environment from the tests."""
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session", autouse=True)
def _one_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Trust one public certificate: a client of httpx takes 20 ms to read all of them."""
    end = "-----END CERTIFICATE-----\n"
    bundle = tmp_path_factory.mktemp("authority") / "one.pem"
    bundle.write_text(certifi.contents().partition(end)[0] + end, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certifi, "where", lambda: str(bundle))
        yield


@pytest.fixture(params=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Iterator[Call]:
    """Call methods of a client; the test runs once synchronously and once asynchronously."""
    with Call(request.param) as calling:
        yield calling


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Replace all pauses between attempts; return the list of their lengths in seconds."""
    seen: list[float] = []

    async def sleep(seconds: float) -> None:
        seen.append(seconds)
        await anyio.lowlevel.checkpoint()

    monkeypatch.setattr(time, "sleep", seen.append)
    monkeypatch.setattr(anyio, "sleep", sleep)
    return seen


@pytest.fixture(scope="session")
def one_platform() -> Iterator[emulator.Server]:
    """Run one emulator for all tests; its jobs outlast them."""
    with emulator.serve(job_seconds=3600) as server:
        yield server


@pytest.fixture
def platform(one_platform: emulator.Server) -> emulator.Server:
    """Return the emulator without any content."""
    one_platform.reset()
    return one_platform


@pytest.fixture(scope="session")
def instant_platform() -> Iterator[emulator.Server]:
    """Run an emulator for all tests, on which jobs and deployments are ready at once."""
    with emulator.serve(job_seconds=0, deploy_seconds=0) as server:
        yield server


@pytest.fixture
def client(platform: emulator.Server, call: Call) -> Iterator[EmissaryClient]:
    """Return a client of the emulator, closed at the end."""
    created = EmissaryClient(api_key=KEY, server_url=platform.url)
    yield created
    call.close_client(created)

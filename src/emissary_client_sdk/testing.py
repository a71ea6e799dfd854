"""A pytest plugin: the fixtures ``emissary_emulator`` and ``emissary_client``, for the tests of your own code.

It comes with the extra ``testing``, and pytest finds it by itself. Every test that asks for a fixture has the platform
as new: a local emulator, on which nothing is trained and nothing costs anything. ``docs/testing.md`` has more.

pytest loads this module in every session, used or not, so it imports nothing else before a fixture is used.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from emissary_client_sdk import EmissaryClient
    from emissary_client_sdk.emulator import Server

__all__ = ["emissary_client", "emissary_emulator"]

_MARKER = "emissary(job_seconds=0): how the emulator of the fixture emissary_emulator behaves in this test"


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture(scope="session")
def _emissary_emulators() -> Generator[Callable[[float], Server], None, None]:
    """Keep the session's emulators: one is started for each length of a job that a test asks for."""
    from emissary_client_sdk import emulator

    running: dict[float, Server] = {}
    with ExitStack() as stack:

        def running_with(job_seconds: float) -> Server:
            if job_seconds not in running:
                try:
                    running[job_seconds] = stack.enter_context(emulator.serve(job_seconds=job_seconds))
                except ModuleNotFoundError as error:
                    needed = f'emissary_emulator needs {error.name}: pip install "emissary-client-sdk[testing]"'
                    pytest.fail(needed, pytrace=False)
                except ValueError as error:
                    pytest.fail(f"the marker emissary: {error}", pytrace=False)
            return running[job_seconds]

        yield running_with


@pytest.fixture
def emissary_emulator(
    request: pytest.FixtureRequest, _emissary_emulators: Callable[[float], Server]
) -> Generator[Server, None, None]:
    """Give a local Emissary platform without any job or fault, at ``url``; ``faults`` takes what is to go wrong.

    A job ends as soon as it is created, in success, unless ``@pytest.mark.emissary(job_seconds=...)`` says how long
    it takes.
    """
    server = _emissary_emulators(_job_seconds(request.node.get_closest_marker("emissary")))
    server.reset()
    yield server
    server.faults.clear()  # what the test leaves running must not meet them


@pytest.fixture
def emissary_client(emissary_emulator: Server) -> Generator[EmissaryClient, None, None]:
    """Give a client of ``emissary_emulator``, for synchronous and asynchronous calls; it is closed in the end."""
    from emissary_client_sdk import EmissaryClient

    with EmissaryClient(api_key="key-of-the-tests", server_url=emissary_emulator.url) as client:
        yield client


def _job_seconds(marker: pytest.Mark | None) -> float:
    if marker is None:
        return 0.0
    if marker.args or set(marker.kwargs) != {"job_seconds"}:
        pytest.fail("the marker emissary takes one argument, by its name: job_seconds", pytrace=False)
    seconds: float = marker.kwargs["job_seconds"]
    return seconds

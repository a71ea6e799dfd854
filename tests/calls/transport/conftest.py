"""Fixtures of the transport tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ...support.answers import well_behaved
from ...support.rawserver import RawResponse, RawServer, Request, responding
from ...support.tls import Authority
from .driver import Driver

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=["sync", "async"])
def http(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """Run the test with the synchronous and the asynchronous client."""
    with Driver(request.param) as driver:
        yield driver
        driver.close()


@pytest.fixture
def server() -> Iterator[RawServer]:
    """Run a server that responds as the platform would, and with an empty JSON array to any other path."""

    def respond(request: Request) -> RawResponse:
        return well_behaved(request) if request.target.startswith("/v1/") else RawResponse(200, b"[]")

    with RawServer(responding(respond)) as running:
        yield running


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return a certificate authority that is not trusted yet."""
    return Authority(tmp_path_factory.mktemp("authority"))

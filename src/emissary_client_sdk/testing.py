"""A pytest plugin to test your own code: the fixtures ``emissary_emulator``, ``emissary_client``, ``emissary_gate``.

It comes with the extra ``testing``, and pytest loads it automatically. Every test that uses a fixture has an empty
platform: a local emulator, which calls no language model and costs nothing. ``docs/testing.md`` has more.

pytest imports this module in every session, used or not, so it imports nothing else before a fixture is used.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from emissary_client_sdk import EmissaryClient
    from emissary_client_sdk.emulator import Server
    from emissary_client_sdk.evaluation import Report

__all__ = ["emissary_client", "emissary_emulator", "emissary_gate"]

_DEFAULTS: dict[str, Any] = {"job_seconds": 0, "deploy_seconds": 0, "strict": False, "learn": False}


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    settings = ", ".join(f"{name}={value}" for name, value in _DEFAULTS.items())
    config.addinivalue_line("markers", f"emissary({settings}): settings of the fixture emissary_emulator in this test")


@pytest.fixture(scope="session")
def _emissary_emulators() -> Generator[Callable[..., Server], None, None]:
    """Yield a function that returns the session's emulator with these settings, started at its first use."""
    from emissary_client_sdk import emulator

    with ExitStack() as stack:

        @cache
        def running_with(**settings: Any) -> Server:
            try:
                return stack.enter_context(emulator.serve(**settings))
            except ModuleNotFoundError as error:
                from emissary_client_sdk._extras import missing_extra

                module = str(error.name).partition(".")[0]
                extra = "learning" if module == "sklearn" else "testing"
                pytest.fail(missing_extra("emissary_emulator", module, extra), pytrace=False)
            except ValueError as error:
                pytest.fail(f"the marker emissary: {error}", pytrace=False)

        yield running_with


@pytest.fixture
def emissary_emulator(
    request: pytest.FixtureRequest, _emissary_emulators: Callable[..., Server]
) -> Generator[Server, None, None]:
    """Yield an empty local Emissary platform at ``url``.

    Its ``faults`` inject errors, its ``answers`` set the answers of models. Nothing takes time, unless
    ``@pytest.mark.emissary(job_seconds=..., deploy_seconds=...)`` sets the seconds that a job or a deployment takes;
    ``strict=True`` refuses projects, datasets and models that do not exist; ``learn=True`` trains small, real models.
    """
    marker: pytest.Mark | None = request.node.get_closest_marker("emissary")
    if marker and (marker.args or not set(marker.kwargs) <= set(_DEFAULTS)):
        pytest.fail(f"the marker emissary accepts the keywords {', '.join(_DEFAULTS)}", pytrace=False)
    server = _emissary_emulators(**{**_DEFAULTS, **(marker.kwargs if marker else {})})
    server.reset()
    yield server
    server.faults.clear()  # threads that the test leaves running must not receive them


@pytest.fixture
def emissary_client(emissary_emulator: Server) -> Generator[EmissaryClient, None, None]:
    """Yield a client of ``emissary_emulator``, for synchronous and asynchronous calls; it is closed afterwards."""
    from emissary_client_sdk import EmissaryClient

    with EmissaryClient(api_key="key-of-the-tests", server_url=emissary_emulator.url, profile="") as client:
        yield client


@pytest.fixture
def emissary_gate() -> Callable[..., None]:
    """Return a function that fails the test if a report on a model does not reach its minimums.

    ``emissary_gate(report, accuracy=0.9, macro_f1=0.85)``, with a report of ``client.classification.evaluate`` or of
    another evaluation. The names are those of ``report.gates``.
    """

    def gate(report: Report, **minimum: float) -> None:
        __tracebackhide__ = True
        if not minimum:
            raise ValueError(f"emissary_gate needs at least one minimum of {', '.join(report.gates)}")
        if reasons := report.shortfalls(**minimum):
            pytest.fail(f"{report!r}: {'; '.join(reasons)}", pytrace=False)

    return gate

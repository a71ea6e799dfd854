"""No test of a fault waits between attempts."""

import pytest

from ..support.internals import retry_without_pauses


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    retry_without_pauses(monkeypatch)

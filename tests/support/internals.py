"""Settings of the SDK's own HTTP clients that tests change."""

from __future__ import annotations

import importlib
import pkgutil
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

_PACKAGE = "emissary_client_sdk._transport"


def _set(monkeypatch: pytest.MonkeyPatch, name: str, value: object) -> None:
    package = importlib.import_module(_PACKAGE)
    modules = [
        importlib.import_module(f"{_PACKAGE}.{module.name}") for module in pkgutil.iter_modules(package.__path__)
    ]
    holders = [module for module in modules if hasattr(module, name)]
    assert holders, f"no module of {_PACKAGE} has {name}"
    for module in holders:
        monkeypatch.setattr(module, name, value)


def limit_connections(monkeypatch: pytest.MonkeyPatch, connections: int) -> None:
    """Limit the connections of clients that make their first call after this."""
    _set(monkeypatch, "MAX_CONNECTIONS", connections)


def let_pass(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Advance the clock that measures intervals."""
    present = time.monotonic

    def later() -> float:
        return present() + seconds

    monkeypatch.setattr(time, "monotonic", later)
    _set(monkeypatch, "monotonic", later)

"""The few things inside the default clients that a test sets from outside, found wherever they are now."""

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
    assert holders, f"nothing in {_PACKAGE} has {name} any more"
    for module in holders:
        monkeypatch.setattr(module, name, value)


def limit_connections(monkeypatch: pytest.MonkeyPatch, connections: int) -> None:
    """Let clients that make their first call after this have only so many connections at once."""
    _set(monkeypatch, "MAX_CONNECTIONS", connections)


def let_pass(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let the clock that measures intervals jump ahead."""
    present = time.monotonic

    def later() -> float:
        return present() + seconds

    monkeypatch.setattr(time, "monotonic", later)
    _set(monkeypatch, "monotonic", later)

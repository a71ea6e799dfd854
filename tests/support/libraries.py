"""The libraries whose HTTP clients a caller may pass."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

LIBRARIES: list[ModuleType] = [
    importlib.import_module(name) for name in ("httpx", "httpx2") if importlib.util.find_spec(name)
]
"""httpx and httpx2, which needs a newer anyio than the package: ``nox -s lowest`` leaves it out."""


def name_of(library: ModuleType | None) -> str:
    """Name a library in a test's id; None is the SDK's own client."""
    return library.__name__ if library else "own"

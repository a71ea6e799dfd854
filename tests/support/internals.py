"""Settings of the SDK that tests change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emissary_client_sdk._call.call import call
from emissary_client_sdk._transport import pool

if TYPE_CHECKING:
    import pytest


def limit_connections(monkeypatch: pytest.MonkeyPatch, connections: int) -> None:
    """Limit the connections of clients that make their first call after this."""
    monkeypatch.setattr(pool, "MAX_CONNECTIONS", connections)


def retry_without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the random factor of the pauses between attempts by 0.0."""
    monkeypatch.setitem(call.__kwdefaults__ or {}, "random", float)

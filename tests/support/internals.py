"""A setting of the SDK's own HTTP clients that tests change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emissary_client_sdk._transport import pool

if TYPE_CHECKING:
    import pytest


def limit_connections(monkeypatch: pytest.MonkeyPatch, connections: int) -> None:
    """Limit the connections of clients that make their first call after this."""
    monkeypatch.setattr(pool, "MAX_CONNECTIONS", connections)

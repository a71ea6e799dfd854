"""Fixtures of the transport's tests."""

from __future__ import annotations

import pytest

from ..support.tls import Authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Give one certificate authority to all tests; nobody trusts it yet."""
    return Authority(tmp_path_factory.mktemp("authority"))

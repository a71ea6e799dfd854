"""Places for stored accounts: a folder of the test, and a keyring in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, PasswordDeleteError

from emissary_client_sdk import profiles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class MemoryKeyring(KeyringBackend):
    """A keyring that forgets everything at the end of the process.

    :ivar keys: The keys by the names of their profiles.
    :ivar is_locked: Whether nothing can be read or changed.
    :ivar is_null: Whether nothing is kept, as by the keyring that stands for none.
    """

    keys: dict[str, str]
    is_locked = False
    is_null = False

    def _open(self) -> None:
        if self.is_locked:
            raise KeyringError("it is locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store a key."""
        assert service == "emissary_client_sdk"
        self._open()
        if not self.is_null:
            self.keys[username] = password

    def get_password(self, service: str, username: str) -> str | None:
        """Return a key."""
        del service
        self._open()
        return self.keys.get(username)

    def delete_password(self, service: str, username: str) -> None:
        """Delete a key."""
        del service
        self._open()
        if self.keys.pop(username, None) is None:
            raise PasswordDeleteError("there is no such key")


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the path of the file with the accounts, in a folder that does not exist yet."""
    path = tmp_path / "configuration" / "profiles.json"
    monkeypatch.setattr(profiles, "profiles_path", lambda: path)
    return path


@pytest.fixture
def memory_keyring(file: Path) -> Iterator[MemoryKeyring]:
    """Replace the keyring of the machine."""
    del file
    before = keyring.get_keyring()
    kind: Any = MemoryKeyring  # its constructor has no annotations
    memory: MemoryKeyring = kind()
    memory.keys = {}
    keyring.set_keyring(memory)
    yield memory
    keyring.set_keyring(before)

"""Profiles: named accounts on this computer, each with a key, a server and a project.

``emissary login`` stores one, and ``EmissaryClient(profile="staging")`` or ``EMISSARY_PROFILE`` uses it. The key lies
in the system's keyring if there is one that works, otherwise with the rest in ``profiles.json`` in the user's
configuration folder. Only the user may read this file. The extra ``profiles`` has the libraries, which are imported
when a profile is used.
"""

from __future__ import annotations

import json
import os
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from tempfile import mkstemp
from typing import Any, cast

from ._extras import missing_extra
from ._validation import header_problem, require_server_url, require_text
from ._wire import KEY_VARIABLES

__all__ = [
    "DEFAULT_PROFILE",
    "Profile",
    "default_profile",
    "delete_profile",
    "load_profile",
    "profiles_path",
    "store_profile",
]

DEFAULT_PROFILE = "default"
VARIABLE = "EMISSARY_PROFILE"
_SERVICE = "emissary_client_sdk"
_FOLDER = "emissary"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass
class Profile:
    """A stored account. It has no key in its representation, and a pickle has only its name.

    :ivar name: Name of the profile.
    :ivar server_url: URL of the server; None for the platform's.
    :ivar project_id: ID of the project, or None.
    :ivar key_place: Place of the key: ``keyring``, or the path of the file.
    """

    name: str
    server_url: str | None
    project_id: str | None
    key_place: str
    _key: str | None = field(repr=False)

    def read_key(self) -> str:
        """Return the key. The keyring is asked once.

        :raises ValueError: The keyring does not have it, or cannot be opened.
        """
        self._key = self._key or _key_in_keyring(self.name)
        return self._key

    def __reduce__(self) -> tuple[Any, ...]:
        return load_profile, (self.name,)


def profiles_path() -> Path:
    """Return the path of the file with the profiles."""
    return Path(_import("platformdirs").user_config_path(_FOLDER, appauthor=False)) / "profiles.json"


def load_profile(name: str) -> Profile:
    """Return a stored profile.

    :raises ValueError: There is no such profile, or the file is invalid.
    :raises PermissionError: Others can read the file.
    """
    profiles = _read()
    fields = profiles.get(require_text("profile", name))
    names = sorted(profiles)
    del profiles  # its keys must not be in a traceback with local variables
    if fields is None:
        known = f"; stored are {', '.join(names)}" if names else ""
        raise ValueError(f"there is no profile {name!r}{known}: store it with emissary login --profile {name}")
    return _profile(name, fields)


def store_profile(name: str, api_key: str, *, server_url: str | None = None, project_id: str | None = None) -> Profile:
    """Store a profile, in place of an earlier one with this name, and return it.

    :param server_url: URL of the server. Default: the platform's.
    :raises ValueError: The name, the key or the URL is invalid.
    """
    if not require_text("profile", name).strip() or not name.isprintable() or name != name.strip():
        raise ValueError(f"profile must be a printable name without spaces around it, not {name!r}")
    problem = header_problem(require_text("api_key", api_key)) or (None if api_key else "is empty")
    if problem:
        del api_key  # not in a traceback with local variables
        raise ValueError(f"api_key {problem}")
    fields: dict[str, Any] = {
        "server_url": server_url and require_server_url("server_url", server_url),
        "project_id": project_id,
    }
    profiles = _read()  # before anything is stored
    if not _store_in_keyring(name, api_key):
        fields["api_key"] = api_key
    _write({**profiles, name: {field: value for field, value in fields.items() if value}})
    return _profile(name, fields)


def delete_profile(name: str) -> None:
    """Delete a profile with its key.

    :raises ValueError: There is no such profile, or the keyring does not delete the key; the profile is kept.
    """
    if load_profile(name).key_place == "keyring":
        keyring = _import("keyring")
        try:
            keyring.delete_password(_SERVICE, name)
        except keyring.errors.PasswordDeleteError:  # it was deleted by other means
            pass
        except keyring.errors.KeyringError as error:
            raise ValueError(f"the keyring does not delete the key of the profile {name!r}: {error}") from None
    _write({other: fields for other, fields in _read().items() if other != name})


def default_profile() -> str | None:
    """Return the profile of a command without ``--profile``.

    It is that of ``EMISSARY_PROFILE``, otherwise ``default`` if it is stored and no variable has a key.
    """
    if name := os.environ.get(VARIABLE, "").strip():
        return name
    if any(os.environ.get(variable, "").strip() for variable in KEY_VARIABLES):
        return None
    with suppress(ImportError):
        return DEFAULT_PROFILE if DEFAULT_PROFILE in _read() else None
    return None


def _profile(name: str, fields: dict[str, Any]) -> Profile:
    key = fields.get("api_key")
    place = "keyring" if key is None else str(profiles_path())
    return Profile(name, fields.get("server_url"), fields.get("project_id"), place, key)


def _import(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise ImportError(missing_extra("A profile", name, "profiles")) from None


def _store_in_keyring(name: str, key: str) -> bool:
    """Store a key in the system's keyring; return False if no keyring works."""
    try:
        keyring = import_module("keyring")
        keyring.set_password(_SERVICE, name, key)
        return bool(keyring.get_password(_SERVICE, name) == key)
    except Exception:  # noqa: BLE001  # backends raise errors of their own, and the file always works
        return False


def _key_in_keyring(name: str) -> str:
    keyring = _import("keyring")
    problem = "it does not have it"
    try:
        key: str | None = keyring.get_password(_SERVICE, name)
    except Exception as error:  # noqa: BLE001  # backends raise errors of their own
        key, problem = None, str(error)
    if not key:
        raise ValueError(f"the key of the profile {name!r} cannot be read from the keyring ({problem}): log in again")
    return key


def _read() -> dict[str, dict[str, Any]]:
    """Return the fields of each profile by its name."""
    path = profiles_path()
    try:
        with path.open(encoding="utf-8") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & _OTHERS:
                raise PermissionError(f"{path} has a key, and others can read or change it: chmod 600 {path}")
            data: Any = json.load(file)
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise ValueError(f"{path} is not valid JSON: {error}") from None
    if not isinstance(data, dict) or not all(isinstance(fields, dict) for fields in cast("Any", data).values()):
        raise ValueError(f"{path} must hold an object with the profiles by name")
    return cast("dict[str, dict[str, Any]]", data)


def _write(profiles: dict[str, dict[str, Any]]) -> None:
    """Replace the file; an interruption leaves the old content or the new one."""
    path = profiles_path().resolve()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, temporary = mkstemp(dir=path.parent, prefix=path.name)  # only the user can read it
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(json.dumps(profiles, indent=2) + "\n")
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink()
        raise

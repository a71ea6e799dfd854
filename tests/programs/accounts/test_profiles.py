"""Profiles: where they lie, who may read them, and what a client takes from them."""

from __future__ import annotations

import json
import os
import pickle
import stat
import subprocess
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import EmissaryClient, errors, profiles

from ...calls.call.stepping import Stepped

if TYPE_CHECKING:
    from .conftest import MemoryKeyring

KEY = "canary-0123456789"
posix = pytest.mark.skipif(os.name != "posix", reason="the file has no mode")


def sent(client: EmissaryClient) -> tuple[str, str]:
    """Return the server and the key of a request."""
    request = Stepped(client).request()
    return request.url.host, request.headers["x-api-key"]


def test_key_lies_in_the_keyring(memory_keyring: MemoryKeyring, file: Path) -> None:
    """The file has the rest; deleting the profile deletes both."""
    profile = profiles.store_profile("staging", KEY, server_url="https://s.example/v1", project_id="p")
    assert memory_keyring.keys == {"staging": KEY}
    assert json.loads(file.read_text()) == {"staging": {"server_url": "https://s.example", "project_id": "p"}}
    assert (profile.key_place, profile.read_key(), KEY in repr(profile)) == ("keyring", KEY, False)
    profiles.delete_profile("staging")
    assert (memory_keyring.keys, json.loads(file.read_text())) == ({}, {})


@pytest.mark.parametrize("state", ["is_locked", "is_null"])
def test_key_lies_in_a_file_without_a_keyring(memory_keyring: MemoryKeyring, file: Path, state: str) -> None:
    """Only the user may read the file and its folder."""
    setattr(memory_keyring, state, True)
    profile = profiles.store_profile("staging", KEY)
    assert json.loads(file.read_text()) == {"staging": {"api_key": KEY}}
    assert (profile.key_place, profiles.load_profile("staging").read_key()) == (str(file), KEY)
    if os.name == "posix":
        assert [stat.S_IMODE(path.stat().st_mode) for path in (file, file.parent)] == [0o600, 0o700]
    assert list(file.parent.iterdir()) == [file]
    profiles.store_profile("other", KEY)
    profiles.delete_profile("staging")
    assert json.loads(file.read_text()).keys() == {"other"}


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_file_of_others_is_refused(memory_keyring: MemoryKeyring, file: Path, mode: int) -> None:
    """It is neither read nor replaced, and no key is stored."""
    profiles.store_profile("staging", KEY)
    file.chmod(mode)

    def replace(name: str) -> None:
        profiles.store_profile(name, "another-key")

    for function in (profiles.load_profile, profiles.delete_profile, replace):
        with pytest.raises(PermissionError, match=f"others can read or change it: chmod 600 {file}"):
            function("staging")
    assert memory_keyring.keys == {"staging": KEY}


@pytest.mark.usefixtures("memory_keyring")
@pytest.mark.parametrize(
    ("content", "message"),
    [("{", "is not valid JSON"), ("[]", "must hold an object"), ('{"a": 1}', "must hold an obj")],
)
def test_invalid_file(file: Path, content: str, message: str) -> None:
    """The message names the file."""
    profiles.store_profile("staging", KEY)
    file.write_text(content)
    with pytest.raises(ValueError, match=message) as caught:
        EmissaryClient(profile="staging")
    assert str(file) in str(caught.value)


def test_failed_write_keeps_the_old_file(
    memory_keyring: MemoryKeyring, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else is left in the folder."""
    memory_keyring.is_null = True
    profiles.store_profile("staging", KEY)

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="full"):
        profiles.store_profile("staging", "another-key")
    assert list(file.parent.iterdir()) == [file]
    assert profiles.load_profile("staging").read_key() == KEY


@pytest.mark.usefixtures("memory_keyring")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": " "}, "profile must be a printable name"),
        ({"name": "a\nb"}, "profile must be a printable name"),
        ({"api_key": "sécret"}, "api_key contains a non-ASCII"),
        ({"api_key": ""}, "api_key is empty"),
        ({"server_url": "nonsense"}, "server_url must be a URL"),
    ],
)
def test_invalid_profiles_are_not_stored(file: Path, arguments: dict[str, Any], message: str) -> None:
    """The message names the argument and does not show the key."""
    with pytest.raises(ValueError, match=message) as caught:
        profiles.store_profile(**{"name": "staging", "api_key": KEY, **arguments})
    assert "cret" not in str(caught.value)
    assert not file.exists()


def test_keyring_without_the_key(memory_keyring: MemoryKeyring, file: Path) -> None:
    """A client says so before it sends anything; the profile can be deleted."""
    profiles.store_profile("staging", KEY)
    memory_keyring.is_locked = True
    with pytest.raises(ValueError, match=r"'staging' cannot be read from the keyring \(it is locked\): log in again"):
        EmissaryClient(profile="staging")
    with pytest.raises(ValueError, match="the keyring does not delete the key of the profile 'staging': it is locked"):
        profiles.delete_profile("staging")
    memory_keyring.is_locked = False
    memory_keyring.keys.clear()
    with pytest.raises(ValueError, match=r"keyring \(it does not have it\)"):
        EmissaryClient(profile="staging")
    profiles.delete_profile("staging")
    assert json.loads(file.read_text()) == {}


@pytest.mark.usefixtures("memory_keyring")
def test_order_of_argument_environment_and_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of key, server and project is that of the argument, the environment, or the profile, in this order."""
    profiles.store_profile("staging", KEY, server_url="https://staging.example", project_id="p")
    profiles.store_profile("plain", "key-of-plain")
    assert sent(EmissaryClient(profile="staging")) == ("staging.example", KEY)
    assert EmissaryClient(profile="staging").project_id == "p"
    assert sent(EmissaryClient(profile="plain")) == ("api.withemissary.com", "key-of-plain")
    assert sent(EmissaryClient(profile="staging", server_idx=0)) == ("api.withemissary.com", KEY)
    monkeypatch.setenv("EMISSARY_PROFILE", "staging")
    assert sent(EmissaryClient()) == ("staging.example", KEY)
    assert sent(EmissaryClient().with_options(timeout_ms=5)) == ("staging.example", KEY)
    assert sent(EmissaryClient(profile="plain"))[1] == "key-of-plain"
    monkeypatch.setenv("EMISSARY_API_KEY", "key-of-variable")
    assert sent(EmissaryClient()) == ("staging.example", "key-of-variable")
    monkeypatch.setenv("EMISSARY_CLIENT_SERVER_URL", "https://variable.example")
    monkeypatch.setenv("EMISSARY_PROJECT_ID", "q")
    assert sent(EmissaryClient()) == ("variable.example", "key-of-variable")
    assert EmissaryClient().project_id == "q"
    assert sent(EmissaryClient("mine", server_url="https://mine.example")) == ("mine.example", "mine")
    with pytest.warns(
        UserWarning, match="EMISSARY_API_KEY and EMISSARY_CLIENT_SERVER_URL of the environment take"
    ) as seen:
        EmissaryClient(profile="staging")
    assert seen[0].filename == __file__
    monkeypatch.delenv("EMISSARY_API_KEY")
    with pytest.raises(errors.MissingAPIKeyError):
        sent(EmissaryClient(profile=""))


def test_keys_are_not_in_local_variables(memory_keyring: MemoryKeyring) -> None:
    """A traceback that shows them has neither a stored key nor one that is refused."""
    memory_keyring.is_null = True
    profiles.store_profile("staging", KEY)
    with pytest.raises(ValueError, match="no profile 'a'") as unknown:
        EmissaryClient(profile="a")
    with pytest.raises(ValueError, match="api_key contains") as invalid:
        profiles.store_profile("a", f"{KEY}é")
    for error in (unknown.value, invalid.value):
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        assert KEY not in "".join(shown.format())


@pytest.mark.usefixtures("memory_keyring")
def test_unknown_profiles() -> None:
    """The message lists those that are stored, and how to store one."""
    with pytest.raises(ValueError, match="there is no profile 'a': store it with emissary login --profile a"):
        EmissaryClient(profile="a")
    profiles.store_profile("b", KEY)
    with pytest.raises(ValueError, match="no profile 'a'; stored are b: store"):
        EmissaryClient(profile="a")
    wrong: Any = 3
    with pytest.raises(TypeError, match="profile must be a str"):
        EmissaryClient(profile=wrong)
    assert EmissaryClient(profile="b").project_id is EmissaryClient().project_id is None


def test_pickled_client_has_the_name_of_the_profile_only(memory_keyring: MemoryKeyring) -> None:
    """Its copy reads the key again."""
    profiles.store_profile("staging", KEY, server_url="https://staging.example")
    pickled = pickle.dumps(EmissaryClient(profile="staging"))
    assert KEY.encode() not in pickled
    memory_keyring.keys["staging"] = "rotated-key"
    assert sent(pickle.loads(pickled)) == ("staging.example", "rotated-key")  # noqa: S301


def test_file_lies_in_the_users_configuration() -> None:
    """The folder is that of platformdirs; a client without a profile imports neither library."""
    program = """
import sys
from emissary_client_sdk import EmissaryClient
EmissaryClient("key")
assert not {"keyring", "platformdirs", "emissary_client_sdk.profiles"} & set(sys.modules)
from emissary_client_sdk.profiles import profiles_path
print(profiles_path())
sys.modules["platformdirs"] = None
try:
    profiles_path()
except ImportError as error:
    print(error)
"""
    made = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    path, message = made.stdout.splitlines()
    assert Path(path).parts[-2:] == ("emissary", "profiles.json")
    assert message.startswith('A profile needs platformdirs; install the extra "profiles"')


@pytest.mark.usefixtures("file")
def test_default_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command uses EMISSARY_PROFILE; without it and without a key, the profile ``default`` if it is stored."""
    assert profiles.default_profile() is None
    profiles.store_profile("default", KEY)
    assert profiles.default_profile() == "default"
    monkeypatch.setenv("EMISSARY_CLIENT_API_KEY", "k")
    assert profiles.default_profile() is None
    monkeypatch.setenv("EMISSARY_PROFILE", "staging")
    assert profiles.default_profile() == "staging"
    monkeypatch.delenv("EMISSARY_PROFILE")
    monkeypatch.delenv("EMISSARY_CLIENT_API_KEY")

    def fail() -> Path:
        raise ImportError

    monkeypatch.setattr(profiles, "profiles_path", fail)
    assert profiles.default_profile() is None

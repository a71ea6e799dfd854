"""``emissary login``, ``logout``, ``whoami`` and ``--profile``."""

from __future__ import annotations

import getpass
import json
import os
from typing import TYPE_CHECKING

import pytest

from ..cli.conftest import Emissary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from emissary_client_sdk import emulator

    from .conftest import MemoryKeyring

KEY = "canary-0123456789"
UNSET: dict[str, str | None] = {"EMISSARY_CLIENT_API_KEY": None, "EMISSARY_PROJECT_ID": None}


@pytest.fixture
def emissary(instant_platform: emulator.Server) -> Iterator[Emissary]:
    """The command on an empty platform, without a key or a project in its environment."""
    instant_platform.reset()
    emissary = Emissary(instant_platform)
    emissary.environment |= UNSET
    with emissary.client:
        yield emissary


def test_session(emissary: Emissary, memory_keyring: MemoryKeyring, file: Path) -> None:
    """Log in, work without variables, and log out; no output has the key."""
    project = emissary.client.projects.create(request_body={"name": "reviews"}).id
    nowhere: dict[str, str | None] = {"EMISSARY_CLIENT_SERVER_URL": None}
    outputs = [
        emissary("login", "-p", "reviews", stdin=f"{KEY}\n"),
        emissary("whoami", env=nowhere),
        emissary("jobs", "list", env=nowhere),
        emissary("jobs", "create", "Llama-3.2-1B-Instruct", "--train-dataset", "ds", "--json", env=nowhere),
        emissary("login", "--profile", "staging", "--json", stdin=KEY),
        emissary("whoami", "--json", env={"EMISSARY_PROFILE": "staging", **nowhere}),
        emissary("logout", env=nowhere),
        emissary("whoami"),
        emissary("logout", "--profile", "staging"),
    ]
    assert [made.code for made in outputs] == [0, 0, 0, 0, 0, 0, 0, 2, 0]
    assert outputs[0].out == "logged in as profile 'default'; the key is in the system's keyring\n"
    assert outputs[1].out.splitlines() == [
        "profile: default",
        f"server url: {emissary.server.url}",
        f"project id: {project}",
        "key: keyring",
        "projects: 1",
    ]
    assert [job.id for job in emissary.client.training_jobs.list(project_id=project)] == [outputs[3].json["id"]]
    assert outputs[4].json == {
        "profile": "staging",
        "server_url": emissary.server.url,
        "project_id": None,
        "key": "keyring",
    }
    assert outputs[5].json["profile"] == "staging"
    assert "run emissary login" in outputs[7].err
    assert (memory_keyring.keys, json.loads(file.read_text())) == ({}, {})
    assert not any(KEY in made.out + made.err for made in outputs)


def test_file_without_a_keyring(emissary: Emissary, memory_keyring: MemoryKeyring, file: Path) -> None:
    """The output names the file, from which the key is used."""
    memory_keyring.is_null = True
    assert emissary("login", stdin=KEY).out == f"logged in as profile 'default'; the key is in {file}\n"
    assert f"key: {file}" in emissary("whoami").out
    file.chmod(0o644)
    made = emissary("whoami")
    assert (made.code, f"chmod 600 {file}" in made.err or os.name != "posix") == (2, True)


@pytest.mark.usefixtures("memory_keyring")
def test_refused_logins_store_nothing(emissary: Emissary, file: Path) -> None:
    """They do not replace a stored account either."""
    emissary.respond("projects.list", {"status": 401, "error": "unknown key"}, status=401)
    refused = emissary("login", stdin=KEY)
    assert (refused.code, "unknown key" in refused.err, KEY in refused.err) == (1, True, False)
    assert emissary("login", stdin="\n").err == "emissary: No API key was entered; nothing was stored.\n"
    assert "api_key contains" in emissary("login", stdin="sécret-key").err
    assert "no project is named 'a'; nothing was stored" in emissary("login", "-p", "a", stdin=KEY).err
    for _ in range(2):
        emissary.client.projects.create(request_body={"name": "twice"})
    assert "several projects are named 'twice'" in emissary("login", "-p", "twice", stdin=KEY).err
    assert not file.exists()


@pytest.mark.usefixtures("memory_keyring")
def test_variables_take_precedence(emissary: Emissary) -> None:
    """A chosen profile says so; the profile of the environment does not."""
    assert "pass --profile staging or set EMISSARY_PROFILE" in emissary("login", "--profile", "staging", stdin=KEY).err
    variable: dict[str, str | None] = {"EMISSARY_API_KEY": "key-of-variable", "EMISSARY_CLIENT_SERVER_URL": None}
    emissary.environment |= variable
    made = emissary("--profile", "staging", "whoami", "--json")
    assert made.json["key"] == "EMISSARY_API_KEY"
    made = emissary("whoami", "--profile", "staging")
    assert made.err == "emissary: EMISSARY_API_KEY of the environment takes precedence over the profile 'staging'\n"
    assert emissary("whoami", env={"EMISSARY_PROFILE": "staging"}).err == ""
    assert emissary("whoami", env={"EMISSARY_PROFILE": "nobody"}).code == 2
    other: dict[str, str | None] = {"EMISSARY_PROFILE": "other", "EMISSARY_CLIENT_SERVER_URL": emissary.server.url}
    assert emissary("login", stdin=KEY, env=other).code == 0
    assert emissary("logout", env=other).code == 0


@pytest.mark.usefixtures("memory_keyring")
def test_completion_uses_the_profile(emissary: Emissary) -> None:
    """The ids are those of its platform."""
    emissary("login", "--profile", "staging", stdin=KEY)
    project = emissary.client.projects.create(request_body={}).id
    complete: dict[str, str | None] = {
        "_EMISSARY_COMPLETE": "bash_complete",
        "COMP_WORDS": "emissary --profile staging projects show ",
        "COMP_CWORD": "5",
        "EMISSARY_CLIENT_SERVER_URL": None,
    }
    assert project in emissary(env=complete).out


@pytest.mark.usefixtures("memory_keyring")
def test_terminal_is_asked_without_echo(emissary: Emissary, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is read by ``getpass`` if standard input is a terminal."""
    asked: list[str] = []

    def ask(prompt: str, **_: object) -> str:
        asked.append(prompt)
        return KEY

    monkeypatch.setattr(getpass, "getpass", ask)
    monkeypatch.setattr("emissary_client_sdk.cli.accounts._is_terminal", lambda: True)
    assert emissary("login").code == 0
    assert asked == ["API key for profile 'default' (not shown): "]

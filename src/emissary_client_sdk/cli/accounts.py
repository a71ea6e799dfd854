"""``emissary login``, ``logout`` and ``whoami``: stored accounts."""

from __future__ import annotations

import getpass
import os
import sys
from typing import TYPE_CHECKING

import click

import emissary_client_sdk as sdk

from .. import profiles
from ..sdkconfiguration import SERVERS
from .command import Session, command
from .exits import InvalidInput
from .options import common

if TYPE_CHECKING:
    from collections.abc import Sequence

_PROJECT = click.Option(["-p", "--project"], metavar="PROJECT", help="ID or name of the account's project.")


@command(None, "login", "", "--profile staging -p reviews", "< key.txt", params=[_PROJECT])
def login(session: Session, project: str | None) -> None:
    """Store an API key, with its server and project.

    The key is asked for without echo, or read from standard input if that is not a terminal. It is checked with one
    request, and stored in the system's keyring if there is one that works, otherwise in a file that only you can read.
    """
    name = session.profile or os.environ.get("EMISSARY_PROFILE", "").strip() or profiles.DEFAULT_PROFILE
    key = _read_key(name)
    with sdk.EmissaryClient(key, server_url=session.server_url, profile="") as client:
        server = client.sdk_configuration.get_server_details()[0]
        found = client.projects.list()
    project_id = _project_id(found, project or common("project"))
    url = None if server in SERVERS else server
    profile = profiles.store_profile(name, key, server_url=url, project_id=project_id)
    _write(session, profile, f"logged in as profile {name!r}; the key is in")
    if profiles.default_profile() != name:
        session.note(f"to use it, pass --profile {name} or set EMISSARY_PROFILE")


@command(None, "logout", "", "--profile staging")
def logout(session: Session) -> None:
    """Delete a stored account with its key; the key stays valid on the platform."""
    name = session.profile or profiles.default_profile() or profiles.DEFAULT_PROFILE
    profile = profiles.load_profile(name)
    profiles.delete_profile(name)
    _write(session, profile, f"deleted profile {name!r} and its key from")


@command(None, "whoami", "", "--profile staging --json")
def whoami(session: Session) -> None:
    """Show the account that commands use, and check its key with one request."""
    config = session.client.sdk_configuration
    origin = config.key.origin
    profile = config.profile
    facts = {
        "profile": profile and profile.name,
        "server_url": config.get_server_details()[0],
        "project_id": profile and profile.project_id,
        "key": profile.key_place if profile and origin == "profile" else origin,
        "projects": len(session.client.projects.list()),
    }
    lines = [f"{name.replace('_', ' ')}: {value}" for name, value in facts.items() if value is not None]
    session.write(facts, "\n".join(lines))


def _read_key(name: str) -> str:
    """Return the key that the user types, or the line on standard input.

    :raises InvalidInput: It is empty.
    """
    if _is_terminal():
        key = getpass.getpass(f"API key for profile {name!r} (not shown): ", stream=sys.stderr)
    else:
        key = sys.stdin.readline()
    if not key.strip():
        raise InvalidInput("No API key was entered; nothing was stored.")
    return key.strip()


def _project_id(projects: Sequence[sdk.models.ProjectSummary], given: str | None) -> str | None:
    """Return the ID of a project by its ID or name.

    :raises InvalidInput: There is not exactly one.
    """
    if given is None:
        return None
    found = [one.id for one in projects if one.id == given] or [one.id for one in projects if one.name == given]
    if len(found) != 1:
        problem = "several projects are" if found else "no project is"
        raise InvalidInput(f"{problem} named {given!r}; nothing was stored.")
    return found[0]


def _write(session: Session, profile: profiles.Profile, text: str) -> None:
    """Write the profile that was stored or deleted, with the place of its key."""
    facts = {"profile": profile.name, "server_url": profile.server_url, "project_id": profile.project_id}
    place = "the system's keyring" if profile.key_place == "keyring" else profile.key_place
    session.write({**facts, "key": profile.key_place}, f"{text} {place}")


def _is_terminal() -> bool:
    return sys.stdin.isatty()

"""The state file of ``emissary run``: what was begun and what exists, so that a run can be resumed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .exits import InvalidInput

SUFFIX = ".emissary.json"


@dataclass
class RunState:
    """One run. Everything is recorded before and after each step, so that an interruption loses nothing."""

    file: str
    """Path of the data file."""
    sha256: str
    """Digest of the data file."""
    name: str
    """Unique name of everything that the run creates."""
    settings: dict[str, Any]
    """Options of the command."""
    server_url: str | None = None
    """URL of the server, if it is not the platform's."""
    begun: list[str] = field(default_factory=list[str])
    """Steps whose create request may have been sent."""
    ids: dict[str, str] = field(default_factory=dict[str, str])
    """IDs of the existing resources, by step."""
    checkpoint: int | None = None
    """Number of the deployed checkpoint."""
    is_finished: bool = False
    """Whether the model was ready to answer."""

    def save(self, path: Path) -> None:
        """Write the state; an interruption leaves the old content or the new one."""
        temporary = path.with_name(path.name + ".tmp")
        with temporary.open("w", encoding="utf-8") as file:
            json.dump(asdict(self), file, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)


def new_state(file: str, name: str | None, settings: dict[str, Any]) -> RunState:
    """Return the state of a new run with a unique name."""
    stem = re.sub(r"[^A-Za-z0-9]+", "-", name or Path(file).stem).strip("-")[:40] or "run"
    unique = f"{stem}-{secrets.token_hex(4)}"
    return RunState(str(Path(file).resolve()), digest(file), unique, settings)


def load(path: Path) -> RunState:
    """Read a state file.

    :raises InvalidInput: The file is missing or is not a state file.
    """
    try:
        return RunState(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise InvalidInput(f"There is no state file {path}.") from None
    except (OSError, ValueError, TypeError) as error:
        raise InvalidInput(f"{path} is not a state file: {error}") from None


def find(file: str | None, state: str | None) -> Path:
    """Return the path of the state file: as given, next to the data file, or the only unfinished one here.

    :raises InvalidInput: No path is given, and the directory has no unfinished run or several.
    """
    if state is not None:
        return Path(state)
    if file is not None:
        return Path(file + SUFFIX)
    unfinished = [path for path in sorted(Path().glob(f"*{SUFFIX}")) if not load(path).is_finished]
    if len(unfinished) == 1:
        return unfinished[0]
    found = ", ".join(map(str, unfinished)) or "none"
    raise InvalidInput(f"Name the data file, or the state file with --state. Unfinished runs here: {found}.")


def digest(file: str) -> str:
    """Return the SHA-256 digest of a file."""
    found = hashlib.sha256()
    with Path(file).open("rb") as content:
        while piece := content.read(1 << 20):
            found.update(piece)
    return found.hexdigest()

"""Reports and policies as files of strict JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from uuid import uuid4

if TYPE_CHECKING:
    import os

PathLike: TypeAlias = "str | os.PathLike[str]"
Kind: TypeAlias = Literal["report", "policy"]

_VERSION = 1


def write(path: PathLike, kind: Kind, content: dict[str, Any]) -> None:
    """Write a report or a policy. It replaces a file of the same kind.

    :raises FileExistsError: The path is that of another file, which is kept.
    """
    target = Path(path)
    start = _start(kind)
    if target.exists():
        with target.open("rb") as existing:
            if existing.read(len(start)) != start:
                raise FileExistsError(f"{target} exists and is not a {kind}; it is not overwritten")
    text = json.dumps(content, allow_nan=False, separators=(",", ":"))
    temporary = target.with_name(f"{target.name}.{uuid4().hex}.tmp")
    try:
        temporary.write_bytes(start + text[1:].encode() + b"\n")
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def read(path: PathLike, kind: Kind) -> dict[str, Any]:
    """Read a report or a policy.

    :raises FileNotFoundError: There is no such file.
    :raises ValueError: The file is something else, or damaged.
    """
    data = Path(path).read_bytes()
    if not data.startswith(_start(kind)):
        raise ValueError(f"{path} is not a {kind} that this version of the SDK can read")
    try:
        content: dict[str, Any] = json.loads(data)
    except ValueError as error:
        raise ValueError(f"{path} is a damaged {kind}: {error}") from None
    del content["emissary"], content["version"]
    return content


def _start(kind: Kind) -> bytes:
    return f'{{"emissary":"{kind}","version":{_VERSION},'.encode()

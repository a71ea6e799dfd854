"""A virtual environment with a few of the installed distributions, copied without the network."""

from __future__ import annotations

import re
import shutil
import subprocess
import venv
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DEPENDENCIES = ("httpx", "pydantic", "python-dateutil", "typing-inspection")


def bare_environment(folder: Path, *names: str) -> tuple[Path, Path]:
    """Create an environment with these distributions and what they require.

    :returns: Its interpreter and its directory of packages.
    """
    venv.create(folder, with_pip=False)
    (python,) = [path for path in (folder / "bin" / "python", folder / "Scripts" / "python.exe") if path.exists()]
    program = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(subprocess.check_output([python, "-c", program], text=True).strip())
    for found in _closure(names):
        for top in {
            Path(file.parts[0]) for file in found.files or [] if not file.is_absolute() and file.parts[0] != ".."
        }:
            source = Path(str(found.locate_file(top)))
            if source.is_dir() and top.name != "__pycache__":
                shutil.copytree(source, site / top, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
            elif source.is_file():
                shutil.copy(source, site / top)
    return python, site


def _closure(names: tuple[str, ...]) -> Iterator[Distribution]:
    """Yield the distributions and their dependencies, without extras."""
    seen: set[str] = set()
    left = list(names)
    while left:
        name = left.pop().lower()
        if name in seen:
            continue
        seen.add(name)
        found = distribution(name)
        yield found
        for requirement in found.requires or []:
            needed, _, marker = requirement.partition(";")
            if "extra ==" not in marker and _is_installed(needed := re.split(r"[^\w.-]", needed, maxsplit=1)[0]):
                left.append(needed)


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except ModuleNotFoundError:  # for another system or another Python
        return False
    return True

"""The hooks of ``.pre-commit-config.yaml`` pass: type checkers, linter and formatter accept all sources.

Among these are the programs in ``user_code.py``. The type checkers also read those in the pages: each runs once.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ..docs.pages import ROOT, all_blocks

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_HOOKS: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
HOOKS: dict[str, str] = {hook["id"]: hook["entry"] for place in _HOOKS["repos"] for hook in place["hooks"]}
SETTINGS: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
PYTHON = ".venv/bin/python"
_PARTLY_TYPED = ("httpx2", "matplotlib")


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Return a directory with a file for each program of the pages."""
    for block in all_blocks():
        if block.language == "python":
            mode = "standard" if any(library in block.text for library in _PARTLY_TYPED) else "strict"
            name = re.sub(r"\W", "_", block.place)
            (tmp_path / f"{name}.py").write_text(f"# pyright: {mode}\n{block.text}", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("tool", ["pyright", "mypy", "ruff-check", "ruff-format"])
def test_hook_passes(tool: str, programs: Path) -> None:
    """A tool finds nothing, with the configuration of the repository."""
    command = [sys.executable if word == PYTHON else word for word in HOOKS[tool].split()]
    checked = {"mypy": SETTINGS["mypy"]["files"], "pyright": SETTINGS["pyright"]["include"]}
    if tool in checked:
        command += [*checked[tool], str(programs)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_hooks_run_in_the_environment_of_the_readme() -> None:
    """All are tested above, and each runs the tool of that environment."""
    assert sorted(HOOKS) == ["mypy", "pyright", "ruff-check", "ruff-format"]
    assert all(entry.startswith(f"{PYTHON} -m ") for entry in HOOKS.values())

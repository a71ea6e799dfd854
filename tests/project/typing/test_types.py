"""The hooks of ``.pre-commit-config.yaml`` pass: type checkers, linter and formatter accept all sources.

Among these are the programs in ``user_code.py``.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
_SETTINGS: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
HOOKS: dict[str, str] = {hook["id"]: hook["entry"] for repository in _SETTINGS["repos"] for hook in repository["hooks"]}
PYTHON = ".venv/bin/python"


@pytest.mark.parametrize("tool", sorted(HOOKS))
def test_hook_passes(tool: str) -> None:
    """A tool finds nothing, with the configuration of the repository."""
    command = [sys.executable if word == PYTHON else word for word in HOOKS[tool].split()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_hooks_need_the_environment_of_the_readme() -> None:
    """There is a hook for each tool, and it runs the tool of that environment."""
    assert list(HOOKS) == ["ruff-check", "ruff-format", "mypy", "pyright"]
    assert all(entry.startswith(f"{PYTHON} -m ") for entry in HOOKS.values())

"""Format, lint, mypy and pyright, on the sources, the tests and a caller's code."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(module: str, *arguments: str) -> None:
    """Run a tool with the repository's configuration; what it says is the failure's message."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{module} {' '.join(arguments)}\n{done.stdout}{done.stderr}"


@pytest.mark.xdist_group("pyright")
def test_pyright() -> None:
    """Pyright accepts all in its strict mode, with the interpreter that runs the tests."""
    run("pyright", "--pythonpath", sys.executable)


@pytest.mark.xdist_group("mypy")
def test_mypy() -> None:
    """Mypy accepts all in its strict mode."""
    run("mypy")


@pytest.mark.xdist_group("ruff")
def test_ruff() -> None:
    """The linter has nothing to say."""
    run("ruff", "check")


@pytest.mark.xdist_group("ruff")
def test_ruff_format() -> None:
    """Everything is formatted."""
    run("ruff", "format", "--check")

"""Type checkers, linter and formatter accept the sources, the tests and the programs in ``user_code.py``."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["pyright", "--pythonpath", sys.executable], marks=pytest.mark.xdist_group("pyright")),
        pytest.param(["mypy"], marks=pytest.mark.xdist_group("mypy")),
        pytest.param(["ruff", "check"], marks=pytest.mark.xdist_group("ruff")),
        pytest.param(["ruff", "format", "--check"], marks=pytest.mark.xdist_group("ruff")),
    ],
    ids=" ".join,
)
def test_accepted(command: list[str]) -> None:
    """A tool finds nothing, with the configuration of the repository."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

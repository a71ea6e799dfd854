"""The matrix, with one command: ``nox``.

Each session makes a virtual environment of its own and runs the tests there; what comes after ``--`` goes to pytest in
place of all tests. An interpreter that this machine does not have is left out, and said to be.

- ``tests``: each Python that the package supports, and the next one, with the newest dependencies.
- ``lowest``: the oldest Python, with the lowest versions of the runtime dependencies that ``pyproject.toml`` admits.
- ``highest``: the newest Python, with prereleases of the dependencies too.
- ``audit``: known vulnerabilities of what a user gets. It asks a database on the network, so only its name runs it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nox

PROJECT: dict[str, Any] = nox.project.load_toml("pyproject.toml")
SUPPORTED = nox.project.python_versions(PROJECT)
NEXT = "3.14"

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "virtualenv"  # with pip, which the tests of the packaging need
nox.options.sessions = ["tests", "lowest", "highest"]
nox.options.error_on_missing_interpreters = False
nox.options.download_python = "never"


def lowest_versions() -> list[str]:
    """Give the lowest version of each runtime dependency, as a constraint."""
    # A test sees to it that each of them reads name>=lowest,<next.
    return [re.sub(r">=([\w.]+).*", r"==\1", requirement) for requirement in PROJECT["project"]["dependencies"]]


def run_tests(session: nox.Session, *options: str, leaving_out: tuple[str, ...] = ()) -> None:
    """Install the package with what its tests need, check that all of it goes together, and run them."""
    session.install(*options, "-e", ".[dev]")
    session.run("python", "-m", "pip", "check")
    # The coverage is measured by the ordinary run; here a branch for another version is no gap.
    session.run("python", "-m", "pytest", "--no-cov", *(f"--ignore={path}" for path in leaving_out), *session.posargs)


@nox.session(python=[*SUPPORTED, NEXT])
def tests(session: nox.Session) -> None:
    """Run the tests with the newest dependencies."""
    run_tests(session)


@nox.session(python=SUPPORTED[0])
def lowest(session: nox.Session) -> None:
    """Run the tests with the lowest runtime dependencies."""
    constraints = Path(session.create_tmp()) / "lowest.txt"
    constraints.write_text("\n".join(lowest_versions()) + "\n", encoding="utf-8")
    # The libraries of those days say less of their own types, and otherwise.
    run_tests(session, "-c", str(constraints), leaving_out=("tests/typing",))


@nox.session(python=SUPPORTED[-1])
def highest(session: nox.Session) -> None:
    """Run the tests with the highest dependencies there are, prereleases among them."""
    names = [pin.partition("==")[0] for pin in lowest_versions()]
    run_tests(session, "--upgrade", "--pre", *names)


@nox.session(python=SUPPORTED[-1])
def audit(session: nox.Session) -> None:
    """Look for known vulnerabilities in what a user of the package gets."""
    session.install("pip-audit", ".")
    session.run("pip-audit", "--local", "--skip-editable")

"""Run the tests with other versions of Python and of the dependencies: ``nox``.

Each session has its own virtual environment. Arguments after ``--`` are passed to pytest. Interpreters that are not
installed are skipped and reported.

- ``tests``: every supported Python and the next one, with the newest dependencies.
- ``lowest``: the oldest supported Python with the lowest runtime dependencies that ``pyproject.toml`` allows; first the
  examples of the docs, then the tests.
- ``highest``: the newest Python, with prereleases of the dependencies.
- ``audit``: known vulnerabilities of the installed dependencies. It queries a database on the network, so it runs only
  if it is named.
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
nox.options.default_venv_backend = "virtualenv"  # with pip, which the packaging tests need
nox.options.sessions = ["tests", "lowest", "highest"]
nox.options.error_on_missing_interpreters = False
nox.options.download_python = "never"


def lowest_versions() -> list[str]:
    """Return the lowest version of each runtime dependency as a constraint."""
    # A test requires the form name>=lowest,<next.
    return [re.sub(r">=([\w.]+).*", r"==\1", requirement) for requirement in PROJECT["project"]["dependencies"]]


def run_tests(
    session: nox.Session, *options: str, needed: tuple[str, ...] = (".[dev]",), skipped: tuple[str, ...] = ()
) -> None:
    """Install the package with its development dependencies, check their compatibility, and run the tests."""
    session.install(*options, "-e", *needed)
    session.run("python", "-m", "pip", "check")
    session.run("python", "-m", "pytest", *(f"--ignore={path}" for path in skipped), *session.posargs)


@nox.session(python=[*SUPPORTED, NEXT])
def tests(session: nox.Session) -> None:
    """Run the tests with the newest dependencies."""
    run_tests(session)


@nox.session(python=SUPPORTED[0])
def lowest(session: nox.Session) -> None:
    """Run the examples and the tests with the lowest runtime dependencies."""
    pins = lowest_versions()
    session.install(*pins, ".[learning,progress]")
    for example in sorted(Path("docs/examples").glob("*.py")):
        session.run("python", str(example))
    constraints = Path(session.create_tmp()) / "lowest.txt"
    # Later versions of langchain's libraries need httpx2.
    lines = [*pins, "langchain-core<1.5", "langsmith<0.12"]
    constraints.write_text("\n".join(lines) + "\n", encoding="utf-8")
    # The library of the extra mcp needs a newer pydantic, httpx2 and schemathesis a newer anyio.
    left_out = ("emissary-client-sdk[mcp]", "httpx2", "schemathesis")
    dev = PROJECT["project"]["optional-dependencies"]["dev"]
    needed = (".", *(one for one in dev if not one.startswith(left_out)))
    # Older versions of the libraries have other type annotations.
    skipped = ("tests/project/typing", "tests/programs/mcpserver")
    run_tests(session, "-c", str(constraints), needed=needed, skipped=skipped)


@nox.session(python=SUPPORTED[-1])
def highest(session: nox.Session) -> None:
    """Run the tests with the highest dependencies, including prereleases."""
    names = [pin.partition("==")[0] for pin in lowest_versions()]
    run_tests(session, "--upgrade", "--pre", *names)


@nox.session(python=SUPPORTED[-1])
def audit(session: nox.Session) -> None:
    """Look for known vulnerabilities in the dependencies of the package."""
    session.install("pip-audit", ".")
    session.run("pip-audit", "--local", "--skip-editable")

"""The environments that a contestant needs for itself: with what it depends on, and nothing else."""

import os
import subprocess
import tempfile
import venv
from collections.abc import Generator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

RIVAL = "0.4.1"
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
DEFAULT_RIVAL_ENVIRONMENT = _CACHE / "emissary-client-sdk-benchmark" / RIVAL
_CHECKOUT = Path(__file__).parents[2]
_COMPARED = ("httpx", "httpcore", "h11", "anyio", "pydantic", "pydantic-core")


def _make(environment: Path, *requirements: str) -> str:
    python = environment / "bin" / "python"
    venv.create(environment, with_pip=True, clear=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *requirements], check=True)
    return str(python)


def rival_python(environment: Path = DEFAULT_RIVAL_ENVIRONMENT) -> str:
    """Return the interpreter of an environment with the published generated SDK; make it where there is none."""
    finished = environment / "finished"
    if finished.exists():
        return str(environment / "bin" / "python")
    python = _make(environment, f"emissary-client-sdk=={RIVAL}")  # its dependencies exclude ours
    finished.touch()
    return python


@contextmanager
def user_python() -> Generator[str]:
    """Give the interpreter of an environment as a user has it: this SDK, what it depends on, no developer's tools.

    Those would be found and loaded by httpx (rich, click), by httpcore (trio) and by pydantic, which looks for
    plugins among all that is installed. The libraries have the versions of the running environment.
    """
    with tempfile.TemporaryDirectory() as folder:
        yield _make(Path(folder), str(_CHECKOUT), *(f"{name}=={version(name)}" for name in _COMPARED))

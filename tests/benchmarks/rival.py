"""The published generated SDK, in an environment of its own: its dependencies exclude ours."""

import os
import subprocess
import venv
from pathlib import Path

VERSION = "0.4.1"
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
DEFAULT_ENVIRONMENT = _CACHE / "emissary-client-sdk-benchmark" / VERSION


def rival_python(environment: Path = DEFAULT_ENVIRONMENT) -> str:
    """Return the interpreter of an environment with the rival; make it where there is none."""
    python = environment / "bin" / "python"
    finished = environment / "finished"
    if not finished.exists():
        venv.create(environment, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", f"emissary-client-sdk=={VERSION}"], check=True)
        finished.touch()
    return str(python)

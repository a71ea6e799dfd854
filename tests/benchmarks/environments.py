"""Virtual environments with what an implementation depends on and nothing else.

httpx, httpcore and pydantic import developers' tools that they find, which would slow down a start.
"""

import os
import subprocess
import sys
import venv
from functools import cache
from importlib.metadata import version
from pathlib import Path

GENERATED = "0.4.1"
_CHECKOUT = Path(__file__).parents[2]
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "emissary-client-sdk-benchmark"
_SAME_VERSIONS = ("httpx", "httpcore", "h11", "anyio", "pydantic", "pydantic-core")
_CHECKOUTS = {"user": str(_CHECKOUT), "cli": f"{_CHECKOUT}[cli]"}
_LIBRARIES = {
    "generated": f"emissary-client-sdk=={GENERATED}",  # its dependencies exclude those of this version
    "openai": "openai",
    "huggingface": "huggingface_hub",
    "pandas": "pandas",
}


@cache
def interpreter(name: str, folder: Path) -> str:
    """Return the interpreter of an environment, which is created at first use.

    :param name: Name of the environment; empty for the current one.
    :param folder: Folder of the run. Environments without this SDK are kept elsewhere, for later runs.
    """
    if not name:
        return sys.executable
    if name in _CHECKOUTS:
        pins = [f"{package}=={version(package)}" for package in _SAME_VERSIONS]
        return _create(folder / name, _CHECKOUTS[name], *pins)
    finished = _CACHE / name / "finished"
    if not finished.exists():
        _create(_CACHE / name, _LIBRARIES[name])
        finished.touch()
    return str(_CACHE / name / "bin" / "python")


def _create(environment: Path, *requirements: str) -> str:
    python = environment / "bin" / "python"
    venv.create(environment, with_pip=True, clear=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *requirements], check=True)
    return str(python)

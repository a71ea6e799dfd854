"""Programs in their own processes, and the descriptors of this one."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import emissary_client_sdk

from .rawserver import PATIENCE

ROOT = Path(__file__).parents[2]
_SOURCES = Path(emissary_client_sdk.__file__).parents[1]


def run_program(module: str, *arguments: str) -> str:
    """Run a module of the tests as a program in which warnings are errors; return its output.

    It must end with status 0 and print nothing to standard error.
    """
    command = [sys.executable, "-W", "error", "-m", module, *arguments]
    path = os.pathsep.join([str(_SOURCES), str(ROOT)])
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def descriptors() -> int:
    """Return the number of open descriptors of this process, after a garbage collection."""
    gc.collect()
    return len(os.listdir("/dev/fd"))  # noqa: PTH208  # pathlib would open another one meanwhile

"""Programs in processes of their own, and what the present process holds."""

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
    """Run a module of the tests as a program for which warnings are errors; gives what it prints.

    :raises subprocess.CalledProcessError: it fails, or says anything on standard error.
    """
    command = [sys.executable, "-W", "error", "-m", module, *arguments]
    path = os.pathsep.join([str(_SOURCES), str(ROOT)])
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def descriptors() -> int:
    """Count the descriptors that this process has open, once all that is garbage is gone."""
    gc.collect()
    return len(os.listdir("/dev/fd"))  # noqa: PTH208  # pathlib would open another one meanwhile

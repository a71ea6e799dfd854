"""The worker, as the emulator sees it."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import IO, Any, cast

from . import frames

_PROGRAM = (
    "import signal, sys;"
    "signal.signal(signal.SIGINT, signal.SIG_IGN);"  # Ctrl-C is for the emulator, which ends the worker
    "sys.path[:] = sys.argv[1:];"
    "from emissary_client_sdk.emulator.learning.worker import main;"
    "main()"
)
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_GRACE = 5.0  # seconds for the worker to end


class Process:
    """A running worker. It imports what this process would import."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # this interpreter, with a program of ours
            [sys.executable, "-W", "ignore", "-c", _PROGRAM, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **_ONE_THREAD},
        )
        self._input = cast("IO[bytes]", self._process.stdin)
        self._output = cast("IO[bytes]", self._process.stdout)

    def send(self, message: Mapping[str, Any], content: bytes = b"") -> None:
        """Send a message.

        :raises OSError: The worker has ended.
        """
        frames.write(self._input, message, content)

    def receive(self) -> tuple[dict[str, Any], bytes]:
        """Wait for a message.

        :raises EOFError: The worker has ended.
        """
        return frames.read(self._output)

    def kill(self) -> None:
        """End the worker at once."""
        self._process.kill()

    def close(self) -> int:
        """Wait for the worker to end, or kill it if it does not; return its exit code."""
        with contextlib.suppress(OSError):  # a message that did not fit is still in the buffer
            self._input.close()
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self.kill()
        self._output.close()
        return self._process.wait()

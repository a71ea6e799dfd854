"""A program ends, in whatever way, while a client of its is alive."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import emissary_client_sdk

from . import faults
from .endings import INTERRUPTED, PROGRAMS, amid_a_call
from .proxy import PATIENCE, Proxy

if TYPE_CHECKING:
    from emissary_client_sdk import emulator

    from .proxy import Link

ROOT = Path(__file__).parents[2]
SOURCES = Path(emissary_client_sdk.__file__).parents[1]
WAIT = 25
"""Seconds that a retry would wait."""


def start(program: Any, url: str) -> subprocess.Popen[str]:
    """Start a program, in development mode and with warnings as errors."""
    return subprocess.Popen(
        [sys.executable, "-X", "dev", "-W", "error", "-m", "tests.reliability.endings", program.__name__, url],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCES), str(ROOT)])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_the_interpreter_ends_in_silence(platform: emulator.Server, program: Any) -> None:
    """No warning and no traceback, though nobody closed the client; the connections are closed."""
    with Proxy(platform.port) as proxy:
        with start(program, proxy.url) as process:
            _, said = process.communicate(timeout=3 * PATIENCE)
        assert (process.returncode, said) == (0, "")
        assert proxy.connections > 0
        assert proxy.wait_until_open(0)


def test_the_interpreter_ends_while_a_thread_waits(platform: emulator.Server) -> None:
    """It does not wait for the answer, and says nothing."""
    with Proxy(platform.port, [faults.stall]) as proxy:
        with start(amid_a_call, proxy.url) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "waiting\n"
            assert proxy.wait_for_requests(1)
            _, said = process.communicate(timeout=3 * PATIENCE)
        assert (process.returncode, said) == (0, "")


def busy_for_long(link: Link) -> None:
    """Ask to come back in a good while."""
    link.request()
    link.send(b"HTTP/1.1 503 Busy\r\nretry-after: %d\r\ncontent-length: 0\r\n\r\n" % WAIT)
    link.hold()


@pytest.mark.skipif(os.name == "nt", reason="needs SIGINT")
@pytest.mark.parametrize("program", INTERRUPTED, ids=lambda program: program.__name__)
def test_ctrl_c_in_a_retry_s_wait(platform: emulator.Server, program: Any) -> None:
    """It comes through at once, as KeyboardInterrupt, and leaves nothing behind."""
    with Proxy(platform.port, repeat(busy_for_long)) as proxy:
        with start(program, proxy.url) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == f"Retrying in {WAIT}.000 s\n"
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=3 * PATIENCE)
        assert (process.returncode, said[1]) == (0, "")
        took = re.fullmatch(r"interrupted after (.*) s\n", said[0])
        assert took is not None, said
        assert float(took[1]) < WAIT / 2
        assert proxy.wait_until_open(0)
        assert proxy.connections == 1

"""A process that processes a file is killed or interrupted."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from typing import Any

import pytest

from ...support.processes import ROOT
from ...support.rawserver import PATIENCE
from .conftest import Processing, wait_for

TEXTS = [f"text {number}" for number in range(40)]


def start(processing: Processing) -> subprocess.Popen[bytes]:
    """Process the input in a process of its own."""
    server_url = processing.client.sdk_configuration.get_server_details()[0]
    command: list[Any] = [
        sys.executable,
        "-m",
        "tests.flows.processing.killed",
        server_url,
        processing.input,
        processing.output,
    ]
    return subprocess.Popen([*command, processing.call.way], cwd=ROOT, stderr=subprocess.PIPE)


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGINT])
def test_stopped_process(processing: Processing, signum: signal.Signals) -> None:
    """Whatever is torn, only requests that were in flight are sent again."""
    processing.write(*TEXTS)
    reached, ended = threading.Event(), threading.Event()
    number = random.Random(signum).randrange(5, 30)

    def before(_: str) -> None:
        if sum(processing.model.asked.values()) >= number:
            reached.set()
            ended.wait(PATIENCE)

    processing.model.before = before
    process = start(processing)
    wait_for(reached)
    os.kill(process.pid, signum)
    error = process.communicate(timeout=PATIENCE)[1]
    ended.set()
    assert process.returncode != 0
    assert (signum == signal.SIGINT) == (b"KeyboardInterrupt" in error)
    content = processing.output.read_bytes()
    processing.model.before = str
    processing.output.write_bytes(content[: len(content) - random.Random(number).randrange(60)])  # as if it were torn
    complete = processing.output.read_bytes().count(b"\n")
    assert complete >= number - 5
    assert processing.run().resumed == complete
    assert processing.answers == list(enumerate(TEXTS, 1))

"""The command as a process of its own, as it is installed and as a module."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import emissary_client_sdk
from emissary_client_sdk.cli import main

if TYPE_CHECKING:
    from .conftest import Emissary

MODULE = [sys.executable, "-m", "emissary_client_sdk.cli"]
SOURCE = str(Path(emissary_client_sdk.__file__).parents[1])


def variables(emissary: Emissary, **more: str) -> dict[str, str]:
    """Give the environment of a process."""
    ours = {name: value for name, value in emissary.environment.items() if value is not None}
    return {**os.environ, **ours, "PYTHONPATH": SOURCE, "PYTHONIOENCODING": "utf-8", **more}


def run(emissary: Emissary, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a process to its end."""
    environment = variables(emissary, **more)
    return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=60)


def test_the_installed_command(emissary: Emissary) -> None:
    """It lies beside the interpreter, and creates a job."""
    command = Path(sys.executable).with_name("emissary.exe" if os.name == "nt" else "emissary")
    ran = run(emissary, str(command), "jobs", "create", "llama", "--train-dataset", "ds", "--json")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert emissary.job(json.loads(ran.stdout)["id"]).status == "Success"


def test_another_encoding(emissary: Emissary) -> None:
    """What a terminal has no character for is written as a code; JSON is the same everywhere."""
    job = emissary.create(name="prüfung")
    ran = run(emissary, *MODULE, "jobs", "list", PYTHONIOENCODING="ascii")
    assert (ran.returncode, "pr\\xfcfung" in ran.stdout) == (0, True)
    ran = run(emissary, *MODULE, "jobs", "loss", job, PYTHONIOENCODING="ascii")
    assert (ran.returncode, " |*" in ran.stdout) == (0, True)


def test_the_shells_complete(emissary: Emissary) -> None:
    """A shell that asks is told the sub-commands."""
    asking = {"_EMISSARY_COMPLETE": "complete_bash", "COMP_WORDS": "emissary jobs ch", "COMP_CWORD": "2"}
    ran = run(emissary, *MODULE, **asking)
    assert (ran.returncode, ran.stdout.split()) == (0, ["checkpoints"])


@pytest.mark.skipif(os.name == "nt", reason="a console there has no such signal")
def test_ctrl_c(slow_emissary: Emissary) -> None:
    """A wait that is interrupted ends at once, and leaves the job alone."""
    job = slow_emissary.create()
    command = [*MODULE, "jobs", "wait", job]
    process = subprocess.Popen(command, env=variables(slow_emissary), stderr=subprocess.PIPE, encoding="utf-8")
    assert process.stderr is not None
    assert process.stderr.readline() == "emissary: Pending, 0 %\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "emissary: stopped"
    assert "Traceback" not in err
    assert slow_emissary.job(job).status == "Pending"


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
def test_a_bar_on_a_terminal(emissary: Emissary) -> None:
    """On a terminal there is a bar, and standard output is as it is without one."""
    import fcntl
    import pty
    import struct
    import termios

    terminal, other_end = pty.openpty()
    fcntl.ioctl(other_end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    command = [*MODULE, "jobs", "wait", emissary.create(), "--json"]
    environment = variables(emissary)
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=other_end, encoding="utf-8")
    out, _ = process.communicate(timeout=60)
    os.close(other_end)
    shown = os.read(terminal, 1 << 16).decode()
    os.close(terminal)
    assert json.loads(out)["status"] == "Success"
    assert re.search(r"Success: 100%\|█+\|", shown), shown


@pytest.mark.skipif(os.name == "nt", reason="there are no such pipes")
def test_a_reader_that_has_enough(emissary: Emissary) -> None:
    """When nobody reads any more, the command ends without a word."""
    job = emissary.create()
    reader, writer = os.pipe()
    os.close(reader)
    for arguments in (["watch", job, "--json"], ["show", job, "--json"]):
        command = [*MODULE, "jobs", *arguments]
        ran = subprocess.run(command, env=variables(emissary), stdout=writer, stderr=subprocess.PIPE, timeout=60)
        assert (ran.returncode, ran.stderr) == (1, b"")
    os.close(writer)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One line says what to install."""
    for name in ("emissary_client_sdk.cli.app", "emissary_client_sdk.cli.jobs", "emissary_client_sdk.cli.options"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "typer", None)
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
    expected = 'emissary: the command line needs typer: pip install "emissary-client-sdk[cli]"\n'
    assert capsys.readouterr() == ("", expected)


def test_main_takes_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    """A program that calls it gives the command line."""
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, "emissary 1.0.0\n")


def test_a_stream_of_the_callers(emissary: Emissary) -> None:
    """A program that has put something else in the place of standard output gets the output there."""
    with contextlib.redirect_stdout(io.StringIO()) as out, pytest.MonkeyPatch.context() as patch:
        for name, value in variables(emissary).items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main(["jobs", "list"])
    assert (ended.value.code, out.getvalue()) == (0, "There are no training jobs.\n")


def test_importing_the_program_runs_nothing() -> None:
    """Only as a program does it do anything."""
    assert importlib.import_module("emissary_client_sdk.cli.__main__").main is main

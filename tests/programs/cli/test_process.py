"""The command as a process: start-up, encodings, signals, pipes and terminals."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import signal
import struct
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk.cli import main

from ...support.rawserver import PATIENCE
from .conftest import BASE_MODEL

if TYPE_CHECKING:
    from .conftest import Emissary

MODULE = [sys.executable, "-m", "emissary_client_sdk.cli"]
not_on_windows = pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals, pipes and terminals")


def begin(emissary: Emissary, command: list[str], env: dict[str, str] | None = None, **pipes: Any) -> Any:
    """Start a process with the variables of the command."""
    ours = {name: value for name, value in emissary.environment.items() if value is not None}
    variables = {**os.environ, **ours, "PYTHONIOENCODING": "utf-8", **(env or {})}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **pipes}
    return subprocess.Popen(command, env=variables, encoding="utf-8", **pipes)


def run(emissary: Emissary, command: list[str], **options: Any) -> tuple[int, str, str]:
    """Run a process; return its exit code, output and errors."""
    process = begin(emissary, command, **options)
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


def test_installed_command(emissary: Emissary) -> None:
    """It lies beside the interpreter and creates a job."""
    command = Path(sys.executable).with_name("emissary.exe" if os.name == "nt" else "emissary")
    code, out, err = run(emissary, [str(command), "jobs", "create", BASE_MODEL, "--train-dataset", "ds", "--json"])
    assert (code, err) == (0, "")
    assert emissary.job(json.loads(out)["id"]).status == "Success"


@pytest.mark.parametrize(
    ("command", "unused"),
    [
        (["--version"], {"httpx", "pydantic", "rich", "ruamel", "emissary_client_sdk.cli.jobs"}),
        (["jobs", "list"], {"rich", "pygments", "ruamel", "tqdm", "emissary_client_sdk.cli.run"}),
    ],
)
def test_start_imports_only_what_a_command_needs(emissary: Emissary, command: list[str], unused: set[str]) -> None:
    """Unnecessary imports would exceed the limits of the start-up time."""
    code, _, err = run(emissary, [MODULE[0], "-X", "importtime", *MODULE[1:], *command])
    imported = {line.rpartition("|")[2].strip() for line in err.splitlines()}
    assert (code, unused & imported) == (0, set())


def test_other_encoding(emissary: Emissary) -> None:
    """A character that the encoding lacks is written as an escape sequence."""
    job = emissary.create_job(name="prüfung")
    ascii_only = {"PYTHONIOENCODING": "ascii"}
    assert "pr\\xfcfung" in run(emissary, [*MODULE, "jobs", "list"], env=ascii_only)[1]
    assert " |*" in run(emissary, [*MODULE, "jobs", "loss", job], env=ascii_only)[1]


@not_on_windows
def test_ctrl_c(slow_emissary: Emissary) -> None:
    """An interrupted wait ends at once and does not touch the job."""
    job = slow_emissary.create_job()
    process = begin(slow_emissary, [*MODULE, "jobs", "wait", job])
    assert process.stderr.readline() == "emissary: Pending\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, "Traceback" in err) == (130, False)
    assert err.splitlines()[-1].startswith("emissary: interrupted; it continues on the platform.")
    assert slow_emissary.job(job).status == "Pending"


@not_on_windows
def test_terminal_shows_progress_and_usage(emissary: Emissary, tmp_path: Path) -> None:
    """Standard output is the same as without a terminal."""
    import fcntl
    import pty
    import termios

    def on_terminal(*arguments: str) -> tuple[int, str, str]:
        terminal, other_end = pty.openpty()
        fcntl.ioctl(other_end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
        process = begin(emissary, [*MODULE, *arguments], {"TERM": "xterm"}, stderr=other_end)
        os.close(other_end)
        shown = b""
        with contextlib.suppress(OSError):  # raised when the process has ended
            while piece := os.read(terminal, 1 << 16):
                shown += piece
        os.close(terminal)
        out, _ = process.communicate(timeout=PATIENCE)
        return process.returncode, out, shown.decode(errors="replace")

    code, out, shown = on_terminal("jobs", "wait", emissary.create_job(), "--json")
    assert (code, json.loads(out)["status"], "Success: 100%" in shown) == (0, "Success", True)
    code, out, shown = on_terminal("jobs", "show")
    assert (code, out, shown.startswith("Usage: emissary jobs show [OPTIONS] JOB")) == (2, "", True)
    file = tmp_path / "data.jsonl"
    file.write_text("".join(f'{{"prompt": "{number}", "completion": "b"}}\n' for number in range(30)))
    code, out, shown = on_terminal("run", str(file), "--base-model", BASE_MODEL, "--interval", "0.1")
    assert (code, out.startswith("Model data-")) == (0, True)
    for text in ("check", "project", "upload", "train", "choose", "deploy", "Success 100 % loss "):
        assert text in shown


@not_on_windows
@pytest.mark.parametrize("command", ["watch", "show"])
def test_closed_pipe(emissary: Emissary, command: str) -> None:
    """The command ends silently."""
    reader, writer = os.pipe()
    os.close(reader)
    code, _, err = run(emissary, [*MODULE, "jobs", command, emissary.create_job(), "--json"], stdout=writer)
    assert (code, err) == (1, "")
    os.close(writer)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One line says how to install it."""
    monkeypatch.delitem(sys.modules, "emissary_client_sdk.cli.app", raising=False)
    monkeypatch.setitem(sys.modules, "click", None)
    with pytest.raises(SystemExit, match="2"):
        main([])
    out, err = capsys.readouterr()
    assert (out, err.count("\n"), 'pip install ".[cli]"' in err) == ("", 1, True)
    assert err.startswith("emissary: The command line needs click;")


def test_command_line_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only in the command's own process is httpx kept from importing its command line."""
    for arguments, is_own in ((["--version"], False), (None, True)):
        monkeypatch.delitem(sys.modules, "httpx._main", raising=False)
        monkeypatch.setattr(sys, "argv", ["emissary", "--version"])
        importlib.import_module("emissary_client_sdk.cli.__main__")
        with contextlib.redirect_stdout(io.StringIO()) as out, pytest.raises(SystemExit, match="0"):
            main(arguments)
        assert (out.getvalue(), "httpx._main" in sys.modules) == ("emissary 1.0.0\n", is_own)

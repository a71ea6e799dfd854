"""``python -m emissary_client_sdk.emulator``, as a process of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from emissary_client_sdk import emulator

MODULE = [sys.executable, "-m", "emissary_client_sdk.emulator"]
JOBS = "/v1/projects/p/training-jobs"
# The package under test, wherever a test makes its process start.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(emulator.__file__).parents[2])}
BODY = {"base_model": "llama", "train_dataset_id": "data"}


def start(folder: Path, *arguments: str) -> tuple[subprocess.Popen[str], str, list[str]]:
    """Start the emulator; give the process, its URL and the lines that it greets with."""
    process = subprocess.Popen(
        [*MODULE, "--port", "0", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Stop it"):
            break
    found = re.search(r"http://\S+", "".join(lines))
    assert found is not None, process.communicate()
    return process, found[0], lines


def refusal(folder: Path, *arguments: str) -> str:
    """Run the emulator where it has to refuse; give the one line that it says."""
    ran = subprocess.run([*MODULE, *arguments], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=20)
    assert (ran.returncode, ran.stdout) == (2, "")
    (line,) = ran.stderr.splitlines()
    return line


def test_it_serves_until_it_is_interrupted(tmp_path: Path) -> None:
    """It says what it is, logs each request, ends with 0, and keeps the jobs for the next time."""
    process, url, lines = start(tmp_path, "--job-seconds", "0")
    assert "Nothing is trained here." in lines[0]
    assert str(tmp_path / "jobs.sqlite") in "".join(lines)
    job = httpx.post(url + JOBS, json=BODY, headers={"X-API-Key": "s3cret"}).json()
    assert job["status"] == "Success"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (0, "")
    assert re.fullmatch(rf"\S+ \S+ POST {JOBS} 201 [\d.]+ ms\n", err)

    process, url, lines = start(tmp_path, "--api-key", "only-this")
    assert "only-this" not in "".join(lines)
    assert httpx.get(url + JOBS, headers={"X-API-Key": "s3cret"}).status_code == 401
    assert httpx.get(url + JOBS, headers={"X-API-Key": "only-this"}).json() == [job]
    process.terminate()
    _, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in err


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    """In one line with the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        line = refusal(tmp_path, "--port", str(port))
    assert line.startswith(f"emissary emulator: cannot listen on 127.0.0.1, port {port}: ")


def test_a_database_that_is_none_is_told(tmp_path: Path) -> None:
    """In one line with the file's name."""
    (tmp_path / "notes.txt").write_text("no database\n" * 100)
    assert "'notes.txt'" in refusal(tmp_path, "--port", "0", "--database", "notes.txt")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--port", "0", "--job-seconds", "-1"], "job_seconds must be"),
        (["--port", "0", "--job-seconds", "nan"], "job_seconds must be"),
        (["--port", "0", "--api-key", ""], "api_key must not be empty"),
        (["--port", "65536"], "port must be from 0 to 65535, not 65536"),
        (["--port", "0", "--host", "no such host"], "cannot listen on no such host, port 0: "),
    ],
)
def test_other_settings_that_make_no_sense_are_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    reason: str,
) -> None:
    """In one line, with the exit code 2; and what the signals do to the process is as it was."""
    from emissary_client_sdk.emulator.__main__ import main

    monkeypatch.chdir(tmp_path)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    assert main(arguments) == 2
    assert {number: signal.getsignal(number) for number in handlers} == handlers
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"emissary emulator: {reason}")
    assert err.count("\n") == 1


def test_the_documentation_of_the_module_names_what_there_is() -> None:
    """Every public name that a reader needs is in it, and the header of the faults."""
    text = emulator.__doc__ or ""
    for word in ("emulator.serve", "create_app", "Fault", "X-Emulator-Fault", "emulator_outcome", "Nothing"):
        assert word in text

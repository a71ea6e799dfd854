"""The programs of ``docs/examples``, as processes of their own."""

import re
import subprocess
import sys
import time

import pytest

from emissary_client_sdk import emulator

from .pages import EXAMPLES, README, blocks, environment

NAMES = ("quickstart", "quickstart_async")


def start(name: str, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    """Start an example as a log would see it."""
    return subprocess.Popen(
        [sys.executable, str(EXAMPLES / f"{name}.py"), *arguments],
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, list[str], str]:
    """Give an example's exit code, the lines of its output, and its errors."""
    out, err = process.communicate(timeout=60)
    return process.returncode, out.splitlines(), err


def shape(line: str) -> str:
    """Take out of a line what differs from run to run."""
    line = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", line)
    return re.sub(r"[\d.:]*\d", "N", re.sub(r" +", " ", line))


def test_the_quickstart_shows_a_job_from_its_creation_to_its_checkpoints() -> None:
    """It prints what the README shows; the progress grows, the loss falls, and it takes but a few seconds."""
    began = time.monotonic()
    code, lines, err = finish(start("quickstart"))
    assert (code, err) == (0, "")
    assert time.monotonic() - began < 30

    (shown,) = (block.text.splitlines() for block in blocks(README) if block.text.startswith("Running on the emulator"))
    expected = [shape(line) for line in shown]
    found = [shape(line) for line in lines]
    assert found[:3] == expected[:3]
    assert found[-7:] == expected[-7:]
    assert set(found) <= {*expected, shape("15:41:59 Running     0 %")}  # before the first loss is measured

    steps = [step for line in lines if (step := re.search(r"(\d+) %(?:  loss ([\d.]+))?$", line))]
    progress = [int(step[1]) for step in steps]
    losses = [float(step[2]) for step in steps if step[2]]
    assert progress == sorted(progress)
    assert (progress[0], progress[-1]) == (0, 100)
    assert losses[-1] < losses[0] / 2


def test_the_asynchronous_quickstart_runs_its_jobs_at_once() -> None:
    """All have begun before one has ended, and each is reported with its checkpoints."""
    code, lines, err = finish(start("quickstart_async"))
    assert (code, err) == (0, "")
    text = "\n".join(lines)
    assert text.count(" Pending") == text.count(" Success\n") == 3
    assert text.rindex(" Pending") < text.index(" Success\n")
    for rate, line in zip(("1e-05", "0.0001", "0.001"), lines[-3:], strict=True):
        assert re.fullmatch(rf"rate {rate}: Success, final loss [\d.]+, 3 checkpoints", line)


@pytest.mark.parametrize("name", NAMES)
def test_with_a_key_and_a_project_it_runs_elsewhere(name: str) -> None:
    """It takes server, key and project from the environment, and starts no emulator."""
    with emulator.serve(api_key="a-key", job_seconds=0) as server:
        variables = {
            "EMISSARY_CLIENT_API_KEY": "a-key",
            "EMISSARY_PROJECT_ID": "a project",
            "EMISSARY_CLIENT_SERVER_URL": server.url,
        }
        code, lines, err = finish(start(name, **variables))
    assert (code, err) == (0, "")
    assert "emulator" not in lines[0]


@pytest.mark.parametrize("name", NAMES)
def test_a_refusal_is_one_line(name: str) -> None:
    """A wrong key ends it with the error and without a traceback."""
    with emulator.serve(api_key="a-key") as server:
        variables = {
            "EMISSARY_CLIENT_API_KEY": "another-key",
            "EMISSARY_PROJECT_ID": "a project",
            "EMISSARY_CLIENT_SERVER_URL": server.url,
        }
        code, _, err = finish(start(name, **variables))
    assert code == 1
    assert err.startswith("APIErrorUnauthorized: ")
    assert "another-key" not in err


def test_a_server_wants_a_key() -> None:
    """With a server named, a missing key is told of instead of the emulator being taken."""
    code, lines, err = finish(start("quickstart", "--server-url", "http://127.0.0.1:1", EMISSARY_PROJECT_ID="p"))
    assert (code, lines) == (2, [])
    assert "--server-url needs the environment variable EMISSARY_CLIENT_API_KEY\n" in err

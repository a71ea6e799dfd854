"""The programs of ``docs/examples``."""

import re
import runpy
import subprocess
import sys

import pytest

from emissary_client_sdk import emulator

from ...support.rawserver import PATIENCE
from .pages import EXAMPLES, README, blocks, environment

NAMES = ("quickstart", "quickstart_async")


def run(name: str) -> tuple[int, list[str], str]:
    """Run an example in its own process; return its exit code, the lines of its output and its standard error."""
    ran = subprocess.run(
        [sys.executable, str(EXAMPLES / f"{name}.py")],
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
    )
    return ran.returncode, ran.stdout.splitlines(), ran.stderr


def shape(line: str) -> str:
    """Return a line without what differs between runs."""
    return re.sub(r"reviews-\w+|[\d.]*\d|good|bad", "X", " ".join(line.split()))


def test_quickstart_prints_what_the_readme_shows() -> None:
    """The progress of upload, job and deployment is on standard error."""
    code, lines, progress = run("quickstart")
    assert code == 0, progress
    (shown,) = (block.text.splitlines() for block in blocks(README) if block.text.startswith("EMISSARY_CLIENT_API_KEY"))
    assert [shape(line) for line in lines] == [shape(line) for line in shown]
    patterns = (r"\(100%\)", "Success 100%", r"reviews-\w{8}: Deployed")
    assert [len(re.findall(pattern, progress)) for pattern in patterns] == [1, 1, 1]


def test_asynchronous_quickstart_compares_its_jobs() -> None:
    """It names the learning rate with the best accuracy."""
    code, lines, progress = run("quickstart_async")
    assert (code, progress) == (0, "")
    found = [re.fullmatch(r"rate (\S+): Success, accuracy ([\d.]+)", line) for line in lines[1:-1]]
    accuracies = {match[1]: float(match[2]) for match in found if match}
    assert set(accuracies) == {"1e-05", "0.0001", "0.001"}
    assert lines[-1] == f"best: {max(accuracies, key=accuracies.__getitem__)}"


@pytest.mark.parametrize("name", NAMES)
def test_key_selects_the_platform(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a key it uses the configured server and starts no emulator; a wrong key is reported in one line."""
    err = ""
    with emulator.serve(api_key="a-key", job_seconds=0, deploy_seconds=0) as server:
        monkeypatch.setenv("EMISSARY_CLIENT_SERVER_URL", server.url)
        for key, code in (("a-key", 0), ("another-key", 1)):
            monkeypatch.setenv("EMISSARY_CLIENT_API_KEY", key)
            with pytest.raises(SystemExit) as ended:
                runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name="__main__")
            out, err = capsys.readouterr()
            assert (ended.value.code, "emulator" in out) == (code, False), err
    assert err.startswith("APIErrorUnauthorized: ")
    assert "another-key" not in err
    assert err.count("\n") == 1

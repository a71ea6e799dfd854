"""The commands of the README and of ``.ci/run``."""

import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from emissary_client_sdk import EmissaryClient

from .pages import README, ROOT, blocks, command, environment

QUICKSTART = command("docs/examples/")
TESTS = command("-m pytest")
CI = ROOT / ".ci" / "run"


def test_each_is_one_line_that_makes_its_environment() -> None:
    """The first two commands of the README need nothing but Python, and run what is there."""
    shell = [block.text for block in blocks(README) if block.language == "sh"]
    assert shell[:2] == [QUICKSTART + "\n", TESTS + "\n"]
    for line in (QUICKSTART, TESTS):
        assert line.startswith("python3 -m venv .venv && .venv/bin/pip install -q ")
        assert "\n" not in line
    assert (ROOT / QUICKSTART.split()[-1]).is_file()


def test_ci_runs_the_command_of_the_readme() -> None:
    """Its last line is that command."""
    assert CI.read_text(encoding="utf-8").splitlines()[-1] == TESTS


def test_contributors_set_up_in_the_same_way() -> None:
    """What CONTRIBUTING.md begins with is what the command of the tests begins with."""
    set_up = next(block for block in blocks(ROOT / "CONTRIBUTING.md") if block.language == "sh")
    assert TESTS.startswith(set_up.text.removesuffix("\n") + " && ")


@pytest.mark.skipif(os.name == "nt", reason="a script for bash")
@pytest.mark.parametrize("exit_code", [0, 1])
def test_ci_starts_afresh_and_ends_as_pytest_does(exit_code: int, tmp_path: Path) -> None:
    """From any directory and without a standard input, whatever an earlier run has left behind."""
    assert os.access(CI, os.X_OK)
    copy = tmp_path / "clone" / ".ci" / "run"
    copy.parent.mkdir(parents=True)
    shutil.copy(CI, copy)
    leftover = tmp_path / "clone" / ".venv" / "leftover"
    leftover.parent.mkdir()
    leftover.touch()
    tools = tmp_path / "bin"
    tools.mkdir()
    # A Python that makes an environment whose pip installs nothing and whose Python only says what it is to do.
    python = tools / "python3"
    python.write_text(
        f"""#!/bin/sh
mkdir -p "$3/bin"
printf '#!/bin/sh\\n' > "$3/bin/pip"
printf '#!/bin/sh\\necho "in $PWD: $*"\\nexit {exit_code}\\n' > "$3/bin/python"
chmod +x "$3/bin/pip" "$3/bin/python"
""",
        encoding="utf-8",
    )
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    ran = subprocess.run(
        [str(copy)],
        cwd=tmp_path,
        env=environment(CI="true", PATH=f"{tools}{os.pathsep}{os.environ['PATH']}"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
    )
    clone = tmp_path / "clone"
    assert (ran.returncode, ran.stdout, ran.stderr) == (exit_code, f"in {clone}: -m pytest\n", "")
    assert not leftover.exists()


def test_the_emulator_starts_as_the_readme_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its line runs, and a program whose environment is the one of the README finds it."""
    line = shlex.split(command("-m emissary_client_sdk.emulator"))
    settings = command("export EMISSARY_CLIENT_SERVER_URL").removeprefix("export ")
    variables = dict(setting.split("=", 1) for setting in shlex.split(settings))
    port = line[line.index("--port") + 1]
    assert variables["EMISSARY_CLIENT_SERVER_URL"] == f"http://127.0.0.1:{port}"
    line[line.index(port)] = "0"  # any that is free: the one of the README may be taken here
    process = subprocess.Popen(
        [sys.executable, *line[1:]], cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        url = next(found[0] for text in process.stdout if (found := re.search(r"http://\S+", text)))
        for name, value in {**variables, "EMISSARY_CLIENT_SERVER_URL": url}.items():
            monkeypatch.setenv(name, value)
        with EmissaryClient() as client:
            job = client.training_jobs.create(
                project_id="my-project", request_body={"base_model": "llama", "train_dataset_id": "data"}
            )
            assert [listed.id for listed in client.training_jobs.list(project_id="my-project")] == [job.id]
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert (tmp_path / "jobs.sqlite").is_file()

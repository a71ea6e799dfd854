"""The commands of the pages and of ``.ci/run``."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from emissary_client_sdk import EmissaryClient
from emissary_client_sdk.cli.app import program

from ...support.rawserver import PATIENCE
from .pages import README, ROOT, all_blocks, blocks, command, environment

QUICKSTART = command("docs/examples/")
TESTS = command("-m pytest")
CI = ROOT / ".ci" / "run"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
RECIPES = next(
    line
    for block in blocks(CONTRIBUTING)
    for line in block.text.splitlines()
    if line.endswith(" tests/project/recipes tests/project/site")
)
CI_STEPS = [step for line in (f"{TESTS} --cov", RECIPES) for step in line.replace('"', "").split(" && ")[1:]]


def test_first_commands_of_the_readme_create_their_environment() -> None:
    """Both are one line, need only Python, and name a file that exists."""
    shell = [block.text for block in blocks(README) if block.language == "sh"]
    assert shell[:2] == [QUICKSTART + "\n", TESTS + "\n"]
    for line in (QUICKSTART, TESTS):
        assert line.startswith("python3 -m venv .venv && .venv/bin/pip install -q ")
        assert "\n" not in line
    assert (ROOT / QUICKSTART.split()[-1]).is_file()


def test_ci_runs_the_commands_of_the_pages() -> None:
    """The last lines are the README's command for the tests, with coverage, and CONTRIBUTING.md's for the others."""
    assert CI.read_text(encoding="utf-8").splitlines()[-2:] == [f"{TESTS} --cov || exit", RECIPES]


def test_contributing_starts_with_the_same_setup() -> None:
    """The first command of CONTRIBUTING.md is the first half of the README's command for the tests."""
    set_up = next(block for block in blocks(CONTRIBUTING) if block.language == "sh")
    assert TESTS.startswith(set_up.text.removesuffix("\n") + " && ")


@pytest.mark.skipif(os.name == "nt", reason="a script for bash")
@pytest.mark.parametrize("failing", [None, *range(len(CI_STEPS))])
def test_ci_starts_clean_and_stops_at_the_first_failure(failing: int | None, tmp_path: Path) -> None:
    """It works from any directory, without standard input, and removes the environments of earlier runs.

    A failing installation of nginx neither stops it nor prints anything.
    """
    assert os.access(CI, os.X_OK)
    clone, tools = tmp_path / "clone", tmp_path / "bin"
    copy = clone / ".ci" / "run"
    leftovers = [clone / name / "leftover" for name in (".venv", ".venv-recipes")]
    for path in (copy, *leftovers):
        path.parent.mkdir(parents=True)
    shutil.copy(CI, copy)
    for leftover in leftovers:
        leftover.touch()
    tools.mkdir()
    # A Python whose environments have tools that only print their arguments, and fail on request; nothing is installed.
    scripts = {
        "tool": 'echo "$0 $*"; [ "$0 $*" != "$FAILING" ] || exit 3',
        "python3": f'mkdir -p "$3/bin" && cp "{tools}/tool" "$3/bin/pip" && cp "{tools}/tool" "$3/bin/python"',
        "id": "echo 0",
        "apt-get": f'echo "$*" | tee -a "{tmp_path}/apt" >&2; exit 1',
    }
    for name, script in scripts.items():
        (tools / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    for name in ("bash", "cp", "dirname", "env", "mkdir", "rm", "tee"):
        (tools / name).symlink_to(str(shutil.which(name)))
    ran = subprocess.run(
        [str(copy)],
        cwd=tmp_path,
        env=environment(PATH=str(tools), FAILING="" if failing is None else CI_STEPS[failing]),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    taken = CI_STEPS if failing is None else CI_STEPS[: failing + 1]
    assert (ran.returncode, ran.stdout.splitlines(), ran.stderr) == (0 if failing is None else 3, taken, "")
    assert not any(leftover.exists() for leftover in leftovers)
    assert (tmp_path / "apt").read_text(encoding="utf-8") == "update -q\n"


def test_emulator_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command runs, and the environment on its page sends a program to it."""
    page = ROOT / "docs" / "emulator.md"
    line = command("--database jobs.sqlite", page).splitlines()[-1].split()
    settings = command("export EMISSARY_CLIENT_SERVER_URL", page).removeprefix("export ")
    variables = dict(setting.split("=", 1) for setting in shlex.split(settings))
    port = line[line.index("--port") + 1]
    assert variables["EMISSARY_CLIENT_SERVER_URL"] == f"http://127.0.0.1:{port}"
    line[line.index(port)] = "0"  # any free port: the one on the page may be taken
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
        process.communicate(timeout=PATIENCE)
    assert (tmp_path / "jobs.sqlite").is_file()


def test_commands_of_the_pages_have_their_options() -> None:
    """Each line with ``emissary`` parses; with ``--help`` it does nothing else."""
    text = "\n".join(block.text.replace("\\\n", "") for block in all_blocks() if block.language in ("sh", "text"))
    lines = re.findall(r"^(?:\$ |.*\(| *if |.* -- | *)emissary ([a-z][^|<>;)\n]*)", text, re.MULTILINE)
    assert len(lines) > 30
    for line in lines:
        done = CliRunner().invoke(program, [*shlex.split(line), "--help"])
        assert done.exit_code == 0, (line, done.output)


def test_checked_file_of_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page shows what the check of this file prints."""
    completions: list[dict[str, int]] = [{"positive": int(each > 3), "negative": int(each < 4)} for each in range(6)]
    completions[1] = {"positive": 1, "neutral": 0}
    records = [
        json.dumps({"prompt": "" if number == 2 else f"review {number}", "completion": completion})
        for number, completion in enumerate(completions)
    ]
    records[4] = "{bad}"
    (tmp_path / "bad.jsonl").write_text("\n".join(records), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (shown,) = (block.text for block in blocks(ROOT / "docs" / "cli.md") if "check bad.jsonl" in block.text)
    done = CliRunner().invoke(program, ["datasets", "check", "bad.jsonl"])
    assert "$ emissary datasets check bad.jsonl\n" + done.output == shown

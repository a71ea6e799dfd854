"""Every Python block of the pages is a program, and runs on the emulator."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import certifi
import pytest

from emissary_client_sdk import EmissaryClient, emulator, errors

from ..support.serving import serving
from .pages import EXAMPLES, README, Block, all_blocks, blocks, environment
from .proxy import Proxy

KEY = "the-key-of-these-tests"
PROXY = "http://proxy.example.com:3128"
LANGUAGES = {"python", "sh", "text"}

PYTHON = [block for block in all_blocks() if block.language == "python"]
TESTS = [block for block in PYTHON if "import pytest" in block.text]
PROGRAMS = [block for block in PYTHON if block not in TESTS and PROXY not in block.text]


def place(block: Block) -> str:
    """Name a block in a test's id."""
    return block.place


def run(program: str, name: str) -> None:
    """Run a program as Python would, but in this process."""
    exec(compile(program, name, "exec", dont_inherit=True), {"__name__": "__main__"})  # noqa: S102  # our own pages


@pytest.fixture
def as_a_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Be in an empty directory, with a key in the environment."""
    monkeypatch.setenv("EMISSARY_CLIENT_API_KEY", KEY)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize("block", PROGRAMS, ids=place)
def test_a_program_runs_to_its_end(block: Block, monkeypatch: pytest.MonkeyPatch) -> None:
    """It raises nothing; where it has the placeholder of a job's id, a job that is running is put in."""
    placeholder = 'training_job_id="<id>"'
    job_seconds = 60 if placeholder in block.text else 0
    with emulator.serve(api_key=KEY, job_seconds=job_seconds) as server:
        monkeypatch.setenv("EMISSARY_CLIENT_SERVER_URL", server.url)
        with EmissaryClient() as client:
            job = client.training_jobs.create(
                project_id="<id>", request_body={"base_model": "llama", "train_dataset_id": "data"}
            )
        run(block.text.replace(placeholder, f'training_job_id="{job.id}"'), block.place)


@pytest.mark.usefixtures("as_a_user")
def test_the_program_behind_a_proxy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The README's program with a proxy and a company's certificates goes through the proxy."""
    (block,) = (block for block in PYTHON if PROXY in block.text)
    shutil.copy(certifi.where(), tmp_path / "company-ca.pem")
    with emulator.serve(api_key=KEY) as server, serving(Proxy()) as relay:
        monkeypatch.setenv("EMISSARY_CLIENT_SERVER_URL", server.url)
        run(block.text.replace(PROXY, relay.url), block.place)
        assert relay.seen == [f"{server.url}/v1/projects/my-project/training-jobs"]
    assert capsys.readouterr().out == "0 jobs\n"


@pytest.mark.parametrize("block", TESTS, ids=place)
def test_tests_pass(block: Block, tmp_path: Path) -> None:
    """A block with tests passes under pytest."""
    (tmp_path / "test_page.py").write_text(block.text, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")  # wherever the directory is, no other settings hold
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "emissary_client_sdk.testing"],
        cwd=tmp_path,
        env=environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"{block.text.count('def test_')} passed" in ran.stdout


@pytest.mark.usefixtures("as_a_user")
def test_the_program_with_errors_says_which(
    monkeypatch: pytest.MonkeyPatch, waits: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each branch of the README's program is taken where its error comes up."""
    (block,) = (block for block in blocks(README) if "except errors.APIErrorNotFound" in block.text)
    with emulator.serve(api_key=KEY) as server:
        monkeypatch.setenv("EMISSARY_CLIENT_SERVER_URL", server.url)
        run(block.text, block.place)
        server.faults.add(status=409)
        run(block.text, block.place)
        server.faults.add(drop="after", times=None)
        run(block.text, block.place)
    found, refused, failed, doubtful = re.split(r"\n(?=refused|failed|the job may)", capsys.readouterr().out)
    assert found == "there is no such job: there is no training job 'no-such-job' in project 'my-project'"
    assert refused.startswith("refused: 409 ")
    assert failed.startswith("failed: No response after 4 attempts: ")
    assert doubtful == "the job may be cancelled all the same\n"
    assert len(waits) == 3


def test_the_tree_of_errors_is_the_one_there_is() -> None:
    """The README draws each class of the package under its base."""
    (tree,) = (block.text for block in blocks(README) if block.text.startswith("EmissaryClientError\n"))
    above: list[str] = []
    drawn: dict[str, str] = {}
    for line in tree.splitlines():
        found = re.fullmatch(r"([│├└─ ]*)(\w+).*", line)
        assert found is not None
        depth = len(found[1]) // 4
        above[depth:] = [found[2]]
        drawn[found[2]] = above[depth - 1]
    del drawn["EmissaryClientError"]
    for name, base in drawn.items():
        assert issubclass(getattr(errors, name), getattr(errors, base))
    assert {"EmissaryClientError", *drawn} == set(errors.__all__)


def test_every_block_has_a_language() -> None:
    """So that none that is a program goes unnoticed."""
    assert {block.language for block in all_blocks()} <= LANGUAGES
    assert len(PYTHON) > 20


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Give a directory with a file for each block."""
    for block in PYTHON:
        (tmp_path / (re.sub(r"\W", "_", block.place) + ".py")).write_text(block.text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "--isolated", "--no-cache", "--select", "B,E,F,SIM,UP,W", "."],
        ["ruff", "format", "--check", "--isolated", "--no-cache", "."],
        ["mypy", "--strict", "--config-file=", ".", str(EXAMPLES)],
    ],
    ids=["lint", "format", "types"],
)
def test_the_programs_are_clean(command: list[str], programs: Path) -> None:
    """They are formatted, as wide as a page shows without scrolling, and a strict type checker accepts them."""
    ran = subprocess.run(
        [sys.executable, "-m", *command], cwd=programs, env=environment(), capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr

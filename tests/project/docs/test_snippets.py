"""Every Python block of the pages is a program, and runs on the emulator."""

import re
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from emissary_client_sdk import emulator, errors

from ...data.models.known import exported
from ...support.rawserver import PATIENCE
from .pages import EXAMPLES, ROOT, Block, all_blocks, blocks, environment
from .seeding import KEY, seeded_emulator

ERRORS = ROOT / "docs" / "errors.md"
LANGUAGES = {"python", "sh", "text", "yaml"}
LEARNED = ("docs/evaluation.md:", "docs/bulk.md:")
"""The programs of these pages need models that have learned; ``tests/programs/learning`` runs them."""

PYTHON = [block for block in all_blocks() if block.language == "python"]
TESTS = [block for block in PYTHON if "import pytest" in block.text or "\ndef test_" in block.text]
PROGRAMS = [block for block in PYTHON if block not in TESTS and not block.place.startswith(LEARNED)]


def place(block: Block) -> str:
    """Name a block in a test's id."""
    return block.place


def run(program: str, name: str) -> None:
    """Run a program as Python would, but in this process."""
    exec(compile(program, name, "exec", dont_inherit=True), {"__name__": "__main__"})  # noqa: S102  # our own pages


@pytest.fixture
def user_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Work in a directory with only the beginnings of the examples' data files, and with a key in the environment."""
    monkeypatch.setenv("EMISSARY_CLIENT_API_KEY", KEY)
    monkeypatch.chdir(tmp_path)
    for name in ("reviews.jsonl", "reviews.test.jsonl"):
        with (EXAMPLES / name).open("rb") as file:
            (tmp_path / name).write_bytes(b"".join(islice(file, 20)))


@pytest.mark.usefixtures("user_environment")
@pytest.mark.parametrize("block", PROGRAMS, ids=place)
def test_program_runs(block: Block, monkeypatch: pytest.MonkeyPatch) -> None:
    """It raises nothing on an emulator that has what its ids name."""
    if "http2=True" in block.text:
        pytest.importorskip("h2")
    if "import httpx2" in block.text:
        pytest.importorskip("httpx2")  # it needs a newer anyio than the package
    if "from mcp import" in block.text:
        pytest.importorskip("mcp")  # it needs a newer pydantic than the package
    with seeded_emulator(block.text) as (server, program):
        monkeypatch.setenv("EMISSARY_CLIENT_SERVER_URL", server.url)
        run(program, block.place)


def test_tests_of_the_pages_pass(tmp_path: Path) -> None:
    """Each block with tests passes under pytest; they share a process, which takes a second to start."""
    for block in TESTS:
        name = "test_" + re.sub(r"\W", "_", block.place)
        (tmp_path / f"{name}.py").write_text(block.text, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")  # no settings of a parent directory apply
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "emissary_client_sdk.testing"],
        cwd=tmp_path,
        env=environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"{sum(block.text.count('def test_') for block in TESTS)} passed" in ran.stdout


@pytest.mark.usefixtures("user_environment")
def test_program_with_errors(
    monkeypatch: pytest.MonkeyPatch, waits: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each branch of the program is taken for its error."""
    (block,) = (block for block in blocks(ERRORS) if "except errors.APIErrorNotFound" in block.text)
    with emulator.serve(api_key=KEY) as server:
        monkeypatch.setenv("EMISSARY_CLIENT_SERVER_URL", server.url)
        run(block.text, block.place)
        server.faults.add(status=409)
        run(block.text, block.place)
        server.faults.add(drop="after", times=None)
        run(block.text, block.place)
    found, refused, failed, doubtful = re.split(r"\n(?=refused|failed|the job may)", capsys.readouterr().out)
    assert found == "not found: there is no training job 'no-such-job' in project 'my-project'"
    assert refused.startswith("refused: 409 ")
    assert failed.startswith("failed: POST /v1/projects/my-project/training-jobs/no-such-job/cancel failed after 4 ")
    assert doubtful == "the job may be cancelled\n"
    assert len(waits) == 3


def test_tree_of_errors() -> None:
    """The page draws each class of the package under its base."""
    (tree,) = (block.text for block in blocks(ERRORS) if block.text.startswith("EmissaryClientError\n"))
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
    assert {"EmissaryClientError", *drawn} == set(exported(errors))


def test_every_block_has_a_language() -> None:
    """Otherwise a program without one would not be run."""
    assert {block.language for block in all_blocks()} <= LANGUAGES
    assert len(PYTHON) > 60


@pytest.mark.parametrize(
    "command",
    [["check", "--select", "B,E,F,SIM,UP,W", "--ignore", "SIM117"], ["format", "--check"]],
    ids=["lint", "format"],
)
def test_programs_are_clean(command: list[str], tmp_path: Path) -> None:
    """They are formatted to fit a page without scrolling; ``tests/project/typing`` runs the type checkers."""
    for block in PYTHON:
        (tmp_path / (re.sub(r"\W", "_", block.place) + ".py")).write_text(block.text, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff", command[0], "--isolated", "--no-cache", *command[1:], "."]
    ran = subprocess.run(ruff, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr

"""The fixtures as a user's tests meet them: each test here runs a pytest of its own, in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

import pytest

import emissary_client_sdk

SOURCE = str(Path(emissary_client_sdk.__file__).parents[1])
PLUGIN = ("-p", "emissary_client_sdk.testing")


class Session(Protocol):
    """Runs a pytest; gives its exit code and what it says."""

    def __call__(self, tests: str, *arguments: str) -> tuple[int, str]:
        """Write the tests, and run them."""
        ...


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Run tests in an empty directory, in which nothing of this repository's settings holds."""

    def run(tests: str, *arguments: str) -> tuple[int, str]:
        (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\n")
        (tmp_path / "test_it.py").write_text(textwrap.dedent(tests), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", *PLUGIN, *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": SOURCE, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_three_lines_are_a_test(session: Session) -> None:
    """A platform and a client are there, synchronous and asynchronous; each test has them as new."""
    code, said = session(
        """
        import asyncio

        import pytest

        BODY = {"base_model": "llama", "train_dataset_id": "data"}
        clients, urls = [], set()


        @pytest.mark.parametrize("number", [1, 2])
        def test_a_job(emissary_client, emissary_emulator, number):
            jobs = emissary_client.training_jobs
            assert jobs.list(project_id="p") == []
            job = jobs.create(project_id="p", request_body=BODY)
            assert jobs.wait(project_id="p", training_job_id=job.id).status == "Success"
            emissary_emulator.faults.add(status=503, times=None)  # which the next test must not meet
            clients.append(emissary_client)
            urls.add(emissary_emulator.url)


        def test_awaiting(emissary_client):
            async def main():
                return await emissary_client.training_jobs.list_async(project_id="p")

            assert asyncio.run(main()) == []


        def test_afterwards():
            assert "closed" in repr(clients[0])
            assert len(urls) == 1, "one server is enough"
        """
    )
    assert (code, "4 passed" in said) == (0, True), said


def test_faults_and_the_length_of_a_job(session: Session) -> None:
    """A test says how long a job takes, for itself or for its class, and what goes wrong."""
    code, said = session(
        """
        import pytest
        from emissary_client_sdk import errors

        BODY = {"base_model": "llama", "train_dataset_id": "data"}


        def create(client):
            return client.training_jobs.create(project_id="p", request_body=BODY)


        @pytest.mark.emissary(job_seconds=3600)
        class TestSlow:
            def test_pending(self, emissary_client):
                assert create(emissary_client).status == "Pending"

            @pytest.mark.emissary(job_seconds=0.05)
            def test_soon(self, emissary_client):
                job = create(emissary_client)
                jobs = emissary_client.training_jobs
                ended = jobs.wait(project_id="p", training_job_id=job.id, poll_interval_ms=10)
                assert ended.status == "Success"


        def test_at_once(emissary_client):
            assert create(emissary_client).status == "Success"


        def test_a_bad_day(emissary_client, emissary_emulator):
            emissary_emulator.faults.add(status=409)
            with pytest.raises(errors.SDKError):
                create(emissary_client)
        """
    )
    assert (code, "4 passed" in said) == (0, True), said


def test_a_marker_that_makes_no_sense(session: Session) -> None:
    """It is told of in one line."""
    code, said = session(
        """
        import pytest

        @pytest.mark.emissary(5)
        def test_without_a_name(emissary_emulator):
            pass

        @pytest.mark.emissary(speed=1)
        def test_another_name(emissary_emulator):
            pass

        @pytest.mark.emissary(job_seconds=-1)
        def test_another_value(emissary_emulator):
            pass
        """
    )
    assert (code, "3 errors" in said) == (1, True), said
    assert said.count("\nthe marker emissary takes one argument, by its name: job_seconds\n") == 2
    assert "\nthe marker emissary: job_seconds must be a number of seconds, zero or more, not -1\n" in said


def test_without_the_extra(session: Session) -> None:
    """A test that uses a fixture is told what to install; the others run."""
    code, said = session(
        """
        import sys

        sys.modules["uvicorn"] = None

        def test_it(emissary_client):
            pass

        def test_something_else():
            pass
        """
    )
    assert code == 1
    assert 'emissary_emulator needs uvicorn: pip install "emissary-client-sdk[testing]"' in said
    assert "1 passed, 1 error" in said
    assert "server.py" not in said


def test_a_project_that_does_not_use_it(session: Session) -> None:
    """The plugin costs next to nothing: it loads three files of the package, and no library."""
    code, said = session(
        """
        import sys

        def test_it():
            ours = {name for name in sys.modules if name.startswith("emissary")}
            assert ours == {f"emissary_client_sdk{end}" for end in ("", "._lazy", "._version", ".testing")}
            heavy = {"httpx", "pydantic", "starlette", "uvicorn", "anyio"}
            assert not heavy & set(sys.modules)
        """
    )
    assert code == 0, said


def test_pytest_lists_the_fixtures(session: Session) -> None:
    """They are described where a user looks for them."""
    _, said = session("", "--fixtures")
    assert re.search(r"^emissary_client -- \S+\n +Give a client of", said, re.MULTILINE), said
    assert re.search(r"^emissary_emulator -- \S+\n +Give a local Emissary platform", said, re.MULTILINE)
    assert "_emissary_emulators" not in said


def test_pytest_finds_it_by_itself() -> None:
    """Once the package is installed, pytest is told of the plugin."""
    (plugin,) = entry_points(group="pytest11", name="emissary")
    assert plugin.value == "emissary_client_sdk.testing"
    assert plugin.load().__all__ == ["emissary_client", "emissary_emulator"]


def test_a_program_that_imports_the_package_first(tmp_path: Path) -> None:
    """It may run pytest then, as a notebook does, and hears of no module that came too soon to be rewritten."""
    (tmp_path / "test_it.py").write_text("def test_it(emissary_client): pass\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    installed = tmp_path / "emissary_client_sdk-1.0.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: emissary-client-sdk\nVersion: 1.0.0\n")
    (installed / "RECORD").write_text("emissary_client_sdk/__init__.py,,\n")
    (installed / "entry_points.txt").write_text("[pytest11]\nemissary = emissary_client_sdk.testing\n")
    program = (
        "import sys; import emissary_client_sdk; import pytest;"
        'sys.exit(pytest.main(["-q", "-W", "error", "-p", "no:cacheprovider", "-p", "no:schemathesis"]))'
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), SOURCE])},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout + done.stderr


def test_many_processes(session: Session) -> None:
    """In each process of pytest-xdist there is a platform."""
    code, said = session(
        """
        import os

        def test_it(emissary_client):
            assert "PYTEST_XDIST_WORKER" in os.environ
            assert emissary_client.training_jobs.list(project_id="p") == []
        """,
        *["-p", "xdist.plugin", "-n1"],
    )
    assert (code, "1 passed" in said) == (0, True), said

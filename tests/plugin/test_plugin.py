"""The fixtures in a user's tests: each test here runs a pytest of its own, in a process of its own."""

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
    """Runs a pytest; returns its exit code and its output."""

    def __call__(self, tests: str, *arguments: str) -> tuple[int, str]:
        """Write the tests to a file and run them."""
        ...


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Return a function that runs tests in an empty directory, without the settings of this repository."""

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


def test_each_test_has_an_empty_platform(session: Session) -> None:
    """A synchronous and an asynchronous client reach it; one server is enough, and clients are closed."""
    code, output = session(
        """
        import asyncio

        import pytest

        BODY = {"base_model": "llama", "train_dataset_id": "data"}
        clients, urls = [], set()


        @pytest.mark.parametrize("number", [1, 2])
        def test_nothing_takes_time(emissary_client, emissary_emulator, number):
            jobs = emissary_client.training_jobs
            assert jobs.list(project_id="p") == []
            job = jobs.create(project_id="p", request_body=BODY)
            assert job.status == "Success"
            body = {"training_job_id": job.id, "checkpoint": 3, "name": "mine"}
            deployment = emissary_client.deployments.create(project_id="p", request_body=body)
            assert deployment.status == "Deployed"
            emissary_emulator.answers.set(model="mine", text="Hello.")
            answer = emissary_client.completions.create(model="mine", prompt="x")
            assert answer.choices[0].text == "Hello."
            emissary_emulator.faults.add(status=503, times=None)  # the next test must not receive it
            clients.append(emissary_client)
            urls.add(emissary_emulator.url)


        def test_async(emissary_client):
            async def main():
                return await emissary_client.training_jobs.list_async(project_id="p")

            assert asyncio.run(main()) == []


        def test_afterwards():
            assert "closed" in repr(clients[0])
            assert len(urls) == 1
        """
    )
    assert (code, "4 passed" in output) == (0, True), output


def test_marker_sets_the_pace_and_strictness(session: Session) -> None:
    """A test has its own settings, or those of its class."""
    code, output = session(
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

            @pytest.mark.emissary(deploy_seconds=3600)
            def test_slow_deployment(self, emissary_client):
                body = {"training_job_id": create(emissary_client).id, "checkpoint": 3}
                deployment = emissary_client.deployments.create(project_id="p", request_body=body)
                assert deployment.status == "Pending"


        @pytest.mark.emissary(strict=True)
        def test_strict(emissary_client):
            with pytest.raises(errors.APIErrorNotFound):
                create(emissary_client)


        def test_faults(emissary_client, emissary_emulator):
            assert create(emissary_client).status == "Success"
            emissary_emulator.faults.add(status=409)
            with pytest.raises(errors.SDKError):
                create(emissary_client)
        """
    )
    assert (code, "4 passed" in output) == (0, True), output


def test_invalid_marker(session: Session) -> None:
    """The error is one line."""
    code, output = session(
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
    assert (code, "3 errors" in output) == (1, True), output
    assert output.count("\nthe marker emissary accepts the keywords job_seconds, deploy_seconds, strict\n") == 2
    assert "\nthe marker emissary: job_seconds must be a number of seconds, zero or more, not -1\n" in output


def test_missing_extra(session: Session) -> None:
    """A test that uses a fixture fails with the extra's name; the others run."""
    code, output = session(
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
    assert 'emissary_emulator needs uvicorn; install the extra "testing"' in output
    assert "1 passed, 1 error" in output
    assert "server.py" not in output


def test_unused_plugin_imports_nothing(session: Session) -> None:
    """It loads no library, and only private modules of the package."""
    code, output = session(
        """
        import sys

        def test_it():
            ours = {name for name in sys.modules if name.startswith("emissary")}
            public = {name for name in ours if "._" not in name}
            assert public == {"emissary_client_sdk", "emissary_client_sdk.testing"}
            assert len(ours) <= 5
            heavy = {"httpx", "pydantic", "starlette", "uvicorn", "anyio"}
            assert not heavy & set(sys.modules)
        """
    )
    assert code == 0, output


def test_pytest_lists_the_fixtures(session: Session) -> None:
    """``pytest --fixtures`` describes them."""
    _, output = session("", "--fixtures")
    assert re.search(r"^emissary_client -- \S+\n +Yield a client of", output, re.MULTILINE), output
    assert re.search(r"^emissary_emulator -- \S+\n +Yield an empty local Emissary platform", output, re.MULTILINE)
    assert "_emissary_emulators" not in output


def test_pytest_finds_the_plugin() -> None:
    """The installed package has an entry point."""
    (plugin,) = entry_points(group="pytest11", name="emissary")
    assert plugin.value == "emissary_client_sdk.testing"
    assert plugin.load().__all__ == ["emissary_client", "emissary_emulator"]


def test_program_may_import_the_package_before_pytest(tmp_path: Path) -> None:
    """There is no warning that pytest cannot rewrite the assertions of the package."""
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


def test_every_process_has_a_platform(session: Session) -> None:
    """pytest-xdist starts several."""
    code, output = session(
        """
        import os

        def test_it(emissary_client):
            assert "PYTEST_XDIST_WORKER" in os.environ
            assert emissary_client.training_jobs.list(project_id="p") == []
        """,
        *["-p", "xdist.plugin", "-n1"],
    )
    assert (code, "1 passed" in output) == (0, True), output

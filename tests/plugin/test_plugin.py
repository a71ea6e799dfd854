"""The fixtures in a user's tests: each test here runs a pytest in a process of its own."""

import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import TypeAlias

import pytest

import emissary_client_sdk

SOURCE = str(Path(emissary_client_sdk.__file__).parents[1])
NO_CACHE = ["-q", "-W", "error", "-p", "no:cacheprovider"]
Session: TypeAlias = Callable[..., str]


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Return a function that runs tests without the settings of this repository, and returns the output.

    Its last line must be the expected summary.
    """

    def run(tests: str, summary: str, *arguments: str, command: tuple[str, ...] = ("-m", "pytest")) -> str:
        (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\n")
        (tmp_path / "test_it.py").write_text(textwrap.dedent(tests), encoding="utf-8")
        plugin = ["-p", "emissary_client_sdk.testing"] if command[0] == "-m" else []
        done = subprocess.run(
            [sys.executable, *command, *NO_CACHE, *plugin, *arguments],
            cwd=tmp_path,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(tmp_path), SOURCE]),
                **({"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} if plugin else {}),
            },
            capture_output=True,
            text=True,
            timeout=60,
        )
        output = done.stdout + done.stderr
        assert output.splitlines()[-1].startswith(summary), output
        return output

    return run


def test_each_test_has_an_empty_platform(session: Session) -> None:
    """A marker of a test or its class sets the pace and strictness; one server is enough, and clients are closed."""
    session(
        """
        import asyncio

        import pytest
        from emissary_client_sdk import errors

        clients, urls = [], set()


        def create(client):
            body = {"base_model": "llama", "train_dataset_id": "data"}
            return client.training_jobs.create(project_id="p", request_body=body)


        def deploy(client):
            body = {"training_job_id": "HF_MODEL", "checkpoint": 0, "name": "mine"}
            return client.deployments.create(project_id="p", request_body=body)


        @pytest.mark.parametrize("number", [1, 2])
        def test_nothing_takes_time(emissary_client, emissary_emulator, number):
            assert emissary_client.training_jobs.list(project_id="p") == []
            assert create(emissary_client).status == "Success"
            assert deploy(emissary_client).status == "Deployed"
            emissary_emulator.answers.set(model="mine", text="Hello.")
            answer = emissary_client.completions.create(model="mine", prompt="x")
            assert answer.choices[0].text == "Hello."
            emissary_emulator.faults.add(status=409, times=None)  # the next test must not receive it
            with pytest.raises(errors.SDKError):
                create(emissary_client)
            clients.append(emissary_client)
            urls.add(emissary_emulator.url)


        def test_async(emissary_client):
            assert asyncio.run(emissary_client.training_jobs.list_async(project_id="p")) == []


        def test_afterwards():
            assert "closed" in repr(clients[0])
            assert len(urls) == 1


        @pytest.mark.emissary(job_seconds=3600)
        class TestSlow:
            def test_pending(self, emissary_client):
                assert create(emissary_client).status == "Pending"

            @pytest.mark.emissary(deploy_seconds=3600)
            def test_slow_deployment(self, emissary_client):
                assert create(emissary_client).status == "Success"
                assert deploy(emissary_client).status == "Pending"


        @pytest.mark.emissary(strict=True)
        def test_strict(emissary_client):
            with pytest.raises(errors.APIErrorNotFound):
                create(emissary_client)
        """,
        "7 passed",
    )


def test_invalid_marker(session: Session) -> None:
    """The error is one line."""
    output = session(
        """
        import pytest

        @pytest.mark.parametrize("case", [
            pytest.param(0, marks=pytest.mark.emissary(5)),
            pytest.param(1, marks=pytest.mark.emissary(speed=1)),
            pytest.param(2, marks=pytest.mark.emissary(job_seconds=-1)),
        ])
        def test_it(emissary_emulator, case):
            pass
        """,
        "3 errors",
    )
    assert output.count("\nthe marker emissary accepts the keywords job_seconds, deploy_seconds, strict\n") == 2
    assert "\nthe marker emissary: job_seconds must be a number of seconds, zero or more, not -1\n" in output


def test_unused_plugin_imports_nothing(session: Session) -> None:
    """It loads no library and only private modules. Without the extra, only tests that use a fixture fail."""
    output = session(
        """
        import sys

        sys.modules["uvicorn"] = None

        def test_imports():
            ours = {name for name in sys.modules if name.startswith("emissary")}
            public = {name for name in ours if "._" not in name}
            assert public == {"emissary_client_sdk", "emissary_client_sdk.testing"}
            assert len(ours) <= 5
            assert not {"httpx", "pydantic", "starlette", "anyio"} & set(sys.modules)

        def test_fixture(emissary_client):
            pass
        """,
        "1 passed, 1 error",
    )
    assert 'emissary_emulator needs uvicorn; install the extra "testing"' in output
    assert "server.py" not in output


def test_pytest_lists_the_fixtures(session: Session) -> None:
    """``pytest --fixtures`` describes them."""
    output = session("", "no tests ran", "--fixtures")
    assert re.search(r"^emissary_client -- \S+\n +Yield a client of", output, re.MULTILINE), output
    assert re.search(r"^emissary_emulator -- \S+\n +Yield an empty local Emissary platform", output, re.MULTILINE)
    assert "_emissary_emulators" not in output


def test_pytest_finds_the_plugin() -> None:
    """The installed package has an entry point."""
    (plugin,) = entry_points(group="pytest11", name="emissary")
    assert plugin.value == "emissary_client_sdk.testing"
    assert plugin.load().__all__ == ["emissary_client", "emissary_emulator"]


def test_program_may_import_the_package_before_pytest(tmp_path: Path, session: Session) -> None:
    """There is no warning that pytest cannot rewrite the assertions of the package."""
    installed = tmp_path / "emissary_client_sdk-1.0.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: emissary-client-sdk\nVersion: 1.0.0\n")
    (installed / "RECORD").write_text("emissary_client_sdk/__init__.py,,\n")
    (installed / "entry_points.txt").write_text("[pytest11]\nemissary = emissary_client_sdk.testing\n")
    program = "import sys; import emissary_client_sdk; import pytest; sys.exit(pytest.main(sys.argv[1:]))"
    others = [f"-pno:{name}" for name in ("schemathesis", "hypothesispytest", "xdist", "pytest_cov")]
    session("def test_it(emissary_client): pass", "1 passed", *others, command=("-c", program))


def test_every_process_has_a_platform(session: Session) -> None:
    """pytest-xdist starts several."""
    session(
        """
        import os

        def test_it(emissary_client):
            assert "PYTEST_XDIST_WORKER" in os.environ
            assert emissary_client.training_jobs.list(project_id="p") == []
        """,
        "1 passed",
        *["-p", "xdist.plugin", "-n1"],
    )

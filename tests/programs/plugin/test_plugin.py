"""The fixtures in a user's tests: each test here runs a pytest, some of them in a process of its own."""

import importlib
import os
import sys
from importlib.metadata import entry_points
from pathlib import Path

import anyio
import pytest

import emissary_client_sdk

pytest_plugins = ["pytester"]

SOURCE = str(Path(emissary_client_sdk.__file__).parents[1])


@pytest.fixture(scope="module", autouse=True)
def _libraries() -> None:
    """Load anyio and NumPy before pytester, which drops new modules: a process must have one copy of each."""
    anyio.run(anyio.sleep, 0)
    importlib.import_module("emissary_client_sdk.evaluation._numeric.libraries")


@pytest.fixture(autouse=True)
def _settings(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run tests without the settings of this repository."""
    pytester.makeini("[pytest]\naddopts = --strict-markers -W error -p no:cacheprovider")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(pytester.path), SOURCE]))


def run(pytester: pytest.Pytester, tests: str, *arguments: str) -> pytest.RunResult:
    """Run tests with this plugin and no other; return the result."""
    pytester.makepyfile(tests)
    # In this process, the package is imported already.
    known = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    return pytester.runpytest_inprocess("-p", "emissary_client_sdk.testing", *known, *arguments)


def run_alone(pytester: pytest.Pytester, tests: str, *arguments: str) -> pytest.RunResult:
    """Do the same in a process of its own."""
    pytester.makepyfile(tests)
    return pytester.runpytest_subprocess("-p", "emissary_client_sdk.testing", *arguments)


def test_each_test_has_an_empty_platform(pytester: pytest.Pytester) -> None:
    """A marker of a test or its class sets the pace and strictness; one server is enough, and clients are closed."""
    result = run(
        pytester,
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
    )
    result.assert_outcomes(passed=7)


def test_invalid_marker(pytester: pytest.Pytester) -> None:
    """The error is one line."""
    result = run(
        pytester,
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
    )
    result.assert_outcomes(errors=3)
    output = result.stdout.str()
    assert output.count("\nthe marker emissary accepts the keywords job_seconds, deploy_seconds, strict, learn\n") == 2
    assert "\nthe marker emissary: job_seconds must be a number of seconds, zero or more, not -1\n" in output


def test_unused_plugin_imports_nothing(pytester: pytest.Pytester) -> None:
    """It loads no library and only private modules. Without the extra, only tests that use a fixture fail."""
    result = run_alone(
        pytester,
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
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines('emissary_emulator needs uvicorn; install the extra "testing"*')
    result.stdout.no_fnmatch_line("*server.py*")


def test_pytest_lists_the_fixtures(pytester: pytest.Pytester) -> None:
    """``pytest --fixtures`` describes them."""
    result = run(pytester, "", "--fixtures")
    result.stdout.fnmatch_lines(
        ["emissary_emulator -- *", "    Yield an empty local Emissary platform*"], consecutive=True
    )
    result.stdout.fnmatch_lines(["emissary_client -- *", "    Yield a client of*"], consecutive=True)
    result.stdout.no_fnmatch_line("*_emissary_emulators*")


def test_pytest_finds_the_plugin() -> None:
    """The installed package has an entry point."""
    (plugin,) = entry_points(group="pytest11", name="emissary")
    assert plugin.value == "emissary_client_sdk.testing"
    assert plugin.load().__all__ == ["emissary_client", "emissary_emulator", "emissary_gate"]


def test_gate_fails_a_test_with_its_reason(pytester: pytest.Pytester) -> None:
    """A report that reaches its minimums passes; unknown names are errors."""
    result = run(
        pytester,
        """
        import pytest
        from emissary_client_sdk.evaluation import evaluate_texts

        report = evaluate_texts(["a", "b"], ["a", "c"], model="m")

        def test_good(emissary_gate):
            emissary_gate(report, exact_match=0.5)

        def test_bad(emissary_gate):
            emissary_gate(report, exact_match=0.6)

        def test_invalid(emissary_gate):
            for minimum in ({}, {"accuracy": 0.5}):
                with pytest.raises(ValueError, match="exact_match, score"):
                    emissary_gate(report, **minimum)
        """,
    )
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines("TextReport(model='m', records=2, failed=0): exact_match is 0.5, below the minimum 0.6")


def test_program_may_import_the_package_before_pytest(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no warning that pytest cannot rewrite the assertions of the package."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    installed = pytester.mkdir("emissary_client_sdk-1.0.0.dist-info")
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: emissary-client-sdk\nVersion: 1.0.0\n")
    (installed / "RECORD").write_text("emissary_client_sdk/__init__.py,,\n")
    (installed / "entry_points.txt").write_text("[pytest11]\nemissary = emissary_client_sdk.testing\n")
    pytester.makepyfile("def test_it(emissary_client): pass")
    others = [
        f"-pno:{name}" for name in ("schemathesis", "hypothesispytest", "xdist", "pytest_cov", "langsmith_plugin")
    ]
    program = "import sys; import emissary_client_sdk; import pytest; sys.exit(pytest.main(sys.argv[1:]))"
    pytester.run(sys.executable, "-c", program, *others).assert_outcomes(passed=1)


def test_every_process_has_a_platform(pytester: pytest.Pytester) -> None:
    """pytest-xdist starts several."""
    tests = """
        import os

        def test_it(emissary_client):
            assert "PYTEST_XDIST_WORKER" in os.environ
            assert emissary_client.training_jobs.list(project_id="p") == []
    """
    run_alone(pytester, tests, "-p", "xdist.plugin", "-n1").assert_outcomes(passed=1)

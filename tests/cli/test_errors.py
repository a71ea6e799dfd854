"""Exit codes, and errors in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import EmissaryClient
from emissary_client_sdk.cli import showing

from ..support.answers import KEY
from ..support.rawserver import refusing_url

if TYPE_CHECKING:
    from .conftest import Emissary

pytestmark = pytest.mark.usefixtures("waits")


def test_a_refusal(emissary: Emissary) -> None:
    """What the platform says, with the status."""
    ran = emissary("jobs", "show", "j")
    assert ran == (1, "", "emissary: there is no training job 'j' in project 'p' (status 404)\n")


def test_an_error_that_is_not_the_platforms_own(emissary: Emissary) -> None:
    """The body is shown, in one line, as far as it explains anything."""
    emissary.server.faults.add(status=403, body="<h1>\n Forbidden\x1b[2J</h1>" + "x" * 1000)
    ran = emissary("jobs", "list")
    assert ran.code == 1
    assert ran.err.startswith("emissary: API error occurred (status 403): <h1> Forbidden�[2J</h1>xxx")
    assert len(ran.err) < 600
    emissary.server.faults.add(status=403, body="")
    assert emissary("jobs", "list").err == "emissary: API error occurred (status 403)\n"


def test_no_answer(emissary: Emissary) -> None:
    """A server that is not there has an exit code of its own."""
    with refusing_url() as url:
        ran = emissary("jobs", "list", "--server-url", url)
    assert (ran.code, ran.out) == (4, "")
    assert "No response after 4 attempts: ConnectError" in ran.err


@pytest.mark.parametrize(("fault", "code"), [({"drop": "after"}, 4), ({"status": 500}, 1)])
def test_a_creation_that_is_in_doubt(emissary: Emissary, fault: dict[str, Any], code: int) -> None:
    """Where the job may exist all the same, that is said."""
    emissary.server.faults.add(operation="create", times=None, **fault)
    ran = emissary("jobs", "create", "llama", "--train-dataset", "ds")
    assert ran.code == code
    assert "may have been created all the same: see emissary jobs list" in ran.err
    emissary.server.faults.clear()
    emissary.server.faults.add(operation="create", status=400)
    assert "all the same" not in emissary("jobs", "create", "llama", "--train-dataset", "ds").err


def test_the_request_id_is_told() -> None:
    """It is what the platform's support asks for."""
    from emissary_client_sdk import errors
    from emissary_client_sdk.cli.outcome import told

    error = errors.SDKError("no", 500, headers={"x-request-id": "r1"})
    assert told(error)[1] == "no (status 500, request r1)"


@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        (["jobs", "list"], {"EMISSARY_CLIENT_API_KEY": ""}, "there is no API key: set the environment variable"),
        (["jobs", "list"], {"EMISSARY_CLIENT_API_KEY": "sécret"}, "api_key has a character that is not ASCII"),
        (["jobs", "list", "--server-url", "nonsense"], {}, "server_url must be a URL"),
        (["jobs", "list", "--project", ""], {}, "project_id must not be empty"),
        (["jobs", "wait", "j", "--interval", "0"], {}, "poll_interval_ms must be a finite number above zero"),
        (["jobs", "list"], {"EMISSARY_PROJECT_ID": None}, "Missing option '--project'"),
        (["jobs", "show"], {}, "Missing argument 'JOB'"),
        (["jobs", "list", "--api-key", "k"], {}, "No such option"),
        (["jobs"], {}, ""),
        ([], {}, ""),
    ],
)
def test_wrong_usage(
    emissary: Emissary, arguments: list[str], environment: dict[str, str | None], message: str
) -> None:
    """The exit code is that of wrong usage, and a key is not shown."""
    emissary.environment |= environment
    ran = emissary(*arguments)
    assert ran.code == 2
    assert message in ran.err
    assert "cret" not in ran.err + ran.out


def test_something_unexpected(emissary: Emissary, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told of in a line, and with a traceback only where that is asked for."""

    def fail(*_: object) -> None:
        raise RuntimeError("what is\nthis")

    monkeypatch.setattr(showing, "write_jobs", fail)
    assert emissary("jobs", "list") == (1, "", "emissary: RuntimeError: what is this (--debug shows where)\n")
    ran = emissary("jobs", "list", "--debug")
    assert ran.code == 1
    assert ran.err.startswith("Traceback (most recent call last):\n")
    assert KEY not in ran.err


def test_ctrl_c_while_waiting(emissary: Emissary, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code is the shells' own, and the job goes on."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    job = emissary.create()
    with EmissaryClient(KEY) as client:
        monkeypatch.setattr(type(client.training_jobs), "wait", stop)
    ran = emissary("jobs", "wait", job)
    assert ran.code == 130
    assert ran.err == (
        f"emissary: the training job goes on; to wait again: emissary jobs wait {job}\nemissary: stopped\n"
    )


def test_version_and_help(emissary: Emissary) -> None:
    """The help says what the exit codes mean, and why there is no option for the key."""
    assert emissary("--version").out == "emissary 1.0.0\n"
    said = emissary("--help").out
    for code in ("0  done", "1  the platform", "2  the command", "3  the training", "4  no answer", "130  stopped"):
        assert code in said
    assert "EMISSARY_CLIENT_API_KEY" in said
    for command in ("create", "list", "show", "cancel", "delete", "checkpoints", "wait", "watch", "loss"):
        assert emissary("jobs", command, "--help").code == 0


def test_the_emulator_has_its_own_help(emissary: Emissary) -> None:
    """Its options are those of its own command line."""
    ran = emissary("emulator", "--help")
    assert (ran.code, "--job-seconds" in ran.out) == (0, True)

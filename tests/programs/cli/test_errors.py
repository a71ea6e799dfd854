"""Exit codes and error messages."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest

from emissary_client_sdk.cli import command
from emissary_client_sdk.cli.app import program
from emissary_client_sdk.trainingjobs import TrainingJobs

from ...support.answers import KEY
from ...support.rawserver import refusing_url
from .conftest import BASE_MODEL

if TYPE_CHECKING:
    from .conftest import Emissary

pytestmark = pytest.mark.usefixtures("waits")
CLI_PAGE = (Path(__file__).parents[3] / "docs" / "cli.md").read_text(encoding="utf-8")
CREATE = ("jobs", "create", BASE_MODEL, "--train-dataset", "ds")


def test_errors_are_json_with_json(emissary: Emissary) -> None:
    """The message is that for people; the status and the exit code are separate."""
    made = emissary("jobs", "show", "j")
    error = emissary("jobs", "show", "j", "--json").error
    assert (made.out, made.err) == ("", f"emissary: {error['message']}\n")
    assert (error["type"], error["exit_code"], error["status_code"]) == ("APIErrorNotFound", 1, 404)
    assert emissary("jobs", "show", "--json").error["message"].startswith("Missing argument 'JOB'.")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("EMISSARY_CLIENT_API_KEY", "", "no API key: set the environment variable EMISSARY_CLIENT_API_KEY"),
        ("EMISSARY_CLIENT_API_KEY", "sécret", "EMISSARY_CLIENT_API_KEY"),
        ("EMISSARY_PROJECT_ID", None, "Missing option '-p' / '--project' (env var: 'EMISSARY_PROJECT_ID')."),
    ],
)
def test_invalid_environment(emissary: Emissary, name: str, value: str | None, message: str) -> None:
    """The message names the variable and does not show the key."""
    made = emissary("jobs", "list", env={name: value})
    assert (made.code, made.out, message in made.err, "cret" in made.err) == (2, "", True, False)


def test_untrusted_error_body_is_one_harmless_line(emissary: Emissary) -> None:
    """Control characters are replaced."""
    emissary.server.faults.add(status=403, body="<h1>\n Forbidden\x1b[2J</h1>")
    made = emissary("jobs", "list")
    assert (made.code, "Forbidden�[2J</h1>" in made.err, made.err.count("\n")) == (1, True, 1)


def test_file_that_is_missing(emissary: Emissary) -> None:
    """The message has its name, and not the number of the error."""
    made = emissary("classify", "m", "--input", "missing.jsonl", "--output", "answers.jsonl")
    assert made == (2, "", "emissary: missing.jsonl: No such file or directory\n")


def test_no_response(emissary: Emissary) -> None:
    """It has an exit code of its own."""
    with refusing_url() as url:
        made = emissary("jobs", "list", "--server-url", url, "--json")
    assert (made.code, made.error["exit_code"], url in made.error["message"]) == (4, 4, True)


@pytest.mark.parametrize(("fault", "code"), [({"drop": "after"}, 4), ({"status": 500}, 1)])
def test_create_without_a_clear_result(emissary: Emissary, fault: dict[str, Any], code: int) -> None:
    """The message says that the job may exist, and how to find out."""
    emissary.server.faults.add(operation="training_jobs.create", times=None, **fault)
    made = emissary(*CREATE)
    assert (made.code, "may have been created nevertheless: see emissary jobs list -p p\n" in made.err) == (code, True)
    assert emissary(*CREATE, "--json").error["request_may_have_been_processed"] is True
    emissary.server.faults.clear()
    emissary.server.faults.add(operation="training_jobs.create", status=400)
    assert "nevertheless" not in emissary(*CREATE).err


def test_unexpected_error(emissary: Emissary, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, and with ``--debug`` the traceback."""

    def fail(*_: object) -> None:
        raise RuntimeError("what is\nthis")

    monkeypatch.setattr(command, "write_table", fail)
    message = "emissary: RuntimeError: what is this (--debug shows the traceback)\n"
    assert emissary("jobs", "list") == (1, "", message)
    made = emissary("jobs", "list", "--debug")
    assert made.err.startswith("Traceback (most recent call last):\n")
    assert (made.code, made.err.endswith(message), KEY in made.err) == (1, True, False)


def test_interrupted_wait(emissary: Emissary, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code is that of shells, and the message says how to continue."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    job = emissary.create_job(name="mine")
    monkeypatch.setattr(TrainingJobs, "wait", stop)
    made = emissary("--server-url", emissary.server.url, "jobs", "wait", "mine")
    again = f"emissary jobs wait {job} -p p --server-url {emissary.server.url}"
    assert made == (130, "", f"emissary: interrupted; it continues on the platform. To wait again: {again}\n")
    monkeypatch.setattr(TrainingJobs, "list", stop)
    assert emissary("jobs", "list", "--json").error["message"] == "interrupted"


def test_emulator_that_cannot_start(emissary: Emissary) -> None:
    """The exit code and the message are those of the emulator's own command line."""
    port = emissary.server.url.rpartition(":")[2]
    made = emissary("emulator", "--port", port)
    assert (made.code, made.out) == (2, "")
    assert f"cannot listen on 127.0.0.1, port {port}" in made.err


def test_every_command_has_help(emissary: Emissary) -> None:
    """The page of the command line names each command; each help fits 80 columns and has examples that parse."""
    root = emissary("-h").out
    assert root == emissary("--help").out
    assert all(text in root for text in ("0  success", "130  interrupted", "EMISSARY_CLIENT_API_KEY"))
    context = click.Context(program)
    for name in program.list_commands(context):
        command = program.get_command(context, name)
        below = [[name, word] for word in command.commands] if isinstance(command, click.Group) else []
        for words in [[name], *below]:
            made = emissary(*words, "--help")
            assert (made.code, max(map(len, made.out.splitlines())) <= 80) == (0, True), made.out
            assert f"`{words[-1]}" in CLI_PAGE
            examples = re.findall(r"^ +emissary (.*)", made.out.partition("Examples:\n")[2], re.MULTILINE)
            assert examples or name == "emulator"
            for example in examples:
                assert emissary(*shlex.split(example.partition(" < ")[0]), "--help").code == 0, example
    assert "--wait  " in emissary("jobs", "create", "-h").out
    assert "--job-seconds" in emissary("emulator", "--help").out

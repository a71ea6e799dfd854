"""Exit codes and error messages."""

import json
import sys
import traceback
from enum import IntEnum
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError

import emissary_client_sdk as sdk

from .._plaintext import one_line

EXIT_CODES = """\
\b
Exit codes:
    0  success
    1  request refused, below a minimum, or an unexpected error
    2  invalid command line, file or settings
    3  training job, deployment or engine failed
    4  no response, or a wait timed out
  130  interrupted with Ctrl-C
"""


class ExitCode(IntEnum):
    """The exit codes of the command."""

    SUCCESS = 0
    ERROR = 1
    USAGE = 2
    FAILED = 3
    NO_RESPONSE = 4
    INTERRUPTED = 130


class Interrupted(Exception):
    """The user pressed Ctrl-C; the message says what continues and how to resume."""


class InvalidInput(click.ClickException):
    """An argument, a file or an answer is invalid; nothing was sent."""


class BelowMinimum(Exception):
    """A model is not as good as it has to be."""


class Failed(Exception):
    """A training job, deployment or engine failed on the platform."""


def report(error: BaseException, *, as_json: bool, debug: bool) -> ExitCode:
    """Write an error to standard error and return its exit code.

    :param as_json: Write one line of JSON instead of a message for people.
    :param debug: Write the traceback too.
    """
    if debug:
        traceback.print_exception(error)
    code, text = _describe(error)
    if as_json:
        sys.stderr.write(json.dumps({"error": _details(error, code, text)}) + "\n")
    elif isinstance(error, click.UsageError) and sys.stderr.isatty():
        error.show()  # with the usage of the command
    else:
        sys.stderr.write(f"emissary: {text}\n")
    return code


def _describe(error: BaseException) -> tuple[ExitCode, str]:
    errors = sdk.errors
    text = one_line(str(error))
    if isinstance(error, (click.Abort, Interrupted)):
        return ExitCode.INTERRUPTED, text or "interrupted"
    if isinstance(error, (Failed, errors.TrainingJobEndedError, errors.DeploymentFailedError)):
        return ExitCode.FAILED, text
    if isinstance(error, errors.MetricNotFoundError) and not error.available:
        return ExitCode.FAILED, text
    if isinstance(error, click.UsageError):
        return ExitCode.USAGE, _usage(error)
    if isinstance(error, errors.MissingAPIKeyError):
        return ExitCode.USAGE, (
            "no API key: set the environment variable EMISSARY_CLIENT_API_KEY or EMISSARY_API_KEY,"
            " or run emissary login"
        )
    if isinstance(error, (errors.NoResponseError, errors.WaitTimeoutError)):
        return ExitCode.NO_RESPONSE, text
    if isinstance(error, errors.DatasetError):
        return ExitCode.USAGE, one_line(f"{str(error).splitlines()[0]}; nothing was sent")
    if isinstance(error, (click.ClickException, ValueError, OSError, ImportError)):
        return ExitCode.USAGE, _invalid(error)
    if isinstance(error, (BelowMinimum, errors.EmissaryClientError)):
        return ExitCode.ERROR, text
    return ExitCode.ERROR, f"{type(error).__name__}: {text} (--debug shows the traceback)"


def _usage(error: click.UsageError) -> str:
    text = "Missing command." if isinstance(error, NoArgsIsHelpError) else one_line(error.format_message())
    end = "" if text.endswith((".", "?")) else "."
    return f"{text}{end} See {error.ctx.command_path} --help." if error.ctx else text


def _invalid(error: Exception) -> str:
    errors = getattr(error, "errors", None)  # pydantic's
    if isinstance(error, OSError) and error.filename is not None:
        return one_line(f"{error.filename}: {error.strerror}")  # without its number
    if not callable(errors):
        return one_line(str(error))
    problems: Any = errors(include_url=False, include_context=False, include_input=False)
    # A value that could have several types has one problem for each of them; the first is enough.
    by_place = {
        ".".join(map(str, one["loc"][:2])): one["msg"].removeprefix("Value error, ") for one in reversed(problems)
    }
    return one_line("; ".join(f"{place}: {message}" for place, message in reversed(by_place.items())))


def _details(error: BaseException, code: ExitCode, text: str) -> dict[str, Any]:
    names = ("status_code", "request_id", "request_may_have_been_processed")
    known = {name: getattr(error, name) for name in names if hasattr(error, name)}
    if isinstance(error, sdk.errors.DatasetError):
        known["problems"] = error.report.to_dict()["problems"]
    return {"type": type(error).__name__, "message": text, "exit_code": int(code), **known}

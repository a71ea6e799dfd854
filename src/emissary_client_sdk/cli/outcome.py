"""How a sub-command ends: its exit code, and what it says of an error."""

import sys
import traceback
from collections.abc import Callable
from enum import IntEnum
from functools import wraps
from typing import ParamSpec

import typer

from .. import errors
from .text import clean

P = ParamSpec("P")

_SHOWN_OF_BODY = 500  # characters of an error body that is not the platform's own


class ExitCode(IntEnum):
    """What a script can tell apart."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    ENDED_BADLY = 3
    NO_ANSWER = 4
    INTERRUPTED = 130


class UsageError(Exception):
    """What the caller gave cannot be right; the message says what to do."""


def note(text: str) -> None:
    """Say something to people; standard output belongs to the result."""
    sys.stderr.write(f"emissary: {text}\n")


def reported(command: Callable[P, None]) -> Callable[P, None]:
    """Let a sub-command end with an exit code and one line instead of a traceback, unless that is asked for."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
            sys.stdout.flush()
        except (typer.Exit, BrokenPipeError):
            raise  # an end that was meant; and somebody who has read enough of the output
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  # nobody wants a traceback of this program
            if kwargs.get("debug"):
                traceback.print_exc()
            code, text = told(error)
            note(text)
            raise typer.Exit(code) from None

    return run


def told(error: BaseException) -> tuple[ExitCode, str]:
    """Give the exit code of an error, and what to say of it."""
    if isinstance(error, KeyboardInterrupt):
        return ExitCode.INTERRUPTED, "stopped"
    if isinstance(error, errors.MissingAPIKeyError):
        return ExitCode.USAGE, "there is no API key: set the environment variable EMISSARY_CLIENT_API_KEY"
    if isinstance(error, errors.SDKError):
        return ExitCode.REFUSED, _refusal(error)
    if isinstance(error, (errors.NoResponseError, errors.WaitTimeoutError)):
        return ExitCode.NO_ANSWER, clean(str(error))
    if isinstance(error, (ValueError, UsageError)):
        return ExitCode.USAGE, _mistake(error)
    return ExitCode.REFUSED, f"{type(error).__name__}: {clean(str(error))} (--debug shows where)"


def _refusal(error: errors.SDKError) -> str:
    text = f"{error.message} (status {error.status_code}"
    text += f", request {error.request_id})" if error.request_id else ")"
    if not hasattr(error, "data") and error.body:
        text += f": {error.body[:_SHOWN_OF_BODY]}"
    return clean(text)


def _mistake(error: ValueError | UsageError) -> str:
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return clean(str(error))
    found = error.errors(include_url=False, include_context=False, include_input=False)
    # A value of several possible types gives a complaint for each of them, at one place.
    places = {".".join(map(str, one["loc"][:2])): one["msg"] for one in reversed(found)}
    return clean("; ".join(f"{place}: {message}" for place, message in reversed(places.items())))

"""The emulator on the command line: ``python -m emissary_client_sdk.emulator --help``."""

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .._version import __version__
from .server import serve
from .store import DatabaseError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the emulator until SIGINT or SIGTERM.

    :param arguments: The command line without the program's name; None is that of the process.
    :return: The exit code: 0, or 2 if the emulator cannot start with these options.
    """
    options = _parser().parse_args(arguments)
    try:
        # Each option is an argument.
        with _stop_signals() as stopped, serve(**vars(options)) as server, _logged_requests():
            kind = "It trains small models." if options.learn else "Nothing is trained here."
            key = "any that is not empty" if options.api_key is None else "the one of --api-key"
            sys.stdout.write(
                f"Emissary emulator {__version__}: a local stand-in for the Emissary platform. {kind}\n"
                f"  URL       {server.url}\n"
                f"  database  {Path(options.database).absolute()}\n"
                f"  key       {key}\n"
                f"  times     a job takes {options.job_seconds:g} s, a deployment {options.deploy_seconds:g} s\n"
                "Stop it with Ctrl-C.\n"
            )
            sys.stdout.flush()
            while not stopped.wait(0.5):  # an unlimited wait cannot be interrupted on Windows
                pass
    except OSError as error:
        reason = f"cannot listen on {options.host}, port {options.port}: {error.strerror or error}"
    except (DatabaseError, ValueError, ImportError) as error:
        reason = str(error)
    else:
        return 0
    sys.stderr.write(f"emissary emulator: {reason}\n")
    return 2


@contextmanager
def _stop_signals() -> Generator[threading.Event]:
    """Yield an event that SIGINT and SIGTERM set; restore their handlers afterwards."""
    stopped = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda _number, _frame: stopped.set()) for number in signals]
    try:
        yield stopped
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m emissary_client_sdk.emulator",
        description="A local stand-in for the Emissary platform. Without --learn, nothing is trained.",
    )
    default = " [default: %(default)s]"
    parser.add_argument("--port", type=int, default=8765, help=f"Port to listen on; 0 is any free one.{default}")
    parser.add_argument("--host", default="127.0.0.1", help=f"Address to listen on.{default}")
    parser.add_argument("--database", default="jobs.sqlite", help=f"SQLite file that keeps everything.{default}")
    parser.add_argument("--job-seconds", type=float, default=10.0, help=f"Time that a job takes.{default}")
    parser.add_argument(
        "--deploy-seconds",
        type=float,
        default=5.0,
        help=f"Time that an engine or a deployment takes to start.{default}",
    )
    parser.add_argument("--strict", action="store_true", help="Refuse projects, datasets and models that do not exist.")
    parser.add_argument(
        "--learn", action="store_true", help="Train small, real models on the datasets; needs the extra learning."
    )
    parser.add_argument("--api-key", help="The only accepted key; by default, any key is accepted.")
    return parser


@contextmanager
def _logged_requests() -> Generator[None]:
    """Write the log of requests to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log = logging.getLogger("emissary_client_sdk.emulator")
    before = log.level, log.propagate
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(before[0])
        log.propagate = before[1]


if __name__ == "__main__":
    sys.exit(main())

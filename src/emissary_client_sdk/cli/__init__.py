"""The command ``emissary``, from the extra ``cli``: the platform from a terminal or a script.

It uses only the public package. ``docs/cli.md`` describes it.
"""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Any, NoReturn, cast

from .._extras import missing_extra

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and exit.

    :param arguments: The command line without the name of the program; by default, that of the process.
    :raises SystemExit: Always, with the exit code.
    """
    is_own_process = arguments is None
    if is_own_process:
        # With click and rich installed, httpx imports its own command line: a sixth of the start-up time.
        cast("dict[str, Any]", sys.modules).setdefault("httpx._main", None)
    try:
        from .app import run
    except ModuleNotFoundError as error:
        sys.stderr.write(f"emissary: {missing_extra('The command line', error.name or 'a package', 'cli')}\n")
        sys.exit(2)
    code = run(sys.argv[1:] if arguments is None else arguments)
    if is_own_process:
        gc.freeze()  # at its exit, the interpreter would search all modules for garbage: a tenth of the time
    sys.exit(code)

"""The command ``emissary``, of the extra ``cli``: training jobs from a terminal or a script.

It uses of the package what any caller may use. ``docs/cli.md`` describes it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command, and exit.

    :param arguments: the command line without the program's name; None is that of the process.
    :raises SystemExit: always, with the exit code.
    """
    try:
        from .app import app
    except ModuleNotFoundError as error:
        sys.stderr.write(f'emissary: the command line needs {error.name}: pip install "emissary-client-sdk[cli]"\n')
        sys.exit(2)
    # The name is said outright, for by ``python -m`` the completion of the shells would be looked for under another.
    sys.exit(app(args=arguments, prog_name="emissary"))

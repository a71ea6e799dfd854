"""Write the generated modules and reference pages that have changed, and list them.

With ``--check``, only list them and exit with 1 if there are any.
"""

import argparse
import sys
from pathlib import Path

from .modelcode import modules

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Write or check the modules and the pages."""
    parser = argparse.ArgumentParser(description="Generate modules of the package, and the reference pages.")
    parser.add_argument("--check", action="store_true", help="list what is not current")
    is_check = parser.parse_args().check
    changed = _update(modules(), is_check)
    from .pages import pages, stale  # after the modules, because it imports the package

    changed += _update(pages(), is_check)
    for path in stale():
        changed.append(path)
        if not is_check:
            path.unlink()
    for path in changed:
        print(path.relative_to(ROOT))  # noqa: T201  # a command
    return 1 if is_check and changed else 0


def _update(generated: dict[Path, str], is_check: bool) -> list[Path]:
    """Return the files that are not current, and write them unless they are only checked."""
    changed = [path for path, text in generated.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in [] if is_check else changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(generated[path], encoding="utf-8")
    return changed


if __name__ == "__main__":
    sys.exit(main())

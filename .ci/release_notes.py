"""Print the notes of a release, its section of ``CHANGELOG.md``: ``python .ci/release_notes.py v1.2.3``.

It fails if the tag is not the version of the package, or if the changelog has no dated section with this version.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def release_notes(tag: str, root: Path = ROOT) -> str:
    """Return the section of a tag in the changelog, without its heading.

    :raises SystemExit: Tag, version of the package and changelog do not agree.
    """
    source = (root / "src" / "emissary_client_sdk" / "_version.py").read_text(encoding="utf-8")
    version = re.findall(r'__version__ = "(.+)"', source)[0]
    if tag != f"v{version}":
        sys.exit(f"the tag is {tag}, but the version in _version.py is {version}")
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d\n"
    found = re.search(rf"{heading}(.+?)(?=^## |^\[|\Z)", changelog, re.MULTILINE | re.DOTALL)
    if found is None:
        sys.exit(f"CHANGELOG.md has no section [{version}] with a date")
    return found[1].strip() + "\n"


if __name__ == "__main__":
    sys.stdout.write(release_notes(sys.argv[1]))

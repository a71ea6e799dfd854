"""Imports run one way: a file imports only what lies below its own part of the package."""

from pathlib import Path

import pytest

from .source import FILES, NAME, PACKAGE, imports

LAYERS = [
    {"types", "_display", "_validation", "_version", "_wire"},  # lists and models display themselves
    *[{"errors", "models"}, {"utils"}, {"httpclient"}, {"hooks"}, {"_auth"}, {"_transport"}, {"_call"}],
    *[{"sdkconfiguration"}, {"_datafiles", "_download", "evaluation", "_flows"}],
    {
        *["basemodels", "chat", "classification", "completions", "datasets", "deployments", "embeddings", "engines"],
        *["projects", "testingfunctions", "trainingjobs"],
    },
    *[{"_run"}, {"sdk"}, {"__init__"}, {"cli", "emulator", "testing"}],
]
"""The parts from the lowest to the highest; those of one layer may import each other."""

RANKS = {part: rank for rank, layer in enumerate(LAYERS) for part in layer}
RANKS["_hooks"] = RANKS["hooks"]  # the former name
EXTRAS = LAYERS[-1]
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())


def part_of(path: Path) -> str:
    """Return the part that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].partition(".")[0]


def imported_parts(path: Path) -> set[tuple[str, str]]:
    """Return the other parts that a file imports, each with the dotted name."""
    ours = [module for module in imports(path) if module.partition(".")[0] == NAME]
    parts = {(module.split(".")[1] if module.count(".") else "__init__", module) for module in ours}
    known = {(part if part in RANKS else "__init__", module) for part, module in parts}
    return {(part, module) for part, module in known if part != part_of(path)}


@each_file
def test_imports_run_one_way(path: Path) -> None:
    """A file imports, early or late, nothing of a higher part. What only a type checker imports does not count."""
    own = part_of(path)
    assert [module for part, module in imported_parts(path) if RANKS[part] > RANKS[own]] == []


def test_extras_import_the_public_package() -> None:
    """The extras import of the SDK what any program may import, and nothing else imports them."""
    for path in FILES:
        for part, module in imported_parts(path):
            if part_of(path) in EXTRAS and part not in EXTRAS:
                private = [name for name in module.split(".")[1:] if name.startswith("_") and not name.startswith("__")]
                assert private in ([], ["_version"]), (path, module)
            assert part not in EXTRAS or part_of(path) in EXTRAS, (path, module)

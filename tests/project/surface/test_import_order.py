"""Imports run downwards in the order that CONTRIBUTING.md draws, and never in a circle."""

import graphlib
import re
from collections.abc import Mapping

from .source import MODULES, NAME, PACKAGE, graph

TEXT = (PACKAGE.parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
DRAWN = [block for block in re.findall(r"^```text\n(.+?)^```", TEXT, re.MULTILINE | re.DOTALL) if " → " in block]
ROOMS, WITHIN_CALL = ([set(layer.split(", ")) for layer in re.split(r"\s+→\s+", drawn.strip())] for drawn in DRAWN)
"""The rooms of the package, and the modules of ``_call``, from the lowest to the highest."""

DOORS = {(f"{NAME}.models", f"{NAME}.errors"), (f"{NAME}.models", f"{NAME}.errors.bodies")}
"""Names that are importable from two places: ``models`` has those of the errors, as in release 0.4."""

CARRIED = {(f"{NAME}.errors.unsent", f"{NAME}._datafiles.report")}
"""An annotation names what an error carries."""

EXTRAS = {"emulator", "mcpserver", "cli", "testing"}


def room_of(module: str) -> str:
    """Return the room of a module, as CONTRIBUTING.md names it."""
    name = module.split(".")[1] if module != NAME else "__init__"
    text = MODULES[module].read_text(encoding="utf-8")
    is_resource = re.search(r"= (Operation|creation|inference)\(", text) is not None
    return "resources" if is_resource and module.count(".") == 1 else {"_hooks": "hooks"}.get(name, name)


def upwards(order: list[set[str]], names: Mapping[str, str]) -> set[tuple[str, str]]:
    """Return the imports among modules, whose names in the order are given, that do not run downwards."""
    rank = {name: number for number, layer in enumerate(order) for name in layer}
    imports = {(module, found) for module in names for found in graph()[module] & names.keys()}
    return {
        (module, found)
        for module, found in imports
        if names[module] != names[found] and rank[names[module]] <= rank[names[found]]
    }


def test_rooms_import_downwards() -> None:
    """A room imports lower ones only, early, late or for type checkers."""
    assert upwards(ROOMS, {module: room_of(module) for module in MODULES}) == DOORS | CARRIED


def test_modules_of_a_call_import_downwards() -> None:
    """The same holds within ``_call``."""
    prefix = f"{NAME}._call."
    names = {module: module.removeprefix(prefix) for module in MODULES if module.startswith(prefix)}
    assert upwards(WITHIN_CALL, names) == set()
    assert {name for layer in WITHIN_CALL for name in layer} == set(names.values())


def test_no_circles() -> None:
    """No module imports itself through others."""
    run = {module: {other for other in found if (module, other) not in CARRIED} for module, found in graph().items()}
    graphlib.TopologicalSorter(run).prepare()


def test_extras_import_the_public_package() -> None:
    """The extras import of the SDK what any program may import, and nothing else imports them."""
    for module, found in graph().items():
        for other in found:
            is_ours = room_of(other) not in EXTRAS
            if room_of(module) in EXTRAS and is_ours:
                private = [name for name in other.split(".") if name.startswith("_")]
                assert private in ([], ["_version"], ["_extras"], ["_plaintext"]), (module, other)
            assert is_ours or room_of(module) in EXTRAS, (module, other)

"""Imports run one way."""

from pathlib import Path

import pytest

from .source import NAME, PACKAGE, imports

# Lower ones know nothing of higher ones; those on one line may know one another.
ORDER = [
    {"_lazy", "_version"},
    {"types"},
    {"errors", "models", "_pictures"},
    {"utils"},
    {"httpclient"},
    {"_transport"},
    {"_hooks"},
    {"sdkconfiguration"},
    {"_core"},
    {"_download", "_partialfile"},
    {"trainingjobs"},
    {"sdk"},
    {"__init__"},
]
RANK = {name: rank for rank, names in enumerate(ORDER) for name in names}
# Extras that use the package as any caller does.
ON_TOP = {"cli", "emulator", "testing"}
EVERY = {path: path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in sorted(PACKAGE.rglob("*.py"))}
FILES = [path for path, part in EVERY.items() if part not in ON_TOP]


def part_of(module: str) -> str:
    """Give the part of the package that a dotted name belongs to."""
    first = module.removeprefix(NAME).strip(".").partition(".")[0] or "__init__"
    return first if (PACKAGE / first).is_dir() or (PACKAGE / f"{first}.py").is_file() else "__init__"


def rank(part: str) -> int:
    """Give a part's place; a private one that has none of its own helps ``trainingjobs``, and stands beside it."""
    return RANK["trainingjobs"] if part.startswith("_") and part not in RANK else RANK[part]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_run_one_way(path: Path) -> None:
    """A file imports, early or late or for a type checker, only what lies below its own part."""
    part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for module in imports(path):
        if module.partition(".")[0] == NAME and part_of(module) != part:
            assert rank(part_of(module)) <= rank(part), module


def test_every_part_has_a_place() -> None:
    """No public part of the package is without a place in the order."""
    parts = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in FILES}
    assert {part for part in parts if not part.startswith("_")} <= set(RANK)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_nothing_imports_the_extras(path: Path) -> None:
    """The emulator and what stands on it are extras: nothing of the SDK knows of them."""
    assert not [module for module in imports(path) if module.split(".")[:2] in [[NAME, name] for name in ON_TOP]]


@pytest.mark.parametrize(
    "path",
    [path for path, part in EVERY.items() if part in ON_TOP],
    ids=lambda path: path.relative_to(PACKAGE).as_posix(),
)
def test_the_extras_import_the_public_package_only(path: Path) -> None:
    """The extras use of the SDK what any caller may use."""
    for module in imports(path):
        if module.partition(".")[0] == NAME and part_of(module) not in ON_TOP:
            private = [part for part in module.split(".")[1:] if part.startswith("_") and not part.startswith("__")]
            # How a package is lazy, and its version, are no behaviour of the SDK.
            assert private in ([], ["_lazy"], ["_version"]), module


def test_httpx_only_in_public() -> None:
    """No private module of an HTTP library is imported."""
    for path in FILES:
        for module in imports(path):
            if module.partition(".")[0] in ("httpx", "httpx2", "httpcore"):
                assert not any(part.startswith("_") for part in module.split(".")), f"{path.name}: {module}"

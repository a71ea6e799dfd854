"""Lazy packages: each public name is written once, in the package's stub, and imported at its first use (PEP 562).

A stub is the ``__init__.pyi`` next to an ``__init__.py``. Type checkers and editors read it, and so does this module.
It consists of lines of these four forms::

    from . import submodule as submodule
    from .module import Name as Name
    from .package import *
    NAME: type                              (a name that __init__.py defines)

It imports nothing that a bare interpreter has not loaded, so importing a package of the SDK costs next to nothing.
"""

import sys

from ._fork import setup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def attach(package: str, file: str) -> "tuple[Callable[[str], object], Callable[[], list[str]]]":
    """Return the ``__getattr__`` and ``__dir__`` of a package with a stub. ``__getattr__`` also provides ``__all__``.

    :param package: ``__name__`` of the package.
    :param file: ``__file__`` of the package.
    """
    stub = _Stub(package, file)

    def __getattr__(name: str) -> object:  # noqa: N807  # assigned in the package
        value = stub.names() if name == "__all__" else stub.load(name)
        setattr(sys.modules[package], name, value)  # the next access does not come here
        return value

    def __dir__() -> "list[str]":  # noqa: N807
        special = [name for name in vars(sys.modules[package]) if name.startswith("__")]
        return sorted({*special, *stub.names()})

    return __getattr__, __dir__


class _Stub:
    """The names that a stub exports. The file is read at the first use."""

    def __init__(self, package: str, file: str) -> None:
        self._package = package
        self._path = f"{file.rpartition('.')[0]}.pyi"
        self._homes: dict[str, str] | None = None
        self._starred: list[str] = []

    def names(self) -> "list[str]":
        """Return all exported names in alphabetical order."""
        names = set(self._read())
        for module in self._starred:
            names.update(self._import(module).__all__)
        return sorted(names)

    def load(self, name: str) -> object:
        """Import a name.

        :raises AttributeError: The package does not export it.
        """
        home = self._read().get(name)
        if home == ".":
            return self._import(f".{name}")
        if home:
            return getattr(self._import(home), name)
        if not name.startswith("_"):
            for module in map(self._import, self._starred):
                if name in module.__all__:
                    return getattr(module, name)
        raise AttributeError(f"module {self._package!r} has no attribute {name!r}")

    def _read(self) -> "dict[str, str]":
        """Return the module of each name that the stub lists. It is empty for names of ``__init__.py`` itself."""
        if self._homes is None:
            homes: dict[str, str] = {}
            starred: list[str] = []
            # The loader reads packages in zip archives too.
            loader: Any = sys.modules[self._package].__loader__
            module = ""
            for line in loader.get_data(self._path).decode().splitlines():
                words = line.split()
                if line.startswith("from "):
                    module = words[1]
                if words[3:4] == ["*"]:
                    starred.append(module)
                elif "as" in words:
                    homes[words[-1].rstrip(",")] = module
                elif words and words[0].endswith(":"):
                    homes[words[0].rstrip(":")] = ""
            # Complete before they are visible: another thread may be here too.
            self._starred, self._homes = starred, homes
        return self._homes

    def _import(self, module: str) -> "Any":
        """Import a module by its name relative to the package."""
        name = module.lstrip(".")
        with setup():
            return __import__(name, {"__package__": self._package}, None, ["__name__"], len(module) - len(name))

"""PEP 562 for this package: a name is imported when somebody asks for it.

Importing a package of the SDK must cost next to nothing, so its ``__init__`` only lists where each public
name lives. This module itself imports nothing that a bare interpreter has not loaded already.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def lazy(package: str, homes: "Mapping[str, str]") -> "tuple[Callable[[str], object], Callable[[], list[str]]]":
    """Make the ``__getattr__`` and ``__dir__`` of a package.

    :param package: the package's ``__name__``.
    :param homes: for each relative module (``.sdk``, ``..errors``) the public names that it defines, separated
        by blanks; under ``.`` the submodules that are public themselves.
    """
    home_of = {name: home for home, names in homes.items() for name in names.split()}

    def __getattr__(name: str) -> object:  # noqa: N807  # it becomes the package's
        home = home_of.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        if home == ".":
            path = f"{package}.{name}"
            __import__(path)
            return sys.modules[path]
        dots = len(home) - len(home.lstrip("."))
        module = __import__(home[dots:], {"__package__": package}, None, [name], dots)
        value = getattr(module, name)
        setattr(sys.modules[package], name, value)  # the next look-up does not come here
        return value

    def __dir__() -> "list[str]":  # noqa: N807
        return sorted({*vars(sys.modules[package]), *home_of})

    return __getattr__, __dir__

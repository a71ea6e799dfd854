"""polars and the types of its objects, as ``Any``: type checkers know only parts of its annotations."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

pl: Any = import_module("polars")

if TYPE_CHECKING:
    from typing import TypeAlias

    DataFrame: TypeAlias = Any
    Expr: TypeAlias = Any
    LazyFrame: TypeAlias = Any
    Series: TypeAlias = Any

"""The modules of scikit-learn and scipy in use, as ``Any``: neither library has type annotations."""

from __future__ import annotations

from importlib import import_module
from typing import Any

metrics: Any = import_module("sklearn.metrics")
sparse: Any = import_module("scipy.sparse")
special: Any = import_module("scipy.special")
stats: Any = import_module("scipy.stats")
optimize: Any = import_module("scipy.optimize")

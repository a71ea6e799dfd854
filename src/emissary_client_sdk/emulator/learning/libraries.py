"""The modules of scikit-learn in use, as ``Any``: the library has no type annotations."""

from importlib import import_module
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Arrays: TypeAlias = "dict[str, npt.NDArray[Any]]"
Floats: TypeAlias = npt.NDArray[np.floating[Any]]
Matrix: TypeAlias = Any
"""A sparse matrix of scipy, which is untyped as well."""

extraction: Any = import_module("sklearn.feature_extraction")
text: Any = import_module("sklearn.feature_extraction.text")
linear_model: Any = import_module("sklearn.linear_model")
metrics: Any = import_module("sklearn.metrics")
preprocessing: Any = import_module("sklearn.preprocessing")
utils: Any = import_module("sklearn.utils")
sparse: Any = import_module("scipy.sparse")
stats: Any = import_module("scipy.stats")

"""The values that a hyperparameter can have."""

from typing import Union

# A bool stays a bool and an int stays an int: pydantic takes the member whose type fits exactly.
Parameters = Union[str, int, float, bool]  # noqa: UP007  # a name that callers import, so an object on 3.10 too
ParametersTypedDict = Parameters
HyperParameters = Parameters
HyperParametersTypedDict = Parameters

"""Types of the values in parameter maps and of JSON numbers."""

from typing import TYPE_CHECKING, Any, TypeAlias, Union

# Request values: pydantic picks the member whose type fits exactly, so an int stays an int and a bool a bool.
Parameters = Union[str, int, float, bool]  # noqa: UP007  # a public name, so a runtime object on Python 3.10 too
ParametersTypedDict = Parameters

# Response values: scalars as documented. A nested value is kept instead of making the whole response unreadable.
if TYPE_CHECKING:
    HyperParameters: TypeAlias = Union[str, int, float, bool, None]  # noqa: UP007
else:
    HyperParameters = Union[str, int, float, bool, None, Any]  # noqa: UP007
HyperParametersTypedDict = HyperParameters
ParameterTemplate = HyperParameters
ParameterTemplateTypedDict = HyperParameters

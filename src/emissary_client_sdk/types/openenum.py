"""Enumerations that the platform can extend without breaking an older SDK."""

from enum import Enum
from typing import Any

from typing_extensions import Self


class OpenEnum(str, Enum):
    """A ``str`` enumeration that keeps unknown values.

    ``Kind("new-value")`` is a ``Kind`` that equals ``"new-value"``. Its ``is_known`` is False, and iterating
    over ``Kind`` does not yield it. It prints, hashes, pickles and serializes like the plain string.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        # Created each time and never registered, so that a server cannot make the enumeration grow.
        unknown = str.__new__(cls, value)
        unknown._name_ = unknown._value_ = value
        return unknown

    @property
    def is_known(self) -> bool:
        """Whether this version of the SDK knows the value."""
        return self._value_ in type(self)._value2member_map_

    def __reduce_ex__(self, protocol: Any) -> tuple[type[Self], tuple[str]]:
        # Python 3.11.0 to 3.11.3 would pickle the name, which an unknown value does not have.
        return type(self), (self._value_,)

    def __str__(self) -> str:
        return str.__str__(self)

    def __format__(self, format_spec: str) -> str:
        return str.__format__(self, format_spec)

    def __repr__(self) -> str:
        known = f".{self._name_}" if self.is_known else ""
        return f"<{type(self).__name__}{known}: {str.__repr__(self)}>"

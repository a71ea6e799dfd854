"""Timestamps: integer UNIX seconds on the wire, aware datetimes in Python."""

from typing import TYPE_CHECKING, Annotated, Any, overload

from pydantic import Field, PlainValidator

if TYPE_CHECKING:
    from datetime import datetime

    from typing_extensions import Self


def parse_timestamp(value: Any) -> int:
    """Parse a timestamp that is not an integer: an ISO 8601 string (UTC by default) or fractional seconds."""
    if isinstance(value, str):
        from datetime import timezone

        from dateutil.parser import isoparse

        try:
            moment = isoparse(value)
            return int((moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp())
        except OverflowError as error:
            raise ValueError("outside the range of datetime") from error
    if isinstance(value, float) and value - value == 0:  # neither NaN nor infinite
        return int(value)
    raise ValueError("expected UNIX seconds or an ISO 8601 string")


if TYPE_CHECKING:
    Timestamp = int
else:
    # Left to right: an integer stays in pydantic's compiled code; only other values cost a Python call.
    Timestamp = Annotated[int | Annotated[Any, PlainValidator(parse_timestamp)], Field(union_mode="left_to_right")]


class DatetimeOf:
    """Read-only attribute: the UTC datetime of a timestamp field.

    It is None if the timestamp is missing or null, and raises ValueError if the timestamp is outside the range of
    ``datetime``.
    """

    def __init__(self, field: str) -> None:
        self.field = field
        self.__doc__ = f"``{field}`` as an aware datetime in UTC."

    @overload
    def __get__(self, model: None, owner: type) -> "Self": ...
    @overload
    def __get__(self, model: object, owner: type) -> "datetime | None": ...
    def __get__(self, model: object | None, owner: type) -> "Self | datetime | None":
        if model is None:
            return self
        value: float | str | None = getattr(model, self.field)
        if value is None:
            return None
        from datetime import datetime, timezone

        try:
            seconds = parse_timestamp(value) if isinstance(value, str) else value
            return datetime.fromtimestamp(seconds, tz=timezone.utc)
        except (OverflowError, ValueError, OSError) as error:
            raise ValueError(f"{self.field} is outside the range of datetime: {value!r}") from error

    def __set__(self, model: object, value: object) -> None:
        raise AttributeError(f"read-only: it is computed from {self.field}")

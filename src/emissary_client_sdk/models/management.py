"""Rules that activate and deactivate engines and deployments."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from typing_extensions import NotRequired, TypedDict

from ._request import RequestModel, SequenceOf
from .enums import Day


class InactiveTimeout(RequestModel):
    """Deactivation after a time without requests."""

    inactive_duration: int | None = None
    """Time without requests, in seconds."""


class Schedule(RequestModel):
    """Weekly hours of activity."""

    timezone: str | None = None
    """IANA name of the time zone, for example ``America/Los_Angeles``."""
    start_time: str | None = None
    """Start of the active hours, ``HH:MM``."""
    end_time: str | None = None
    """End of the active hours, ``HH:MM``."""
    days: SequenceOf[Day | str] | None = None
    """Days on which the schedule applies."""


class InactiveTimeoutConfig(RequestModel):
    """Resource management by a time without requests."""

    management_type: Literal["inactive_timeout"]
    """Type of the resource management."""
    management_config: InactiveTimeout | None = None
    """The time-out."""


class ScheduleConfig(RequestModel):
    """Resource management by a schedule."""

    management_type: Literal["schedule"]
    """Type of the resource management."""
    management_config: Schedule | None = None
    """The schedule."""


ResourceManagementConfig: TypeAlias = InactiveTimeoutConfig | ScheduleConfig


class InactiveTimeoutTypedDict(TypedDict):
    """The fields of ``InactiveTimeout`` as a dictionary."""

    inactive_duration: NotRequired[int | None]


class ScheduleTypedDict(TypedDict):
    """The fields of ``Schedule`` as a dictionary."""

    timezone: NotRequired[str | None]
    start_time: NotRequired[str | None]
    end_time: NotRequired[str | None]
    days: NotRequired[Sequence[Day | str] | None]


class InactiveTimeoutConfigTypedDict(TypedDict):
    """The fields of ``InactiveTimeoutConfig`` as a dictionary."""

    management_type: Literal["inactive_timeout"]
    management_config: NotRequired[InactiveTimeoutTypedDict | None]


class ScheduleConfigTypedDict(TypedDict):
    """The fields of ``ScheduleConfig`` as a dictionary."""

    management_type: Literal["schedule"]
    management_config: NotRequired[ScheduleTypedDict | None]


ResourceManagementConfigTypedDict: TypeAlias = InactiveTimeoutConfigTypedDict | ScheduleConfigTypedDict

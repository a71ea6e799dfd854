"""Rules that activate and deactivate engines and deployments."""

from typing import Literal, TypeAlias

from ._literals import DayOrStr
from ._request import Integer, RequestModel, SequenceOf


class InactiveTimeout(RequestModel):
    """Deactivation after a time without requests."""

    inactive_duration: Integer | None = None
    """Time without requests, in seconds."""


class Schedule(RequestModel):
    """Weekly hours of activity."""

    timezone: str | None = None
    """IANA name of the time zone, for example ``America/Los_Angeles``."""
    start_time: str | None = None
    """Start of the active hours, ``HH:MM``."""
    end_time: str | None = None
    """End of the active hours, ``HH:MM``."""
    days: SequenceOf[DayOrStr] | None = None
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

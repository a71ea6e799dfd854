"""Weekly schedules of engines and deployments: pure functions of the schedule and the time."""

import math
import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta, tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from ..models import Day

DAYS = tuple(Day)
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_DAYS_BACK = 9  # a week, and a window that passes midnight on either side


class WeeklySchedule(NamedTuple):
    """The hours of a week in which something runs.

    :ivar start: Time at which a window opens; a window that ends at or before its start ends on the next day.
    :ivar days: The days on which a window opens, 0 for Monday.
    """

    zone: tzinfo
    start: time
    end: time
    days: frozenset[int]

    def latest(self, now: float) -> tuple[float, float]:
        """Return the start and the end of the latest window that has opened, in UNIX seconds.

        Adjacent windows are merged. The start is minus infinity if the schedule never closes.
        """
        today = datetime.fromtimestamp(now, self.zone).date()
        opened = closed = math.nan  # every schedule has a window in the last week
        for day in (today - timedelta(days=back) for back in range(_DAYS_BACK)):
            start = datetime.combine(day, self.start, self.zone).timestamp()
            if day.weekday() not in self.days or start > now:
                continue
            last = day + timedelta(days=self.end <= self.start)
            end = datetime.combine(last, self.end, self.zone).timestamp()
            if math.isnan(closed):
                closed = end
            elif end < opened:
                return opened, closed
            opened = start
        return (-math.inf if len(self.days) == len(DAYS) else opened), closed


def parse(fields: Mapping[str, Any]) -> WeeklySchedule:
    """Read a schedule as the API describes it; what is missing means UTC, midnight and every day.

    :raises ValueError: The message names the field.
    """
    days = fields.get("days") or list(DAYS)
    if any(day not in DAYS for day in days):
        raise ValueError(f"days: must be some of {', '.join(DAYS)}, not {days!r}")
    name = fields.get("timezone") or "UTC"
    try:
        zone = ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise ValueError(f"timezone: must be a time zone such as America/Los_Angeles, not {name!r}") from None
    start, end = _time(fields, "start_time"), _time(fields, "end_time")
    return WeeklySchedule(zone, start, end, frozenset(DAYS.index(day) for day in days))


def _time(fields: Mapping[str, Any], name: str) -> time:
    value = fields.get(name) or "00:00"
    match = _TIME.fullmatch(value)
    if match is None:
        raise ValueError(f'{name}: must be "HH:MM", not {value!r}')
    return time(int(match[1]), int(match[2]))

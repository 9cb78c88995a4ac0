"""The days that an overview looks back on, as the calendar of the store counts, and their parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Period:
    """So many days, today the last. `marks` are where its parts begin, in UTC, and where the last ends.

    The parts of one day are its hours (23 to 25 of them), those of several are the days.
    """

    days: int
    marks: tuple[datetime, ...]

    @property
    def start(self) -> datetime:
        return self.marks[0]

    @property
    def end(self) -> datetime:
        return self.marks[-1]

    @property
    def parts(self) -> tuple[tuple[datetime, datetime], ...]:
        return tuple(zip(self.marks, self.marks[1:], strict=False))


def period_until(now: datetime, days: int, time_zone: str) -> Period:
    """The last `days` days (1 or more), today among them whole."""
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    midnights = [_midnight(today + timedelta(days=place), zone) for place in range(1 - days, 2)]
    if days > 1:
        return Period(days, tuple(midnights))
    start, end = midnights
    hours = [start]
    while hours[-1] + HOUR < end:
        hours.append(hours[-1] + HOUR)
    return Period(days, (*hours, end))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)

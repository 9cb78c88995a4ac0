"""The overview's days are those of the store's calendar, also on the days that are an hour short or long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.reporting_period import period_until

NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    ("now", "zone", "start", "hours"),
    [
        (datetime(2026, 11, 22, 12, tzinfo=UTC), "UTC", datetime(2026, 11, 22, tzinfo=UTC), 24),
        (datetime(2026, 11, 22, 3, tzinfo=UTC), NEW_YORK, datetime(2026, 11, 21, 5, tzinfo=UTC), 24),
        (datetime(2026, 11, 22, 15, tzinfo=UTC), "Asia/Tokyo", datetime(2026, 11, 22, 15, tzinfo=UTC), 24),
        (datetime(2026, 3, 8, 12, tzinfo=UTC), NEW_YORK, datetime(2026, 3, 8, 5, tzinfo=UTC), 23),
        (datetime(2026, 11, 1, 12, tzinfo=UTC), NEW_YORK, datetime(2026, 11, 1, 4, tzinfo=UTC), 25),
        (datetime(2026, 9, 6, 12, tzinfo=UTC), "America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC), 23),
    ],
    ids=["utc", "yesterday there", "tomorrow there", "short day", "long day", "no midnight"],
)
def test_today_there(now: datetime, zone: str, start: datetime, hours: int) -> None:
    period = period_until(now, 1, zone)
    assert period.start == start
    assert len(period.parts) == hours
    assert period.end - period.start == timedelta(hours=hours)
    assert period.start <= now < period.end


def test_days_are_whole_and_follow_each_other() -> None:
    now = datetime(2026, 11, 3, 12, tzinfo=UTC)  # the clocks went back on the first
    period = period_until(now, 7, NEW_YORK)
    zone = ZoneInfo(NEW_YORK)
    assert [start.astimezone(zone).day for start, _ in period.parts] == [28, 29, 30, 31, 1, 2, 3]
    assert [end - start for start, end in period.parts].count(timedelta(hours=25)) == 1
    assert all(one[1] == two[0] for one, two in zip(period.parts, period.parts[1:], strict=False))

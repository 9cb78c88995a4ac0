"""The days within which an item may be exchanged: whole days, as the calendar of the store counts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.domain.verdicts import Case


@lru_cache(maxsize=1024)
def local_day(moment: datetime, time_zone: str) -> date:
    """The calendar day of a moment where the store is."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def words_for_day(day: date) -> str:
    """14 December 2026: the month is a word, so that no reader mistakes it."""
    return f"{day.day} {day:%B %Y}"


def delivery_day(case: Case) -> date | None:
    """The day it arrived: as reported, or the shipping day plus the policy's allowance."""
    if case.order.delivered_at:
        return local_day(case.order.delivered_at, case.store.time_zone)
    if case.order.shipped_at:
        shipped = local_day(case.order.shipped_at, case.store.time_zone)
        return shipped + timedelta(days=case.policy.assumed_delivery_days)
    return None


def last_day(case: Case) -> date | None:
    """The last day of the window, itself included. A day set on the line itself comes first."""
    if case.line.return_until:
        return case.line.return_until
    delivered = delivery_day(case)
    return delivered + timedelta(days=case.policy.window_days) if delivered else None

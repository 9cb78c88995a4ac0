"""The window in whole days of the store's own calendar: midnight, daylight saving, leap years."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.domain.eligibility import Case, judge, last_day, local_day, words_for_day
from app.domain.policy import Policy
from tests.domain.examples import USD_STORE, line, order


def asked(zone: str, delivered: str | None, today: str, shipped: str | None = None, **policy: Any) -> Case:
    """A case in a time zone; moments are UTC, `today` is a moment too, seen on the store's calendar."""
    bought = line()
    return Case(
        store=replace(USD_STORE, time_zone=zone),
        policy=Policy(**policy),
        order=order(bought, delivered_at=_at(delivered), shipped_at=_at(shipped)),
        line=bought,
        today=local_day(datetime.fromisoformat(today), zone),
    )


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("why", "zone", "delivered", "window", "last"),
    [
        ("plain", "UTC", "2026-11-10T15:00Z", 30, date(2026, 12, 10)),
        ("the day itself", "UTC", "2026-11-10T15:00Z", 0, date(2026, 11, 10)),
        ("west: tomorrow in UTC, today there", "America/Denver", "2026-11-11T06:59Z", 30, date(2026, 12, 10)),
        ("west: a minute later", "America/Denver", "2026-11-11T07:00Z", 30, date(2026, 12, 11)),
        ("east: yesterday in UTC, today there", "Asia/Tokyo", "2026-11-09T15:00Z", 30, date(2026, 12, 10)),
        ("east: a minute before", "Asia/Tokyo", "2026-11-09T14:59Z", 30, date(2026, 12, 9)),
        ("furthest east", "Pacific/Kiritimati", "2026-11-09T10:00Z", 1, date(2026, 11, 11)),
        ("furthest west", "Pacific/Pago_Pago", "2026-11-11T10:59Z", 1, date(2026, 11, 11)),
        ("a quarter of an hour counts", "Asia/Kathmandu", "2026-11-09T18:15Z", 1, date(2026, 11, 11)),
        ("clocks go back: first minute", "Europe/Berlin", "2026-10-24T22:00Z", 1, date(2026, 10, 26)),
        ("clocks go back: last minute, 25 h", "Europe/Berlin", "2026-10-25T22:59Z", 1, date(2026, 10, 26)),
        ("clocks go back: over", "Europe/Berlin", "2026-10-25T23:00Z", 1, date(2026, 10, 27)),
        ("clocks go forward: first minute", "Europe/Berlin", "2026-03-28T23:00Z", 1, date(2026, 3, 30)),
        ("clocks go forward: last minute, 23 h", "Europe/Berlin", "2026-03-29T21:59Z", 1, date(2026, 3, 30)),
        ("clocks go forward: over", "Europe/Berlin", "2026-03-29T22:00Z", 1, date(2026, 3, 31)),
        ("no midnight that day", "Africa/Cairo", "2026-04-23T22:00Z", 1, date(2026, 4, 25)),
        ("clocks change within the window", "America/New_York", "2026-10-20T16:00Z", 30, date(2026, 11, 19)),
        ("leap day", "UTC", "2028-01-30T12:00Z", 30, date(2028, 2, 29)),
        ("no leap day", "UTC", "2027-01-30T12:00Z", 30, date(2027, 3, 1)),
        ("into the next year", "UTC", "2026-12-24T12:00Z", 30, date(2027, 1, 23)),
    ],
)  # fmt: skip
def test_the_last_day(why: str, zone: str, delivered: str, window: int, last: date) -> None:
    assert last_day(asked(zone, delivered, delivered, window_days=window)) == last, why


@pytest.mark.parametrize(
    ("why", "zone", "now", "allowed"),
    [
        ("last second of the last day", "America/New_York", "2026-12-11T04:59:59Z", True),
        ("first second after it", "America/New_York", "2026-12-11T05:00:00Z", False),
        ("already over in UTC, not there", "America/Los_Angeles", "2026-12-11T07:59:59Z", True),
        ("still open in UTC, over there", "Asia/Tokyo", "2026-12-10T15:00:00Z", False),
    ],
)
def test_the_last_day_counts_to_its_end(why: str, zone: str, now: str, allowed: bool) -> None:
    case = asked(zone, "2026-11-10T12:00Z", now)
    assert judge(case).until == date(2026, 12, 10)
    assert judge(case).allowed is allowed, why


@pytest.mark.parametrize(
    ("why", "today", "blocking"),
    [
        ("assumed on its way", "2026-11-13T12:00Z", "not_delivered_yet"),
        ("assumed to arrive", "2026-11-14T12:00Z", None),
        ("last day", "2026-12-14T12:00Z", None),
        ("over", "2026-12-15T12:00Z", "outside_window"),
    ],
)
def test_without_a_delivery_date_the_shipping_day_and_an_allowance_count(
    why: str, today: str, blocking: str | None
) -> None:
    eligibility = judge(asked("America/New_York", None, today, shipped="2026-11-07T15:00Z"))
    assert eligibility.until == date(2026, 12, 14)
    assert (eligibility.blocking.code if eligibility.blocking else None) == blocking, why


def test_the_allowance_is_the_policys() -> None:
    case = asked("UTC", None, "2026-11-20T12:00Z", shipped="2026-11-07T15:00Z", assumed_delivery_days=3)
    assert judge(case).until == date(2026, 12, 10)


def test_a_reported_delivery_beats_the_assumed_one() -> None:
    case = asked("UTC", "2026-11-08T12:00Z", "2026-11-20T12:00Z", shipped="2026-11-07T15:00Z")
    assert judge(case).until == date(2026, 12, 8)


def test_a_day_set_on_the_line_beats_both() -> None:
    case = asked("UTC", "2026-11-08T12:00Z", "2027-01-31T12:00Z")
    longer = replace(case, line=line(return_until=date(2027, 1, 31)))
    assert judge(longer).until == date(2027, 1, 31)
    assert judge(longer).allowed
    shorter = replace(longer, line=line(return_until=date(2027, 1, 30)))
    assert not judge(shorter).allowed


def test_the_day_that_counts_is_told_not_taken_from_a_clock() -> None:
    """A draft keeps the day on which it chose the item, however long it then lies there."""
    case = asked("UTC", "2026-11-10T12:00Z", "2026-12-10T12:00Z")
    late = replace(case, today=case.today + timedelta(days=1))
    assert (judge(case).allowed, judge(late).allowed) == (True, False)


def test_days_are_written_with_their_month_as_a_word() -> None:
    assert words_for_day(date(2026, 3, 4)) == "4 March 2026"
    assert local_day(datetime(2026, 11, 11, 7, 59, tzinfo=UTC), "America/Los_Angeles") == date(2026, 11, 10)

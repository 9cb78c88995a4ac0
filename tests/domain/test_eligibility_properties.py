"""What holds for any line and any day: who may go on has something to exchange, within the window."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.eligibility import Answer, Case, judge, last_day, local_day
from app.domain.policy import Policy
from tests.domain.examples import TODAY, USD_STORE, line, order
from tests.domain.strategies import RULES

small = st.integers(0, 4)
zones = st.sampled_from(
    [
        "UTC",
        "America/New_York",
        "America/St_Johns",
        "Europe/Berlin",
        "Africa/Cairo",
        "Asia/Kathmandu",
        "Asia/Tokyo",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
    ]
)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@RULES
@given(st.integers(1, 4), small, small, small, st.booleans())
def test_who_may_go_on_has_a_unit_to_exchange(
    quantity: int, shipped: int, refunded: int, committed: int, live: bool
) -> None:
    """Also where an import says more units came or went than were ever bought."""
    committed = min(committed, quantity)
    bought = line(quantity=quantity, shipped=shipped, refunded=refunded, committed=committed)
    asked = Case(USD_STORE, Policy(), order(bought, has_live_exchange=live), bought, TODAY)
    left = min(shipped, quantity) - min(quantity, refunded + committed)
    assert bought.open_units == max(0, left)
    assert judge(asked).allowed == (left > 0 and not live)


@RULES
@given(moments, zones, st.integers(0, 400), st.integers(-2, 500))
def test_the_window_is_open_from_the_day_of_delivery_to_its_last(
    delivered: datetime, zone: str, window: int, later: int
) -> None:
    bought = line()
    arrived = local_day(delivered, zone)
    today = arrived + timedelta(days=later)
    asked = Case(
        replace(USD_STORE, time_zone=zone),
        Policy(window_days=window),
        order(bought, delivered_at=delivered),
        bought,
        today,
    )
    assert judge(asked).allowed == (0 <= later <= window)
    last = last_day(asked)
    assert last is not None
    assert (last - arrived).days == window


@RULES
@given(st.sets(st.sampled_from(["final-sale", "gift-card", "thirdparty", "odd"])), st.integers(0, 3))
def test_the_first_refusal_speaks_and_doubt_waits_its_turn(tags: set[str], depth: int) -> None:
    bought = line(tags=frozenset(tags))
    asked = Case(USD_STORE, Policy(value_review_limit=0), order(bought, chain_depth=depth), bought, TODAY)
    eligibility = judge(asked)
    refusing = [each.code for each in eligibility.verdicts if each.answer is Answer.REFUSE]
    assert eligibility.blocking is not None
    assert eligibility.blocking.code == (refusing[0] if refusing else "value_over_review_limit")

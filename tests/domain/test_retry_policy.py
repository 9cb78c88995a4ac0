"""Retries: at least ten over at least 72 hours whatever the dice say, spread out, and polite (R10)."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.retry_policy import BASE, CAP, ceiling, gives_up, read_retry_after, wait_after

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DRAWS = st.floats(0, 1, exclude_max=True)
# Runs of luck, good and bad, over and over; a hundredth keeps the unluckiest run short enough to walk.
DICE = st.lists(st.floats(0.01, 1, exclude_max=True), min_size=1, max_size=12)


def schedule(dice: list[float]) -> list[datetime]:
    """When a message that never gets through is tried, until it is given up."""
    draws = itertools.cycle(dice)
    tries = [NOW]
    while not gives_up(len(tries), NOW, tries[-1]):
        tries.append(tries[-1] + wait_after(len(tries), next(draws)))
    return tries


@given(DICE)
def test_at_least_ten_tries_over_at_least_72_hours(dice: list[float]) -> None:
    tries = schedule(dice)
    assert len(tries) >= 10
    assert tries[-1] - tries[0] >= timedelta(hours=72)


@given(DICE)
def test_it_comes_to_an_end(dice: list[float]) -> None:
    tries = schedule(dice)
    assert tries[-1] - tries[0] < timedelta(hours=72) + CAP


@given(st.integers(1, 10**6), DRAWS)
def test_the_wait_lies_under_a_ceiling_that_doubles_up_to_a_cap(tries: int, draw: float) -> None:
    assert timedelta(0) <= wait_after(tries, draw) <= ceiling(tries) <= CAP
    assert ceiling(tries + 1) == min(CAP, 2 * ceiling(tries))
    assert ceiling(1) == BASE


def test_a_thousand_messages_do_not_come_back_together() -> None:
    """No second holds more than one in twenty, counting from the first wait long enough to tell."""
    dice = random.Random(7)
    for tries in (4, 7, 10):
        seconds = [int(wait_after(tries, dice.random()).total_seconds()) for _ in range(1000)]
        assert max(seconds.count(second) for second in set(seconds)) <= 50
        # Full jitter is even: the lower half of the range gets about half of them.
        below = sum(second < ceiling(tries).total_seconds() / 2 for second in seconds)
        assert 430 < below < 570


@given(st.integers(1, 50), DRAWS, st.timedeltas(timedelta(seconds=1), timedelta(hours=24)))
def test_the_platforms_wish_only_makes_it_longer(tries: int, draw: float, asked: timedelta) -> None:
    assert wait_after(tries, draw, asked) == max(asked, wait_after(tries, draw))


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(seconds=120)),
        (" 120 ", timedelta(seconds=120)),
        ("86400", 24 * HOUR),
        ("86401", 24 * HOUR),
        ("9" * 5000, 24 * HOUR),
        ("Sun, 22 Nov 2026 13:00:00 GMT", HOUR),
        ("Sunday, 22-Nov-26 13:00:00 GMT", HOUR),
        ("Sun Nov 22 13:00:00 2026", HOUR),
        ("Sun, 22 Nov 2026 15:00:00 +0200", HOUR),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 24 * HOUR),
        ("Sun, 22 Nov 2026 12:00:00 GMT", None),
        ("Sun, 22 Nov 2020 13:00:00 GMT", None),
        (None, None),
        ("", None),
        ("0", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٣٠", None),
        ("Sun, 99 Nov 2026 13:00:00 GMT", None),
        ("Sun, 22 Nov 2026 13:00:00 +99999999", None),
    ],
)
def test_retry_after(header: str | None, wait: timedelta | None) -> None:
    assert read_retry_after(header, NOW) == wait


@given(st.text())
def test_no_header_can_do_harm(header: str) -> None:
    wait = read_retry_after(header, NOW)
    assert wait is None or timedelta(0) < wait <= 24 * HOUR

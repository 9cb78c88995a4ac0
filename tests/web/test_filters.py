"""Amounts, days and times as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.domain.money import UnknownCurrency
from app.web.filters import clock_time, day_time, long_date, money

EVENING = datetime(2026, 11, 22, 23, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "text"),
    [
        (1050, "USD", "en_US", "$10.50"),
        (-12900, "USD", "en-US", "−$129.00"),
        (0, "USD", "en_US", "$0.00"),
        (123456789, "USD", "en_US", "$1,234,567.89"),
        (1650, "JPY", "en_JP", "¥1,650"),
        (1650, "JPY", "ja_JP", "￥1,650"),
        (1234500, "KWD", "en", "KWD1,234.500"),
        (1234500, "IQD", "en", "IQD1,234.500"),  # CLDR would show none of the three decimals
        (12345, "CLF", "en", "CLF1.2345"),
        (105000, "EUR", "de_DE", "1.050,00\xa0€"),
        (-105000, "EUR", "de_DE", "−1.050,00\xa0€"),
    ],
)
def test_money(minor: int, currency: str, locale: str, text: str) -> None:
    assert money(minor, currency, locale) == text


def test_money_leaves_babels_patterns_as_they_are() -> None:
    money(1, "KWD", "en_US")
    assert money(1050, "USD", "en_US") == "$10.50"


def test_unknown_currency() -> None:
    with pytest.raises(UnknownCurrency):
        money(1, "XXQ", "en_US")


def test_days_have_their_month_as_a_word() -> None:
    assert long_date(date(2026, 12, 14), "en_US") == "14 December 2026"
    assert long_date(date(2026, 12, 14), "de_DE") == "14. Dezember 2026"


def test_times_are_the_stores() -> None:
    assert clock_time(EVENING, "en_US", "America/Los_Angeles") == "15:20"
    assert day_time(EVENING, "en_US", "UTC") == "22 November, 23:20"
    assert day_time(EVENING, "en_US", "Asia/Tokyo") == "23 November, 08:20"
    assert day_time(EVENING, "fr", "Asia/Tokyo") == "23 novembre, 08:20"

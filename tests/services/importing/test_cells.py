"""Single cells: what is read, and what is refused rather than guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.services.importing import cells
from app.services.importing.cells import Reading
from app.services.importing.csv_reading import Row
from app.services.importing.report import Refused
from tests.services.importing.files import NOW, reading, store_facts


def row(text: str) -> Row:
    return Row(7, [text], {"X": 0})


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("129.00", "USD", 12900),
        ("80", "USD", 8000),
        ("0", "USD", 0),
        ("1.5", "USD", 150),
        ("1100", "JPY", 1100),
        ("1100.00", "JPY", 1100),
        ("1.234", "KWD", 1234),
        ("", "USD", None),
    ],
)
def test_an_amount(text: str, currency: str, minor: int | None) -> None:
    assert cells.amount(row(text), "X", currency) == minor


@pytest.mark.parametrize(
    "text",
    [
        "80,00",
        "1,290",
        "$80",
        "80.005",
        "-1",
        "1e3",
        "٨٠",
        "８０",
        "1_000",
        "NaN",
        "twelve",
        "9" * 20,
        "1 000",
    ],
)
def test_a_doubtful_amount_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(Refused, match=r"^X is ") as caught:
        cells.amount(row(text), "X", "USD")
    assert caught.value.line == 7


@pytest.mark.parametrize("text", ["0", "-1", "two", "", "1.5", "100001", "1" * 400, "٣"])
def test_a_quantity_is_a_whole_number_from_one(text: str) -> None:
    with pytest.raises(Refused, match="whole number from 1"):
        cells.quantity(row(text), "X")


def test_a_long_wrong_text_is_shown_in_part() -> None:
    with pytest.raises(Refused) as caught:
        cells.quantity(row("x" * 1_000_000), "X")
    assert len(caught.value.reason) < 150


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-06 09:30:00 -0500", datetime(2026, 10, 6, 14, 30, tzinfo=UTC)),
        ("2026-10-06 09:30:00 +0530", datetime(2026, 10, 6, 4, 0, tzinfo=UTC)),
        ("2026-10-06 09:30:00 UTC", datetime(2026, 10, 6, 9, 30, tzinfo=UTC)),
        ("2026-10-06T09:30:00Z", datetime(2026, 10, 6, 9, 30, tzinfo=UTC)),
        ("2026-10-06 09:30:00", datetime(2026, 10, 6, 13, 30, tzinfo=UTC)),  # the store's own clock
        ("2026-10-06", datetime(2026, 10, 6, 4, 0, tzinfo=UTC)),
        ("", None),
    ],
)
def test_a_moment(text: str, expected: datetime | None) -> None:
    assert cells.moment(row(text), "X", reading()) == expected


@pytest.mark.parametrize(
    "text",
    ["10/6/2026", "6.10.2026 09:30", "2026-13-01", "0001-01-01 00:00:00 +0000", "yesterday", "43999.4"],
)
def test_a_doubtful_date_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="not a date such as") as caught:
        cells.moment(row(text), "X", reading())
    assert caught.value.line == 7


def test_dates_are_shifted_by_whole_days() -> None:
    shifted = Reading(store_facts(), NOW, timedelta(days=40))
    found = cells.moment(row("2026-10-06 09:30:00 -0500"), "X", shifted)
    assert found == datetime(2026, 11, 15, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(("text", "code"), [("usd", "USD"), ("JPY", "JPY")])
def test_a_currency(text: str, code: str) -> None:
    assert cells.currency(row(text), "X") == code


@pytest.mark.parametrize("text", ["", "US", "XXX", "EURO", "€"])
def test_an_unknown_currency_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="not a currency"):
        cells.currency(row(text), "X")


@pytest.mark.parametrize("text", ["5.5E+12", "5,50001E+12", "5e12"])
def test_a_number_that_a_spreadsheet_shortened_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="spreadsheet"):
        cells.identifier(row(text), "X")


@pytest.mark.parametrize(
    ("text", "expected"), [("'04101", "04101"), ("04101", "04101"), ("O'Hara", "O'Hara"), ("'", "")]
)
def test_the_leading_quote_falls_away(text: str, expected: str) -> None:
    assert cells.unquoted(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://images.example.com/a.jpg", "https://images.example.com/a.jpg"),
        ("javascript:alert(1)", None),
        ("//images.example.com/a.jpg", None),
        ("", None),
    ],
)
def test_only_web_addresses_are_pictures(text: str, expected: str | None) -> None:
    assert cells.web_address(text) == expected


def test_words_come_once_and_in_order() -> None:
    assert cells.words("men, sale,,men , FinalSale") == ("men", "sale", "FinalSale")

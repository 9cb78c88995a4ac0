"""Amounts in Ravelin's own units: what is whole, what is rounded or refused, and that parts add up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.connectors.base import Request
from app.connectors.fraud.ravelin_amounts import Inexact, basic_units, parts_of, unit_prices
from tests.connectors.ravelin_cases import body, events, listener, refusal
from tests.connectors.worked_cases import EXPEDITED, LARGE, THREE_UNITS, order, report


def test_units_that_do_not_divide_are_two_items() -> None:
    items = body(events(THREE_UNITS)[1])["order"]["items"]
    assert [(item["price"], item["quantity"]) for item in items] == [(1033, 2), (1034, 1)]


def test_sending_is_in_the_price() -> None:
    assert body(events(EXPEDITED)[1])["order"]["price"] == 13950 + 500


@pytest.mark.parametrize(
    ("currency", "minor", "units"),
    [
        ("USD", 1050, 1050),
        ("JPY", 300, 300),
        ("KWD", 1250, 1250),
        ("MGA", 1000, 50),
        ("MRU", 120, 6),
        ("MRU", 10, 1),  # half a fifth, up
        ("MRU", 9, 0),
        ("CVE", 1000, 10),
        ("CVE", 1050, 11),
        ("CVE", 1049, 10),
        ("ISK", 500, 500),
        ("CLF", 12345, 123),
        ("CLF", 12350, 124),
        ("UYW", 12345, 123),
        ("IQD", 1250, 1250),
    ],
)
def test_the_table_of_units(currency: str, minor: int, units: int) -> None:
    assert basic_units(minor, currency) == units


@pytest.mark.parametrize(("currency", "minor"), [("MRU", 10), ("CVE", 1050), ("CLF", 12345)])
def test_what_is_not_whole_can_be_refused_instead(currency: str, minor: int) -> None:
    with pytest.raises(Inexact, match=currency):
        basic_units(minor, currency, exact=True)
    told = report(replace(order(replace(LARGE, product=minor, tax=0)), currency=currency))
    assert "no whole number" in refusal(told, inexact="refuse")
    for setting in ("refuse", "round"):
        whole = report(replace(order(replace(LARGE, product=10_000, tax=0)), currency=currency))
        made = listener(inexact=setting).next_step(whole, [])
        assert isinstance(made, Request)


def test_converted_parts_still_add_up() -> None:
    assert parts_of([50, 50, 50], "CVE") == [1, 0, 1]
    assert sum(parts_of([50, 50, 50], "CVE")) == basic_units(150, "CVE")
    assert unit_prices(10, 3) == [(3, 2), (4, 1)]

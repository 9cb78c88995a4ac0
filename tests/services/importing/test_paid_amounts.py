"""Shares of an order's discount and tax: exact, and never more than a line cost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.importing.paid_amounts import (
    PaidLine,
    ShownLine,
    discount_beside_lines,
    with_order_discount,
    with_order_tax,
    with_tax_taken_out,
)

amounts = st.integers(0, 10**7)
patient = settings(deadline=None)  # a busy machine is no broken rule


@st.composite
def shown_lines(draw: st.DrawFn) -> list[ShownLine]:
    lines = []
    for _ in range(draw(st.integers(1, 8))):
        gross = draw(amounts)
        lines.append(ShownLine(gross, draw(st.integers(0, gross)), draw(st.booleans())))
    return lines


@pytest.mark.parametrize(
    ("lines", "subtotal", "beside"),
    [
        ([ShownLine(3000, 300)], 2700, 0),
        ([ShownLine(3000, 0)], 2700, 300),
        ([ShownLine(3000, 0), ShownLine(1000, 500)], 3000, 500),
        ([ShownLine(3000, 0)], None, 0),  # nothing stated, nothing guessed
        ([ShownLine(3000, 0)], 3500, 0),  # never below zero
        ([ShownLine(3000, 1000)], 0, 2000),  # never more than the lines cost
    ],
)
def test_the_discount_beside_the_lines(lines: list[ShownLine], subtotal: int | None, beside: int) -> None:
    assert discount_beside_lines(lines, subtotal) == beside


def test_tax_goes_to_taxable_lines_by_what_they_cost() -> None:
    lines = [ShownLine(8000, 0), ShownLine(6500, 0), ShownLine(5000, 0, taxable=False)]
    assert with_order_tax(lines, 1196) == [
        PaidLine(8000, 0, 659),
        PaidLine(6500, 0, 537),
        PaidLine(5000, 0, 0),
    ]


def test_tax_of_an_order_that_cost_nothing_was_on_its_delivery() -> None:
    assert with_order_tax([ShownLine(3000, 3000)], 95) == [PaidLine(3000, 3000, 0)]


@pytest.mark.parametrize(
    ("line", "tax", "paid"),
    [
        (ShownLine(1100, 0), 100, PaidLine(1000, 0, 100)),
        (ShownLine(2200, 220), 180, PaidLine(2000, 200, 180)),
        (ShownLine(1100, 0, taxable=False), 100, PaidLine(1100, 0, 0)),
        (ShownLine(1100, 1100), 0, PaidLine(1000, 1000, 0)),  # free: the store's own rate tells the list
        (ShownLine(100, 0), 500, PaidLine(0, 0, 100)),  # no more tax than was paid
    ],
)
def test_tax_within_a_price_is_taken_out(line: ShownLine, tax: int, paid: PaidLine) -> None:
    assert with_tax_taken_out([line], tax, store_rate_ppm=100_000) == [paid]


@patient
@given(shown_lines(), amounts)
def test_discount_shares_add_up_and_stay_within_their_lines(lines: list[ShownLine], subtotal: int) -> None:
    beside = discount_beside_lines(lines, subtotal)
    shared = with_order_discount(lines, beside)
    assert sum(line.discount for line in shared) == sum(line.discount for line in lines) + beside
    assert all(0 <= line.discount <= line.gross for line in shared)
    if subtotal <= sum(line.left for line in lines):
        assert sum(line.left for line in shared) == subtotal


@patient
@given(shown_lines(), amounts)
def test_tax_shares_add_up_to_the_orders_tax(lines: list[ShownLine], tax: int) -> None:
    paid = with_order_tax(lines, tax)
    can_be_taxed = any(line.taxable and line.left for line in lines)
    assert sum(line.tax for line in paid) == (tax if can_be_taxed else 0)
    assert [line.net for line in paid] == [line.left for line in lines]
    assert all(line.tax == 0 for line, shown in zip(paid, lines, strict=True) if not shown.taxable)


@patient
@given(shown_lines(), amounts, st.integers(0, 300_000))
def test_net_and_tax_are_what_was_paid_to_the_unit(lines: list[ShownLine], tax: int, rate: int) -> None:
    paid = with_tax_taken_out(lines, tax, rate)
    taxable = sum(line.left for line in lines if line.taxable)
    assert [line.net + line.tax for line in paid] == [line.left for line in lines]
    assert sum(line.tax for line in paid) == min(tax, taxable)
    for line, shown in zip(paid, lines, strict=True):
        assert 0 <= line.discount <= line.product <= shown.gross
        assert line.tax >= 0

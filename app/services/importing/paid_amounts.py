"""What each line cost, from what the order states as a whole: shares of its discount and its tax.

Shares are whole minor units and add up to the order's amounts exactly. A shop that shows prices
with tax gets the tax taken out, so that net + tax is what was paid, to the unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.money import round_half_even, spread

PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line in the shop's own prices: all its units before discount, and its own discount."""

    gross: int
    discount: int
    taxable: bool = True

    @property
    def left(self) -> int:
        return self.gross - self.discount


@dataclass(frozen=True, slots=True)
class PaidLine:
    """A line as it is kept: before discount and without tax, the discount, the tax."""

    product: int
    discount: int
    tax: int

    @property
    def net(self) -> int:
        return self.product - self.discount


def discount_beside_lines(lines: Sequence[ShownLine], subtotal: int | None) -> int:
    """The part of the order's discount that stands on no line: what the lines cost too much.

    Never below zero and never more than the lines cost. 0 where no subtotal is stated.
    """
    left = sum(line.left for line in lines)
    return 0 if subtotal is None else max(0, left - subtotal)


def with_order_discount(lines: Sequence[ShownLine], discount: int) -> list[ShownLine]:
    """The discount shared out by what the lines cost; no line gets more than its own cost."""
    shares = spread(discount, [line.left for line in lines])
    return [replace(line, discount=line.discount + share) for line, share in zip(lines, shares, strict=True)]


def with_order_tax(lines: Sequence[ShownLine], tax: int) -> list[PaidLine]:
    """The tax shared out by the net of the taxable lines, prices being without tax.

    Where no taxable line cost anything, the tax was on something else (delivery): no line has it.
    """
    return [
        PaidLine(line.gross, line.discount, share)
        for line, share in zip(lines, _tax_shares(lines, tax), strict=True)
    ]


def with_tax_taken_out(lines: Sequence[ShownLine], tax: int, store_rate_ppm: int) -> list[PaidLine]:
    """The same for prices that contain the tax: what was paid for a line stays net + tax."""
    shares = _tax_shares(lines, min(tax, sum(_taxable(line) for line in lines)))
    paid, taxed = sum(line.left for line in lines), sum(shares)
    order_rate = (paid - taxed, paid) if paid else (PPM, PPM + store_rate_ppm)
    return [_without_tax(line, share, order_rate) for line, share in zip(lines, shares, strict=True)]


def _without_tax(line: ShownLine, tax: int, order_rate: tuple[int, int]) -> PaidLine:
    """Product and discount at the line's own rate; of a line that cost nothing at the order's."""
    net = line.left - tax
    if line.left:
        product = round_half_even(line.gross * net, line.left)
    elif line.taxable:
        product = round_half_even(line.gross * order_rate[0], order_rate[1])
    else:
        product = line.gross
    return PaidLine(product, product - net, tax)


def _tax_shares(lines: Sequence[ShownLine], tax: int) -> list[int]:
    weights = [_taxable(line) for line in lines]
    return spread(tax, weights) if any(weights) else [0] * len(lines)


def _taxable(line: ShownLine) -> int:
    return line.left if line.taxable else 0

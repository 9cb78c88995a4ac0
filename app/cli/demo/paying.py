"""What a line of a demo order cost when it was bought: before discount, discount and tax.

The shop's prices go in as it shows them; out come the parts as an order keeps them, without tax in
`product` and `discount` also where the shop's prices contain it.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.pricing import PPM, Rate


@dataclass(frozen=True)
class Paid:
    """A whole line as paid, in minor units."""

    product: int
    discount: int
    tax: int


def as_paid(price: int, quantity: int, discount: int, rate_ppm: int, tax_inclusive: bool) -> Paid:
    """`quantity` units at `price`, less `discount` on the line; 82 500 ppm are 8.25 %."""
    rate, shown = Rate(rate_ppm, PPM), price * quantity
    if not tax_inclusive:
        return Paid(shown, discount, rate.on(shown - discount))
    paid = shown - discount
    net = rate.net_within(paid)
    product = max(rate.net_within(shown), net)
    return Paid(product, product - net, paid - net)

"""Goodwill: what a merchant gave up in an exchange, kept apart from the discount that was bought at.

A line that an exchange sent out stands at its frozen net. Where that is below what the kept discount would
have made it (an even swap for a dearer variant, a small difference waived), the rest is goodwill: the
shopper keeps the amount in the next exchange, but it is no rate to scale other prices by. After an even
swap for a cheaper variant it is below zero, and stays the merchant's in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.money import share_up_to


@dataclass(frozen=True)
class Scale:
    """Units `first`+1 to `last` of `of`, to be priced at `price_now` instead of `returned_price_now`."""

    first: int
    last: int
    of: int
    price_now: int
    returned_price_now: int

    def up_to(self, total: int, units: int) -> int:
        """What the first units of `total` cost at the new price."""
        return total * units * self.price_now // (self.of * self.returned_price_now)

    def between(self, total: int) -> int:
        return self.up_to(total, self.last) - self.up_to(total, self.first)

    def dearer(self, total: int, units: int) -> int:
        """What they cost more than at the price before."""
        return self.up_to(total, units) - share_up_to(total, units, self.of)


def beside_goodwill(regular: int, scale: Scale, tax_on: Callable[[int], int]) -> tuple[int, int]:
    """What the replacement's net and tax are above those of the credit.

    `regular` is the line's net with the goodwill put back: only that is scaled. At equal prices both
    are 0, and parts of a line add up to the whole.
    """
    before, after = scale.dearer(regular, scale.first), scale.dearer(regular, scale.last)
    return after - before, tax_on(after) - tax_on(before)


def goodwill_given(net: int, waived: int, why: Mapping[str, Any]) -> int:
    """The goodwill in a replacement of this net, by the rule and values that priced it.

    A replacement at today's price owes nothing to what was paid: only what was waived is goodwill.
    """
    if why["mode"] == "current_price" or not why["returned_price_now"]:
        return waived
    first, last = why["units"]
    scale = Scale(first, last, why["of"], why["price_now"], why["returned_price_now"])
    return scale.between(why["paid_net"] + why.get("goodwill", 0)) - net

"""What returned units are worth and what their replacement costs, by the merchant's pricing mode.

Amounts are minor units of one currency. Units of a line are numbered, and every share is the
difference of two cumulative shares, so that parts never lose or gain a unit against the whole.
Fees, and what becomes of the difference, are `app.domain.settlement`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from app.domain.facts import LineFacts, StoreFacts
from app.domain.goodwill import Scale, beside_goodwill
from app.domain.money import round_half_even, share_between
from app.domain.policy import VariantPricing

PPM = 1_000_000


@dataclass(frozen=True)
class Units:
    """Units `first`+1 to `last` of a line."""

    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first


@dataclass(frozen=True)
class Credit:
    """What was paid for the returned units: net after discount, and tax."""

    net: int
    tax: int

    @property
    def total(self) -> int:
        return self.net + self.tax


@dataclass(frozen=True)
class Price:
    """What the replacement costs, in the parts that go on the wire: net = product − discount."""

    product: int
    discount: int
    tax: int
    waived: int = 0  # part of `discount` that the merchant gives up within its tolerance

    @property
    def net(self) -> int:
        return self.product - self.discount

    @property
    def total(self) -> int:
        return self.net + self.tax

    def waive(self, amount: int) -> Price:
        """The price with `amount` more discount, as goodwill."""
        return replace(self, discount=self.discount + amount, waived=self.waived + amount)


@dataclass(frozen=True)
class Rate:
    """A tax rate as an exact fraction of net."""

    tax: int
    net: int

    def on(self, net: int) -> int:
        return round_half_even(net * self.tax, self.net)

    def net_within(self, gross: int) -> int:
        """The net part of an amount that contains this tax."""
        return round_half_even(gross * self.net, self.net + self.tax)


@dataclass(frozen=True)
class PricedUnits:
    """One return item's units against one replacement, with the rule and values that made it."""

    credit: Credit
    price: Price
    why: dict[str, Any]


def credit_of(line: LineFacts, units: Units) -> Credit:
    """The share of these units in what was paid for the line."""
    return Credit(
        share_between(line.net, units.first, units.last, line.quantity),
        share_between(line.tax, units.first, units.last, line.quantity),
    )


def what_was_paid(line: LineFacts, units: Units) -> dict[str, Any]:
    """The values that went into a credit, as JSON data."""
    return {
        "units": [units.first, units.last],
        "of": line.quantity,
        "paid_product": line.product,
        "paid_discount": line.discount,
        "paid_net": line.net,
        "paid_tax": line.tax,
    }


def tax_rate(line: LineFacts, order_lines: tuple[LineFacts, ...], store: StoreFacts) -> Rate:
    """The line's own rate; for a line that cost nothing the order's, else the store's."""
    if line.net > 0:
        return Rate(line.tax, line.net)
    net = sum(other.net for other in order_lines)
    if net > 0:
        return Rate(sum(other.tax for other in order_lines), net)
    return Rate(store.tax_rate_ppm, PPM)


def price_units(
    mode: VariantPricing,
    line: LineFacts,
    units: Units,
    price_now: int,
    returned_price_now: int,
    rate: Rate,
    tax_inclusive: bool,
) -> PricedUnits:
    """Price `units` of the line against a variant that costs `price_now` today.

    `returned_price_now` is today's price of the returned variant, its paid list price when it is
    gone.
    """
    mode = _mode_that_applies(mode, price_now, returned_price_now)
    credit = credit_of(line, units)
    today = _at_todays_price(price_now * units.count, rate, tax_inclusive)
    if mode is VariantPricing.KEEP_DISCOUNT:
        scale = (price_now, line.quantity * returned_price_now)
        price = _on_the_wire(today.net, _scaled(line.net, units, *scale), _scaled(line.tax, units, *scale))
        if line.goodwill:
            own = Scale(units.first, units.last, line.quantity, price_now, returned_price_now)
            net, tax = beside_goodwill(line.net + line.goodwill, own, rate.on)
            price = _on_the_wire(today.net, max(0, credit.net + net), max(0, credit.tax + tax))
    elif mode is VariantPricing.EVEN:
        price = _on_the_wire(today.net, credit.net, credit.tax)
    else:
        price = today
    return PricedUnits(credit, price, _why(mode, line, units, price_now, returned_price_now, rate))


def _at_todays_price(catalogue: int, rate: Rate, tax_inclusive: bool) -> Price:
    """What the shop shows, apart from its tax. Shown with tax, both parts are that price exactly."""
    if not tax_inclusive:
        return Price(catalogue, 0, rate.on(catalogue))
    net = rate.net_within(catalogue)
    return Price(net, 0, catalogue - net)


def _mode_that_applies(mode: VariantPricing, price_now: int, returned_price_now: int) -> VariantPricing:
    """Nothing can be scaled by a returned price of 0: equal prices stay even, others are today's."""
    if mode is not VariantPricing.KEEP_DISCOUNT or returned_price_now:
        return mode
    return VariantPricing.CURRENT_PRICE if price_now else VariantPricing.EVEN


def _why(
    mode: VariantPricing, line: LineFacts, units: Units, price_now: int, returned_price_now: int, rate: Rate
) -> dict[str, Any]:
    """The rule and every value that went into a price, as JSON data."""
    return {
        "mode": str(mode),
        **what_was_paid(line, units),
        "price_now": price_now,
        "returned_price_now": returned_price_now,
        "rate": [rate.tax, rate.net],
        **({"goodwill": line.goodwill} if line.goodwill else {}),
    }


def _on_the_wire(list_net: int, net: int, tax: int) -> Price:
    """Today's list as product, so that what was kept stands as discount; never negative."""
    product = max(list_net, net)
    return Price(product, product - net, tax)


def _scaled(total: int, units: Units, numerator: int, denominator: int) -> int:
    """Cumulative floor(total · k · P' / (Q · R)) between the two unit counts."""
    upto = total * units.last * numerator // denominator
    return upto - total * units.first * numerator // denominator

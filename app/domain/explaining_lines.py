"""One line of a quote in plain words: what its units are worth, what stands in for them, and by which rule.

Every figure is read from the quote; nothing is computed anew, so words and sum cannot part. Fees, cards and
how a sum ends are `app.domain.explanation`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.money import round_half_even
from app.domain.policy import VariantPricing
from app.domain.pricing import Price
from app.domain.quote import QuoteLine

Money = Callable[[int], str]


@dataclass(frozen=True)
class Names:
    """What a return item and its replacement are called; `arrives` is empty for a gift card."""

    leaves: str
    arrives: str = ""


@dataclass(frozen=True)
class Shown:
    """A replacement as a shop shows it, with its tax where prices contain it; `kept` is its discount."""

    price: int
    kept: int


def shown(line: QuoteLine, price: Price, tax_inclusive: bool) -> Shown:
    """Today's price of a line's replacement, and what of it the shopper does not pay; waived is apart."""
    if not tax_inclusive:
        return Shown(price.product, price.discount - price.waived)
    cost = price.total + price.waived
    today = max(line.why["price_now"] * line.units.count, cost)
    return Shown(today, today - cost)


@dataclass(frozen=True)
class LineWords:
    """The sentences of one line. `money` writes an amount of minor units for people."""

    line: QuoteLine
    names: Names
    tax_inclusive: bool
    money: Money

    def credit(self) -> str:
        """What was paid, and the share of these units in it."""
        said = f"{self.names.leaves}: you paid {self._paid()}."
        units, of = self.line.units, self.line.why["of"]
        if units.count == of:
            return said
        credit = self.line.credit
        worth = self.money(credit.total)
        if not self.tax_inclusive:
            worth = f"{self.money(credit.net)}, its tax {self.money(credit.tax)}"
        said = f"{said} {self._which()} {worth}."
        if self.line.why["paid_net"] % of or self.line.why["paid_tax"] % of:
            said += " What cannot be divided evenly is shared out, so that nothing of it is lost."
        return said

    def replacement(self, price: Price) -> str:
        """Today's price, and the rule that makes of it what the shopper pays."""
        why, units = self.line.why, self.line.units.count
        said = f"{self.names.arrives}: {self._times(units, why['price_now'])} today."
        if self.tax_inclusive:
            said = said.removesuffix(".") + ", tax included."
        net = f"{self._cost(price)}{' before the small difference that is on us' if price.waived else ''}"
        match why["mode"]:
            case VariantPricing.EVEN:
                return f"{said} This shop swaps variants evenly, so it costs you what you paid: {net}."
            case VariantPricing.CURRENT_PRICE:
                return said
        if why["price_now"] == why["returned_price_now"]:
            return f"{said} What you bought costs the same, so it costs you what you paid: {net}."
        kept = shown(self.line, price, self.tax_inclusive).kept
        return (
            f"{said} What you bought counts with {self.money(why['returned_price_now'])} apiece;"
            f" what you paid is scaled by the two{', so that you keep your discount' if kept else ''}: {net}."
        )

    def discount(self, price: Price) -> str:
        """Why the replacement costs less than it stands for today."""
        seen = shown(self.line, price, self.tax_inclusive)
        return (
            f"{self.names.arrives}: {self.money(seen.price)} less the {self.money(seen.price - seen.kept)}"
            f" it costs you is {self.money(seen.kept)}."
        )

    def waived(self, price: Price) -> str:
        """What the merchant gives up within its tolerance."""
        most = self.money(self.line.why["tolerance"])
        return (
            f"A difference of up to {most} is on the shop:"
            f" {self.money(price.waived)} is taken off {self.names.arrives}."
        )

    def tax(self, price: Price) -> str:
        """Whence the tax."""
        why = self.line.why
        tax = self.money(price.tax)
        if why["mode"] == VariantPricing.CURRENT_PRICE:
            part = "in" if self.tax_inclusive else "on"
            base = price.product + (price.tax if self.tax_inclusive else 0)
            return f"{self.names.arrives}: {self._percent()} {part} {self.money(base)} is {tax}."
        if why["mode"] == VariantPricing.EVEN or why["price_now"] == why["returned_price_now"]:
            return f"{self.names.arrives}: the tax you paid, {tax}."
        return f"{self.names.arrives}: the tax you paid, scaled like the price, is {tax}."

    def _paid(self) -> str:
        why = self.line.why
        count, product, discount = why["of"], why["paid_product"], why["paid_discount"]
        if self.tax_inclusive:
            whole = self.money(why["paid_net"] + why["paid_tax"])
            said = f"{whole} for {count}" if count > 1 else whole
            said += " after discount" if discount else ""
            return f"{said}, {self.money(why['paid_tax'])} tax included"
        even = product % count == 0
        said = self._times(count, product // count) if even else f"{self.money(product)} for {count}"
        said += f" less {self.money(discount)} discount" if discount else ""
        return f"{said}, and {self.money(why['paid_tax'])} tax" if why["paid_tax"] else said

    def _cost(self, price: Price) -> str:
        net = price.net + price.waived
        if self.tax_inclusive:
            return self.money(net + price.tax)
        return f"{self.money(net)} and {self.money(price.tax)} tax" if price.tax else self.money(net)

    def _times(self, count: int, each: int) -> str:
        return f"{count} × {self.money(each)}" if count > 1 else self.money(each)

    def _which(self) -> str:
        """Which units of the line, as the subject of a sentence."""
        units, of = self.line.units, self.line.why["of"]
        if units.first == 0:
            return f"One of the {of} is" if units.count == 1 else f"{units.count} of the {of} are"
        if units.count == 1:
            return f"Number {units.last} of the {of}, after those that went before, is"
        return f"Numbers {units.first + 1} to {units.last} of the {of}, after those that went before, are"

    def _percent(self) -> str:
        """The rate with as many decimals as it takes, four at most."""
        tax, net = self.line.why["rate"]
        parts = round_half_even(tax * 1_000_000, net) if net else 0
        whole, rest = divmod(parts, 10_000)
        return f"{whole}.{rest:04d}".rstrip("0").rstrip(".") + " %"

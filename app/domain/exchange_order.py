"""The message every placing connector gets: what the platform shall create from an exchange.

Built once, frozen with the exchange and stored with the dispatch; connectors translate it and add
nothing to it. Amounts are minor units; `product` is before discount and without tax.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.domain.facts import Address, Customer
from app.domain.money import share_between, share_up_to


@dataclass(frozen=True)
class ReturnedItem:
    """Units of one bought line that come back."""

    line_id: str  # the platform's own id of the line
    sku: str
    title: str
    quantity: int
    concept: str = ""
    credit: int = 0  # what was paid for these units, with tax
    reason: str = ""  # a code of `app.domain.reasons`
    orders: tuple[str, ...] = ()  # the platform's own order of each unit, where each has one of its own

    def part(self, first: int, last: int) -> ReturnedItem:
        """Units `first`+1 to `last` alone, with their share of the credit."""
        credit = share_between(self.credit, first, last, self.quantity)
        return replace(self, quantity=last - first, credit=credit, orders=self.orders[first:last])

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ReturnedItem:
        return cls(**(dict(data) | {"orders": tuple(data.get("orders", ()))}))


@dataclass(frozen=True)
class VariantLine:
    """One replacement variant against one returned line. Amounts are for the whole line.

    `difference` is this line's part of the price difference, the fees on the first; the parts add up.
    """

    sku: str
    title: str
    product_id: str
    variant_id: str
    quantity: int
    product: int
    discount: int
    tax: int
    returned: ReturnedItem
    difference: int = 0

    def first(self, units: int) -> VariantLine:
        """The line as if it were these units alone, with their share of every amount."""

        def share(amount: int) -> int:
            return share_up_to(amount, units, self.quantity)

        return replace(
            self,
            quantity=units,
            product=share(self.product),
            discount=share(self.discount),
            tax=share(self.tax),
            returned=self.returned.part(0, units),
            difference=share(self.difference),
        )


@dataclass(frozen=True)
class CardLine:
    """The one gift card and everything given back for it. `bonus` is not part of `face`."""

    sku: str
    face: int
    bonus: int
    returned: tuple[ReturnedItem, ...]


@dataclass(frozen=True)
class ExchangeOrder:
    """An exchange as the platform shall place it.

    `shipping` is what the shopper is charged for sending, in minor units; a platform without a field for
    it may count it all the same.
    """

    reference: str
    currency: str
    rma: str
    original_order_id: str
    original_secondary_order_id: str
    is_gift: bool
    variants: tuple[VariantLine, ...]
    card: CardLine | None
    customer: Customer
    shipping_address: Address
    billing_address: Address
    transaction_id: str
    shipping: int = 0
    expedited: bool = False
    platform_order_id: str = ""  # the platform's own id of the original order, where it differs
    bought_order_id: str = ""  # the same of the order that a chain of exchanges began with
    readdressed: bool = False  # it goes to another address than the original order did

    @property
    def difference(self) -> int:
        """The price difference over the variant lines: above zero the shopper owes it."""
        return sum(line.difference for line in self.variants)

    @property
    def returned(self) -> tuple[ReturnedItem, ...]:
        """Everything that comes back, for variants first."""
        return tuple(line.returned for line in self.variants) + (self.card.returned if self.card else ())

    @property
    def replacements(self) -> int:
        """What the variant lines cost, discount taken off and tax added."""
        return sum(line.product - line.discount + line.tax for line in self.variants)

    def to_data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ExchangeOrder:
        card = data["card"]
        variants = tuple(
            VariantLine(**(dict(line) | {"returned": ReturnedItem.from_data(line["returned"])}))
            for line in data["variants"]
        )
        values = dict(data) | {
            "variants": variants,
            "card": _card_from(card) if card else None,
            "customer": Customer(**data["customer"]),
            "shipping_address": Address.from_data(data["shipping_address"]),
            "billing_address": Address.from_data(data["billing_address"]),
        }
        return cls(**values)


def _card_from(data: Mapping[str, Any]) -> CardLine:
    returned = tuple(ReturnedItem.from_data(item) for item in data["returned"])
    return CardLine(data["sku"], data["face"], data["bonus"], returned)

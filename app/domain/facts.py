"""What the rules know of an order and a catalogue: frozen values, made from rows by `app.models`.

Amounts are minor units of the order's currency. `product` of a line is before discount and without
tax, also in stores whose prices include it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Address:
    """A postal address; parts that a country does not use are empty."""

    name: str = ""
    street1: str = ""
    street2: str = ""
    city: str = ""
    province: str = ""
    postal_code: str = ""
    country_code: str = ""
    phone: str = ""

    def same_place(self, other: Address) -> bool:
        """Whether both are one door, however they are written; names and telephones do not tell."""
        return self._door() == other._door()

    def _door(self) -> tuple[str, ...]:
        parts = (self.street1, self.street2, self.city, self.postal_code, self.country_code)
        return tuple("".join(part.split()).casefold() for part in parts)

    def to_data(self) -> dict[str, str]:
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Address:
        return cls(**{key: str(data.get(key) or "") for key in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Customer:
    """Who bought: `identifier` is the merchant's own, the e-mail address where there is none."""

    identifier: str
    email: str
    first_name: str = ""
    last_name: str = ""
    phone: str = ""


@dataclass(frozen=True)
class VariantFacts:
    """One variant as the catalogue stands today. `stock` None: not tracked, always available."""

    id: int
    product_id: int
    product_platform_id: str
    platform_id: str
    sku: str
    product_title: str
    title: str
    options: tuple[tuple[str, str], ...]
    price: int
    stock: int | None
    backorder: bool = False
    active: bool = True
    image_url: str | None = None
    product_tags: frozenset[str] = frozenset()
    gift_card: bool = False  # its product is one
    read_at: datetime | None = None  # when the platform last told its stock

    @property
    def words(self) -> str:
        """The options as a shopper reads them: "Navy · M"."""
        return " · ".join(value for _, value in self.options)

    def available(self, units: int = 1) -> bool:
        """Whether this many units can be promised now."""
        return self.active and (self.stock is None or self.stock >= units or self.backorder)


@dataclass(frozen=True)
class LineFacts:
    """One line of an order as paid. `gone` units are refunded or taken by exchanges already.

    `platform_orders` names the platform's own order of each unit, empty where all are in the line's order.
    """

    id: int
    platform_id: str
    sku: str
    title: str
    variant_words: str
    product: int
    discount: int
    tax: int
    list_price: int  # one unit as the shop showed it when it was bought
    quantity: int
    shipped: int
    refunded: int
    committed: int
    tags: frozenset[str]
    variant_id: int | None
    product_id: int | None
    return_until: date | None = None
    concept: str = ""
    image_url: str | None = None
    goodwill: int = 0  # what the merchant gave up in the exchange that sent this line
    platform_orders: tuple[str, ...] = ()

    @property
    def net(self) -> int:
        return self.product - self.discount

    @property
    def gone(self) -> int:
        return min(self.quantity, self.refunded + self.committed)

    @property
    def open_units(self) -> int:
        """Units that came to the shopper and are still theirs to exchange."""
        return max(0, min(self.shipped, self.quantity) - self.gone)


@dataclass(frozen=True)
class OrderFacts:
    """One order. Times are UTC; `chain_depth` is 0 for an order bought, 1 for its exchange.

    `recent_exchanges` are the customer's others of late, over all their orders. `lacks_email`: it has no
    e-mail address, and its platform takes nothing without one.
    """

    id: int
    number: str
    platform_id: str
    secondary_id: str
    currency: str
    cancelled: bool
    shipped_at: datetime | None
    delivered_at: datetime | None
    is_gift: bool
    tags: frozenset[str]
    chain_depth: int
    has_live_exchange: bool
    was_exchanged: bool
    customer: Customer
    shipping_address: Address
    billing_address: Address
    lines: tuple[LineFacts, ...]
    recent_exchanges: int = 0
    lacks_email: bool = False

    def line(self, line_id: int) -> LineFacts:
        """The line with this id. Raises KeyError for a line of another order."""
        for line in self.lines:
            if line.id == line_id:
                return line
        raise KeyError(line_id)


@dataclass(frozen=True)
class StoreFacts:
    """What the rules need of a store. `tax_rate_ppm`: 8.25 % is 82500."""

    slug: str
    currency: str
    time_zone: str
    tax_inclusive: bool
    tax_rate_ppm: int = 0

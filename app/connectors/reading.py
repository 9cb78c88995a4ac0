"""What a platform tells of orders and products, as plain values, and the ports by which it is asked.

A platform has these ports or not, and `isinstance(placer, OrderSource)` tells. They are as pure as placing:
asked for the next step, they answer with a request, with what was found, or why it could not be read. When
and how long anybody waits for that is `app.services.platform_reading`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from app.connectors.base import Reply, Request
from app.domain.facts import Address, Customer


class NotReadable(ValueError):
    """The answer is no order or product that could be used; the message names the field at fault."""


@dataclass(frozen=True)
class ReadLine:
    """One line as paid, amounts in minor units for the whole line. `left`: units that may be returned.

    `product` is before discount and without tax; `list_price` is one unit as the shop showed it.
    """

    id: str
    sku: str
    title: str
    variant_id: str
    product_id: str
    product: int
    discount: int
    tax: int
    list_price: int
    quantity: int
    shipped: int
    gone: int
    left: int
    image_url: str = ""
    is_gift_card: bool = False


@dataclass(frozen=True)
class ReadOrder:
    """One order. `due` is what it has pending: above zero the shopper owes it."""

    id: str
    number: str
    currency: str
    cancelled: bool
    placed_at: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None
    customer: Customer
    shipping_address: Address
    billing_address: Address
    lines: tuple[ReadLine, ...]
    due: int


@dataclass(frozen=True)
class ReadVariant:
    """One variant. `price` in minor units; `stock` None: not tracked, always to be had."""

    id: str
    sku: str
    title: str
    option_values: tuple[str, ...]
    price: int
    currency: str
    tax_inclusive: bool
    stock: int | None
    stock_known: bool
    backorder: bool
    image_url: str = ""


@dataclass(frozen=True)
class ReadProduct:
    """One product with all its variants that can be bought."""

    id: str
    title: str
    option_names: tuple[str, ...]
    variants: tuple[ReadVariant, ...]
    tags: tuple[str, ...] = ()
    image_url: str = ""
    is_gift_card: bool = False


@dataclass(frozen=True)
class OrderWanted:
    """Which order: by the platform's own id where that is known, else by number and e-mail, both exactly."""

    number: str
    email: str
    platform_id: str = ""


@dataclass(frozen=True)
class OrderFound:
    """The order without the lines that exchanges of ours added to it; None: there is no such order."""

    order: ReadOrder | None


@dataclass(frozen=True)
class ProductsFound:
    """Those of the products asked for that the platform sells."""

    products: tuple[ReadProduct, ...]


@dataclass(frozen=True)
class CannotRead:
    """The platform answered, but not with what was asked for; `reason` is for an operator to read."""

    reason: str


@runtime_checkable
class OrderSource(Protocol):
    """A platform that can be asked for one order."""

    def reads_orders(self) -> bool:
        """Whether this store wants that."""

    def order_step(self, wanted: OrderWanted, answers: Sequence[Reply]) -> Request | OrderFound | CannotRead:
        """What comes after these answers; the first request for none. Requests only read."""

    def needs_proof(self, request: Request) -> bool:
        """Whether this request must prove who we are."""


@runtime_checkable
class ProductSource(Protocol):
    """A platform that can be asked for products with price and stock."""

    def reads_products(self) -> bool:
        """Whether this store wants that."""

    def products_step(
        self, products: Sequence[str], answers: Sequence[Reply]
    ) -> Request | ProductsFound | CannotRead:
        """The same for the products with these ids of the platform's."""

    def needs_proof(self, request: Request) -> bool:
        """Whether this request must prove who we are."""

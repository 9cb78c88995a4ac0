"""What a platform tells of orders and products when it is asked, as plain values. Who asks is `reading`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.facts import Address, Customer

# What a platform's reply to placing calls `PlacedRecord.total`, in minor units.
LINES_TOTAL = "lines_total"


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
    """One variant. `price` in minor units; `stock` None: not tracked, always to be had.

    `tax_inclusive`: the price holds its tax. Without a `currency` it is the store's.
    """

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
class OrderFound:
    """The order without the lines that exchanges of ours added to it; None: there is no such order."""

    order: ReadOrder | None


@dataclass(frozen=True)
class PlacedRecord:
    """What a platform has of an exchange that it placed; amounts in minor units.

    `total` is what its lines cost with tax, None where that cannot be told, or one of them came back since.
    `unpaid` are the amounts that the order still waits for.
    """

    cancelled: bool
    total: int | None
    unpaid: tuple[int, ...]


@dataclass(frozen=True)
class PlacedFound:
    """What came of an exchange at the platform; None: it has none of this reference."""

    record: PlacedRecord | None


@dataclass(frozen=True)
class ProductsFound:
    """Those of the products asked for that the platform sells."""

    products: tuple[ReadProduct, ...]

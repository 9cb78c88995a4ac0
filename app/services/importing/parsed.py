"""Orders and products as a file states them, in one form for every kind of file.

Amounts are minor units; a line's `product`, `discount` and `tax` are as the domain keeps them
(`app.domain.facts`). Nothing here is tied to rows of the database yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.facts import Address, Customer


@dataclass(frozen=True, slots=True)
class ParsedVariant:
    """One variant. `stock` None: not tracked; `stock_known` False: tracked, but the file is silent.

    `title` is its options in words, "Navy / M"; `read_at` is when all this was true, UTC.
    """

    platform_id: str
    sku: str
    title: str
    option_values: tuple[str, ...]
    price: int
    stock: int | None
    read_at: datetime
    stock_known: bool = True
    backorder: bool = False
    image_url: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedProduct:
    """One product. `complete`: variants that are not among these are no longer sold."""

    line: int
    platform_id: str
    title: str
    option_names: tuple[str, ...]
    variants: tuple[ParsedVariant, ...]
    complete: bool
    vendor: str = ""
    tags: tuple[str, ...] = ()
    image_url: str | None = None
    is_gift_card: bool = False
    active: bool = True

    @property
    def what(self) -> str:
        return f"product {self.platform_id}"


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """One line as paid. `name` is what the file calls it, which may hold the options too."""

    platform_id: str
    sku: str
    name: str
    product: int
    discount: int
    tax: int
    list_price: int
    quantity: int
    shipped: int
    refunded: int
    tags: tuple[str, ...] = ()
    concept: str = ""
    image_url: str | None = None
    return_until: date | None = None


@dataclass(frozen=True, slots=True)
class ParsedOrder:
    """One order. `line` is where it starts in the file; `embedded` are products it came with.

    `told_at` is when all this was true, UTC, where the source says so: an older word of it never undoes a
    newer one.
    """

    line: int
    number: str
    number_key: str
    platform_id: str
    secondary_id: str
    currency: str
    cancelled: bool
    placed_at: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None
    tags: tuple[str, ...]
    customer: Customer
    shipping_address: Address
    billing_address: Address
    lines: tuple[ParsedLine, ...]
    is_gift: bool = False
    gift_code: str | None = None
    payment_reference: str = ""
    told_at: datetime | None = None
    embedded: tuple[ParsedProduct, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def what(self) -> str:
        return f"order {self.number}"

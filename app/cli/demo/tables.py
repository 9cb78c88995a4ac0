"""What the demo's tables are written in: stores, products, people and orders as frozen values.

The tables themselves are `acme` and `kaze`; turning them into rows is `seeding`. Amounts are minor
units as the shop shows them, days are days before now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.cli.demo.cases import Case


@dataclass(frozen=True)
class Row:
    """One variant. `stock` None is not tracked."""

    values: tuple[str, ...]
    price: int
    stock: int | None
    backorder: bool = False


def row(
    first: str | tuple[str, ...], price: int, stock: Mapping[str, int | None], backorder: bool = False
) -> tuple[Row, ...]:
    """Variants that differ in their last option only: its values and how many there are of each.

    `first` holds the values of the options before it, "" where there are none.
    """
    before = first if isinstance(first, tuple) else (first,) if first else ()
    return tuple(Row((*before, value), price, units, backorder) for value, units in stock.items())


@dataclass(frozen=True)
class DemoProduct:
    """One product. `drawing` names its pictures, `colour` the one for variants without a colour."""

    code: str
    title: str
    drawing: str
    options: tuple[str, ...]
    rows: tuple[Row, ...]
    colour: str = ""

    def picture(self, values: tuple[str, ...]) -> str:
        """The address of the picture in this variant's colour."""
        colour = dict(zip(self.options, values, strict=True)).get("Colour", self.colour).lower()
        return f"/static/img/demo/{self.drawing}-{colour}.svg"

    def sku(self, values: tuple[str, ...]) -> str:
        """PARKA-NAVY-M for Navy and M."""
        words = ["".join(letter for letter in value if letter.isalnum()).upper() for value in values]
        return "-".join([self.code, *words])


@dataclass(frozen=True)
class Place:
    """An address without a name; parts that a country does not use stay empty."""

    street1: str
    city: str
    province: str
    postal_code: str
    country_code: str
    street2: str = ""


@dataclass(frozen=True)
class Person:
    """Someone who buys, or who is sent a gift."""

    first_name: str
    last_name: str
    email: str
    place: Place
    phone: str = ""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class Bought:
    """One line of an order: a variant by its product's code and option values.

    `price` is what one unit was then, None for today's price; `discount` is on the whole line.
    """

    product: str
    values: tuple[str, ...] = ()
    quantity: int = 1
    discount: int = 0
    price: int | None = None
    tags: tuple[str, ...] = ()
    refunded: int = 0


@dataclass(frozen=True)
class Unlisted:
    """A line whose product the catalogue does not have, or has no more."""

    title: str
    price: int
    sku: str
    quantity: int = 1
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exchanged:
    """An exchange that the shop placed already: the first line's other variant, and when.

    `delivered` None: what it sends is still being packed.
    """

    values: tuple[str, ...]
    reason: str
    confirmed: int
    delivered: int | None = None


@dataclass(frozen=True)
class DemoOrder:
    """One order and the case it shows; `hint` says what to try with it.

    `shipped` and `delivered` None: not yet.
    """

    number: str
    case: Case
    hint: str
    buyer: Person
    lines: tuple[Bought | Unlisted, ...]
    ordered: int = 9
    shipped: int | None = 7
    delivered: int | None = 4
    cancelled: bool = False
    gift_for: Person | None = None
    gift_code: str | None = None
    exchanged: Exchanged | None = None


@dataclass(frozen=True)
class DemoStore:
    """One store with its catalogue and orders."""

    slug: str
    name: str
    currency: str
    locale: str
    time_zone: str
    tax_inclusive: bool
    tax_rate: str
    branding: Mapping[str, str]
    policy: Mapping[str, Any]
    optoro: Mapping[str, str]
    products: tuple[DemoProduct, ...]
    orders: tuple[DemoOrder, ...] = field(repr=False)

    def product(self, code: str) -> DemoProduct:
        """The product with this code. Raises KeyError."""
        return {product.code: product for product in self.products}[code]

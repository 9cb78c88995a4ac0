"""The goods and orders of the pretend Medusa, and its arithmetic.

Amounts are decimal major units, as Medusa has them. What is here: the rows and their sums. What is not:
what calls do to them (`medusa_exchanges.py`, `medusa_returns.py`) and how they look on the wire
(`medusa_views.py`).
"""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

NOTHING = Decimal(0)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Product:
    """A product with the names of its options."""

    id: str
    title: str
    options: tuple[str, ...] = ("Size",)


TEE, MUG = Product("prod_tee", "Tee"), Product("prod_mug", "Mug")


@dataclass
class Variant:
    """`price` None: it has none. `stocked` less `reserved` can be had. `values` are those of its options."""

    id: str
    sku: str
    title: str
    price: Decimal | None
    stocked: int = 1000
    reserved: int = 0
    published: bool = True
    product: Product = TEE
    values: tuple[str, ...] = ()


@dataclass
class Line:
    """One line of an order. `rate` is its tax as a fraction, `discount` is for the whole line."""

    id: str
    variant: Variant
    unit_price: Decimal
    quantity: int
    fulfilled: int = 0
    requested: int = 0
    received: int = 0
    dismissed: int = 0
    discount: Decimal = NOTHING
    rate: Decimal = NOTHING

    @property
    def subtotal(self) -> Decimal:
        return self.unit_price * self.quantity

    @property
    def tax(self) -> Decimal:
        return (self.subtotal - self.discount) * self.rate

    @property
    def total(self) -> Decimal:
        return self.subtotal - self.discount + self.tax

    @property
    def credit(self) -> Decimal:
        """What the units that were asked to come back are worth."""
        return self.total * self.requested / self.quantity


@dataclass
class Method:
    """A shipping method; `rate` is its tax as a fraction."""

    option: str
    amount: Decimal
    rate: Decimal = NOTHING

    @property
    def total(self) -> Decimal:
        return self.amount * (1 + self.rate)


@dataclass
class Parcel:
    """Units of lines that were packed together, and the numbers on its labels."""

    id: str
    units: dict[str, int]
    shipped_at: str | None = None
    delivered_at: str | None = None
    numbers: list[str] = field(default_factory=list)


@dataclass
class Order:
    """An order with everything added by exchanges."""

    id: str
    display_id: int
    email: str
    currency: str
    lines: list[Line]
    methods: list[Method]
    paid: Decimal
    first_paid: Decimal = NOTHING  # with the one payment that can be refunded
    version: int = 1
    cancelled: bool = False
    collections: list[dict[str, object]] = field(default_factory=list)
    refunds: list[dict[str, object]] = field(default_factory=list)
    address: dict[str, object] = field(default_factory=dict)
    parcels: list[Parcel] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        parts: list[Line | Method] = [*self.lines, *self.methods]
        return sum((part.total for part in parts), NOTHING)

    @property
    def refunded(self) -> Decimal:
        return sum((Decimal(str(refund["amount"])) for refund in self.refunds), NOTHING)

    @property
    def pending(self) -> Decimal:
        """The amount still open, with the credit for what comes back; of a cent, nothing is shown."""
        exact = self.total - sum((line.credit for line in self.lines), NOTHING) - self.paid + self.refunded
        return exact if abs(exact) > CENT else NOTHING

    def line(self, identifier: str) -> Line | None:
        return next((line for line in self.lines if line.id == identifier), None)

    def parcel(self, identifier: str) -> Parcel | None:
        return next((parcel for parcel in self.parcels if parcel.id == identifier), None)


@dataclass
class Coming:
    """A return. `fulfilments` maps their ids to whether they were cancelled.

    `unpacked` are line, units and whether they are damaged, as long as it is being received; `damaged` units
    are among the `received` ones, and both are those of the last go; `came` are those of all.
    """

    id: str
    display_id: int
    order: Order
    status: str = "open"
    metadata: object = None
    units: dict[str, int] = field(default_factory=dict)
    fulfilments: dict[str, bool] = field(default_factory=dict)
    received: dict[str, int] = field(default_factory=dict)
    came: Counter[str] = field(default_factory=Counter)
    damaged: dict[str, int] = field(default_factory=dict)
    received_at: str | None = None
    unpacked: list[tuple[str, int, bool]] | None = None


@dataclass
class Change:
    """An exchange and its order change. `coming` is what it points at, also when that is gone."""

    id: str
    display_id: int
    order: Order
    metadata: object = None
    change_id: str = ""
    pending: bool = True
    cancelled: bool = False
    carries_promotions: bool = False
    coming: Coming | None = None
    poisoned: bool = False
    outbound: list[Line] = field(default_factory=list)
    inbound_methods: list[Method] = field(default_factory=list)
    outbound_methods: list[Method] = field(default_factory=list)
    additional: list[Line] = field(default_factory=list)


@dataclass
class Shop:
    """Everything there is. Ids count up, so that a run is the same every time."""

    variants: dict[str, Variant] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    exchanges: dict[str, Change] = field(default_factory=dict)
    returns: dict[str, Coming] = field(default_factory=dict)
    gift_cards: list[dict[str, object]] = field(default_factory=list)
    tax_rate: Decimal = NOTHING
    made: int = 0

    def number(self) -> int:
        self.made += 1
        return self.made

    def open_change(self, order: Order) -> bool:
        """Whether an exchange or a return of the order is still being put together."""
        exchanges = any(one.pending for one in self.exchanges.values() if one.order is order)
        inside = {id(one.coming) for one in self.exchanges.values()}
        returns = (one for one in self.returns.values() if one.order is order and id(one) not in inside)
        return exchanges or any(one.status == "open" for one in returns)


def fresh_shop() -> Shop:
    """A tee in four sizes, of which XL is the last one, and a mug that has no price."""
    shop = Shop()
    for sku, price, stocked in (
        ("TEE-S", 20, 1000),
        ("TEE-M", 20, 1000),
        ("TEE-L", 25, 1000),
        ("TEE-XL", 18, 1),
    ):
        name = f"variant_{sku.lower()}"
        shop.variants[name] = Variant(name, sku, sku[4:], Decimal(price), stocked)
    shop.variants["variant_mug"] = Variant("variant_mug", "MUG", "Mug", None, product=MUG)
    return shop

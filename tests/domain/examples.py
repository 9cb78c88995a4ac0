"""Lines, orders, variants and stores with ordinary values, so that a test names only what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from app.domain.building_order import Delivery
from app.domain.facts import Address, Customer, LineFacts, OrderFacts, StoreFacts, VariantFacts
from app.domain.policy import Policy
from app.domain.quote import Quote
from app.domain.settlement import Choice, make_quote

USD_STORE = StoreFacts("acme", "USD", "America/New_York", tax_inclusive=False, tax_rate_ppm=82_500)
JPY_STORE = StoreFacts("kaze", "JPY", "Asia/Tokyo", tax_inclusive=True, tax_rate_ppm=100_000)

ADA = Customer("cus_88", "ada@example.test", "Ada", "Moss")
QUAY = Address("Ada Moss", "9 Quay St", "", "Bend", "OR", "97701", "US")
BANK = Address("Ada Moss", "1 Bank Row", "", "Bend", "OR", "97702", "US")

DELIVERED = datetime(2026, 11, 10, 15, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)

_LINE = LineFacts(
    id=1,
    platform_id="11",
    sku="PARKA-M",
    title="Ridge Parka",
    variant_words="Navy · M",
    product=12_900,
    discount=0,
    tax=1_064,
    list_price=12_900,
    quantity=1,
    shipped=1,
    refunded=0,
    committed=0,
    tags=frozenset(),
    variant_id=101,
    product_id=10,
)

_ORDER = OrderFacts(
    id=1,
    number="AC-1001",
    platform_id="5500000000000",
    secondary_id="5500000000000",
    currency="USD",
    cancelled=False,
    shipped_at=datetime(2026, 11, 7, 15, 0, tzinfo=UTC),
    delivered_at=DELIVERED,
    is_gift=False,
    tags=frozenset(),
    chain_depth=0,
    has_live_exchange=False,
    was_exchanged=False,
    customer=ADA,
    shipping_address=QUAY,
    billing_address=BANK,
    lines=(),
)

_VARIANT = VariantFacts(
    id=102,
    product_id=10,
    product_platform_id="PARKA",
    platform_id="PARKA-L",
    sku="PARKA-L",
    product_title="Ridge Parka",
    title="Navy / L",
    options=(("Colour", "Navy"), ("Size", "L")),
    price=12_900,
    stock=5,
)


def line(**changes: Any) -> LineFacts:
    """A delivered parka of one unit; with only `quantity` given, every unit was shipped."""
    if "quantity" in changes:
        changes.setdefault("shipped", changes["quantity"])
    return replace(_LINE, **changes)


def order(*lines: LineFacts, **changes: Any) -> OrderFacts:
    """An order delivered ten days before TODAY."""
    return replace(_ORDER, lines=lines, **changes)


def variant(**changes: Any) -> VariantFacts:
    """Another size of the parka, in stock, at the price that was paid."""
    return replace(_VARIANT, **changes)


def choice(of: LineFacts, quantity: int = 1, to: VariantFacts | None = None, **changes: Any) -> Choice:
    """Units of a line against a variant, or a gift card when `to` is not given."""
    return Choice(item_id=changes.pop("item_id", of.id), line=of, quantity=quantity, variant=to, **changes)


def bought_as(of: LineFacts, price: int) -> VariantFacts:
    """The variant that the line was bought as, at today's price."""
    return variant(id=of.variant_id, sku=of.sku, price=price, product_id=of.product_id or 0)


def quote(*choices: Choice, policy: Policy | None = None, store: StoreFacts = USD_STORE) -> Quote:
    """The sum of these choices as an order of exactly their lines."""
    lines = {each.line.id: each.line for each in choices}
    bought = order(*lines.values(), currency=store.currency)
    return make_quote(store, policy or Policy(), bought, choices)


def delivery(**changes: Any) -> Delivery:
    """What Review and submit add to a quote."""
    plain = Delivery(
        reference="EX-7K3M9Q",
        rma="RMA-7K3M9Q",
        transaction_id="0d7f2c5e-2f0a-4d0f-9a53-6b0b8a4d7c11",
        shipping_address=QUAY,
        customer=ADA,
    )
    return replace(plain, **changes)

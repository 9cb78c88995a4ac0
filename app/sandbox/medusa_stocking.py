"""What the settings of the pretend Medusa may put into its shop: goods, orders, and how it behaves."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.sandbox.checks import Check, list_of, record, text, true_or_false, whole_number
from app.sandbox.medusa_shop import CENT, NOTHING, Line, Method, Order, Product, Shop, Variant
from app.sandbox.medusa_views import WHEN

PPM = 1_000_000
LINE = record(
    {"variant_id": text(), "quantity": whole_number(1)},
    {"fulfilled": whole_number(0), "discount_cents": whole_number(0)},
)
PRODUCT = record({"id": text(), "title": text(), "options": list_of(text(), at_least=0)}, {})
SETTINGS_FORM: Check = record(
    {},
    {
        "orders": list_of(
            record(
                {"display_id": whole_number(1), "email": text(), "items": list_of(LINE, at_least=1)},
                {"currency_code": text(), "sent_at": text(), "postal_code": text()},
            ),
            at_least=1,
        ),
        "variants": list_of(
            record(
                {"id": text(), "sku": text(), "price_cents": whole_number(0)},
                {
                    "stocked": whole_number(0),
                    "title": text(),
                    "product": PRODUCT,
                    "values": list_of(text(), at_least=0),
                },
            ),
            at_least=1,
        ),
        "stock": record({}, {f"variant_tee-{size}": whole_number(0) for size in ("s", "m", "l", "xl")}),
        "tax_rate_ppm": whole_number(0, PPM),
        "loyalty_plugin": true_or_false(),
        "secret_key": text(),
        "admin": record({"email": text(), "password": text()}, {}),
        "racing_confirms": whole_number(1, 8),
    },
)


def add_order(shop: Shop, wanted: Mapping[str, Any]) -> None:
    """An order that was paid for in full, and sent unless it says otherwise."""
    number = wanted["display_id"]
    lines = []
    for position, item in enumerate(wanted["items"], 1):
        variant, quantity = shop.variants[item["variant_id"]], item["quantity"]
        line = Line(f"ordli_{number}_{position}", variant, variant.price or NOTHING, quantity)
        line.fulfilled = item.get("fulfilled", quantity)
        line.discount = item.get("discount_cents", 0) * CENT
        line.rate = shop.tax_rate
        lines.append(line)
    methods = [Method("so_standard", Decimal(5), shop.tax_rate)]
    identifier = f"order_{number:06d}"
    order = Order(
        identifier, number, wanted["email"], wanted.get("currency_code", "usd"), lines, methods, NOTHING
    )
    order.paid = order.first_paid = order.total
    order.sent_at = wanted.get("sent_at", WHEN)
    if "postal_code" in wanted:
        order.address["postal_code"] = wanted["postal_code"]
    shop.orders[identifier] = order


def variant_from(wanted: Mapping[str, Any]) -> Variant:
    """A variant, of the tee where it names no product."""
    sku, price = wanted["sku"], wanted["price_cents"] * CENT
    made = Variant(wanted["id"], sku, wanted.get("title", sku), price, wanted.get("stocked", 1000))
    made.values = tuple(wanted.get("values", ()))
    if "product" in wanted:
        product = wanted["product"]
        made.product = Product(product["id"], product["title"], tuple(product["options"]))
    return made

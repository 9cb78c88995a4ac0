"""Reading an order and its products from Medusa while a shopper waits: two courses that change nothing.

Medusa keeps an exchange on the order it came from. What exchanges of ours added to an order is an order of
its own here, so those lines are left out; they are told by our reference in the exchange's metadata.
Single requests and what their answers hold are `medusa_orders` and `medusa_catalogue`.
"""

from __future__ import annotations

from dataclasses import replace

from app.connectors.found import OrderFound, ProductsFound, ReadOrder
from app.connectors.platforms.medusa_asking import ORDER_ID, content_of
from app.connectors.platforms.medusa_calls import Calls
from app.connectors.platforms.medusa_catalogue import product_request, read_one
from app.connectors.platforms.medusa_course import Course
from app.connectors.platforms.medusa_orders import look_for_order, read_order
from app.connectors.platforms.medusa_reply import exchanges_of
from app.connectors.platforms.medusa_settings import MedusaSettings
from app.connectors.reading import OrderWanted, ProductsWanted

PRODUCT_ID = "prod_"
MOST_PRODUCTS = 10  # one request each, and a shopper waits


def order(calls: Calls, wanted: OrderWanted) -> Course[OrderFound]:
    """The order; with None where there is no such order. Raises NoWayOn."""
    order_id = wanted.platform_id if wanted.platform_id.startswith(ORDER_ID) else ""
    if not order_id:
        order_id = yield from look_for_order(calls, wanted.number, wanted.email)
    if not order_id:
        return OrderFound(None)
    found = read_order((yield calls.whole_order(order_id)))
    listed = yield calls.exchanges_of(order_id)
    content_of(listed)
    ours = {item for one in exchanges_of(listed) if one.reference for item in one.items}
    return OrderFound(_without(found, ours))


def _without(order: ReadOrder, lines: set[str]) -> ReadOrder:
    return replace(order, lines=tuple(line for line in order.lines if line.id not in lines))


def products(settings: MedusaSettings, wanted: ProductsWanted) -> Course[ProductsFound]:
    """The products; ids that are none of Medusa's are passed over. Raises NoWayOn."""
    known = [product for product in dict.fromkeys(wanted.products) if product.startswith(PRODUCT_ID)]
    found = []
    for product in known[:MOST_PRODUCTS]:
        reply = yield product_request(settings.url, settings.publishable, settings.region_id, product)
        found.append(read_one(reply))
    return ProductsFound(tuple(product for product in found if product is not None))

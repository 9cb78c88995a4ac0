"""What the pretend Medusa answers to GET: orders, exchanges, returns, cards, and the store's products.

The list of orders ignores filters that it does not know and then shows everybody's orders; the list of
exchanges refuses them. Both as the real one does.
"""

from app.sandbox.contract import Answer, Call
from app.sandbox.medusa_shop import Product, Shop, Variant
from app.sandbox.medusa_views import (
    exchange_of,
    failed,
    no_route,
    order_of,
    preview_of,
    refused,
    return_of,
    said,
)

DEFAULT_PAGE = 15
KNOWN_FILTERS = {"id", "order_id", "status", "limit", "offset", "order", "fields"}
NO_KEY = (
    "Publishable API key required in the request header: x-publishable-api-key. You can manage your keys in"
    " settings in the dashboard."
)
NO_REGION = "Missing required pricing context to calculate prices - region_id"


def admin_read(shop: Shop, call: Call, parts: list[str], *, loyalty: bool) -> Answer:
    """Anything below `/admin`."""
    match parts:
        case ["orders", *rest]:
            return _of_orders(shop, call, rest)
        case ["exchanges", *rest]:
            return _of_exchanges(shop, call, rest)
        case ["returns", *rest]:
            return _of_returns(shop, call, rest)
        case ["shipping-options"] if "is_return" in call.query:
            return failed()
        case ["gift-cards"] if loyalty:
            wanted = call.query.get("reference_id")
            cards = [card for card in shop.gift_cards if wanted in (None, card["reference_id"])]
            return said({"gift_cards": cards, "count": len(cards)})
    return no_route(call.method, call.path)


def _of_orders(shop: Shop, call: Call, rest: list[str]) -> Answer:
    if not rest:
        return _orders(shop, call)
    order = shop.orders.get(rest[0])
    if order is None:
        return refused(f"Order id not found: {rest[0]}", 404, "not_found")
    if rest[1:] == ["preview"]:
        open_now = [one for one in shop.exchanges.values() if one.order is order and one.pending]
        return said({"order": preview_of(open_now[0]) if open_now else order_of(order)})
    if rest[1:]:
        return no_route(call.method, call.path)
    return said({"order": order_of(order, call.query.get("fields", ""))})


def _of_exchanges(shop: Shop, call: Call, rest: list[str]) -> Answer:
    if not rest:
        return _exchanges(shop, call)
    change = shop.exchanges.get(rest[0])
    if change is None:
        return refused(f"Exchange with id: {rest[0]} was not found", 404, "not_found")
    return said({"exchange": exchange_of(change, call.query.get("fields", ""))})


def _of_returns(shop: Shop, call: Call, rest: list[str]) -> Answer:
    fields = call.query.get("fields", "")
    if not rest:
        wanted = call.query.get("order_id")
        found = [one for one in shop.returns.values() if wanted in (None, one.order.id)]
        return said({"returns": [return_of(one, fields) for one in found], "count": len(found)})
    if rest[0] not in shop.returns:
        return refused(f"Return with id: {rest[0]} was not found", 404, "not_found")
    return said({"return": return_of(shop.returns[rest[0]], fields)})


def store_read(shop: Shop, call: Call, *, loyalty: bool) -> Answer:
    """What a shopper's browser may ask with a publishable key and an id, and no more proof than that."""
    if not call.headers.get("x-publishable-api-key"):
        return refused(NO_KEY, kind="not_allowed")
    match call.path.removeprefix("/store/").split("/"):
        case ["orders", name] if name in shop.orders:
            return said({"order": order_of(shop.orders[name])})
        case ["products", *rest]:
            return _products(shop, call, rest)
        case ["gift-cards", code] if loyalty:
            for card in shop.gift_cards:
                if card["code"] == code:
                    return said({"gift_card": card})
    return no_route(call.method, call.path)


def _products(shop: Shop, call: Call, rest: list[str]) -> Answer:
    """All products, or one; those whose variants have no price are not sold."""
    if "region_id" not in call.query:
        return refused(NO_REGION)
    sold = {one.product.id: one.product for one in shop.variants.values() if one.price is not None}
    if not rest:
        shown = [product_of(shop, product) for product in sold.values()]
        return said({"products": shown, "count": len(shown), "offset": 0, "limit": 50})
    if rest[0] not in sold:
        return refused(f"Product with id: {rest[0]} was not found", 404, "not_found")
    return said({"product": product_of(shop, sold[rest[0]])})


def product_of(shop: Shop, product: Product) -> dict[str, object]:
    of_it = [one for one in shop.variants.values() if one.product == product and one.price is not None]
    return {
        "id": product.id,
        "title": product.title,
        "thumbnail": None,
        "is_giftcard": False,
        "options": [{"id": f"opt_{name.lower()}", "title": name} for name in product.options],
        "tags": [],
        "variants": [variant_of(one) for one in of_it],
    }


def variant_of(variant: Variant) -> dict[str, object]:
    values = variant.values or (variant.title,)
    options = [
        {"value": value, "option_id": f"opt_{name.lower()}", "option": {"title": name}}
        for name, value in zip(variant.product.options, values, strict=False)
    ]
    return {
        "id": variant.id,
        "title": variant.title,
        "sku": variant.sku,
        "manage_inventory": True,
        "allow_backorder": False,
        "thumbnail": None,
        "options": options,
        "calculated_price": {
            "calculated_amount": variant.price,
            "currency_code": "usd",
            "is_calculated_price_tax_inclusive": False,
        },
        "inventory_quantity": variant.stocked - variant.reserved,
    }


def _orders(shop: Shop, call: Call) -> Answer:
    """`q` is a loose search over number and e-mail."""
    looked_for = call.query.get("q", "").casefold()
    found = [
        order
        for order in shop.orders.values()
        if looked_for in order.email.casefold() or looked_for in str(order.display_id)
    ]
    first = int(call.query.get("offset", 0))
    page = found[first : first + int(call.query.get("limit", DEFAULT_PAGE))]
    fields = call.query.get("fields", "")
    shown = [order_of(order, fields) for order in page]
    return said({"orders": shown, "count": len(found), "offset": first, "limit": len(page)})


def _exchanges(shop: Shop, call: Call) -> Answer:
    strange = sorted(set(call.query) - KNOWN_FILTERS)
    if strange:
        return refused(f"Invalid request: Unrecognized fields: '{strange[0]}'")
    wanted, fields = call.query.get("order_id"), call.query.get("fields", "")
    found = [one for one in shop.exchanges.values() if wanted in (None, one.order.id)]
    page = found[: int(call.query.get("limit", DEFAULT_PAGE))]
    return said({"exchanges": [exchange_of(one, fields) for one in page], "count": len(found)})

"""Products as Medusa sells them: the request for a page of them, and the page as plain values.

Source: answers recorded from Medusa 2.21.2. The store's own route is asked, since only it tells the price
that a region pays and the stock of the sales channel; it wants a publishable key, which is no secret.
Storing what was read is not done here.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from app.connectors.base import Reply, Request
from app.connectors.found import ReadProduct, ReadVariant
from app.connectors.platforms.medusa_course import NotReadable
from app.connectors.platforms.medusa_json import Json, entries, inner, minor_of, read, text, whole
from app.connectors.platforms.medusa_reply import explain, is_yes, message_of
from app.domain.money import UnknownCurrency

PAGE = 50
# Asking for the calculated price narrows a variant to it, so everything else is named too.
FIELDS = (
    "id,title,thumbnail,is_giftcard,*options,*tags,variants.id,variants.title,variants.sku,"
    "variants.manage_inventory,variants.allow_backorder,variants.thumbnail,*variants.options,"
    "*variants.calculated_price,+variants.inventory_quantity"
)


@dataclass(frozen=True)
class ReadPage:
    """Some products, and where the next ones begin: None after the last."""

    products: tuple[ReadProduct, ...]
    next_offset: int | None


def products_request(url: str, publishable: str, region_id: str, offset: int = 0) -> Request:
    """A page of products with the prices of a region. The key is made to be public, so it may be kept."""
    asked = {"region_id": region_id, "limit": str(PAGE), "offset": str(offset), "fields": FIELDS}
    return _request("list products", f"{url}/store/products", publishable, asked)


def product_request(url: str, publishable: str, region_id: str, product_id: str) -> Request:
    """One product with the prices of a region."""
    asked = {"region_id": region_id, "fields": FIELDS}
    return _request("read product", f"{url}/store/products/{quote(product_id, safe='')}", publishable, asked)


def read_products(reply: Reply) -> ReadPage:
    """The products in this answer. Raises NotReadable."""
    if not is_yes(reply):
        raise NotReadable(explain(reply))
    content = read(reply)
    if not isinstance(content.get("products"), list):
        raise NotReadable("products is missing")
    rows = entries(content["products"])
    seen = whole(content.get("offset")) + len(rows)
    more = bool(rows) and seen < whole(content.get("count"))
    return ReadPage(tuple(read_product(row) for row in rows), seen if more else None)


def read_one(reply: Reply) -> ReadProduct | None:
    """The one product in this answer, None where it is not sold. Raises NotReadable."""
    if reply.status == 404 and message_of(reply):
        return None
    if not is_yes(reply):
        raise NotReadable(explain(reply))
    return read_product(inner(read(reply), "product"))


def read_product(row: Json) -> ReadProduct:
    """One product. Raises NotReadable."""
    identifier = text(row.get("id"))
    if not identifier:
        raise NotReadable("a product has no id")
    options = [(text(one.get("id")), text(one.get("title"))) for one in entries(row.get("options"))]
    variants = (_variant(variant, options) for variant in entries(row.get("variants")))
    return ReadProduct(
        id=identifier,
        title=text(row.get("title")),
        option_names=tuple(title for _, title in options),
        variants=tuple(variant for variant in variants if variant is not None),
        tags=tuple(text(tag.get("value")) for tag in entries(row.get("tags"))),
        image_url=text(row.get("thumbnail")),
        is_gift_card=row.get("is_giftcard") is True,
    )


def _variant(row: Json, options: list[tuple[str, str]]) -> ReadVariant | None:
    price = inner(row, "calculated_price")
    currency = text(price.get("currency_code")).upper()
    try:
        amount = minor_of(price.get("calculated_amount"), currency)
    except UnknownCurrency:
        amount = None
    if amount is None:
        return None
    tracked, count = row.get("manage_inventory") is not False, row.get("inventory_quantity")
    values = {_option_of(one): text(one.get("value")) for one in entries(row.get("options"))}
    return ReadVariant(
        id=text(row.get("id")),
        sku=text(row.get("sku")),
        title=text(row.get("title")),
        option_values=tuple(values.get(name, "") for name, _ in options),
        price=amount,
        currency=currency,
        tax_inclusive=price.get("is_calculated_price_tax_inclusive") is True,
        stock=max(0, whole(count)) if tracked else None,
        stock_known=not tracked or count is not None,
        backorder=row.get("allow_backorder") is True,
        image_url=text(row.get("thumbnail")),
    )


def _option_of(value: Json) -> str:
    return text(value.get("option_id")) or text(inner(value, "option").get("id"))


def _request(name: str, address: str, publishable: str, asked: dict[str, str]) -> Request:
    headers = {"Accept": "application/json", "x-publishable-api-key": publishable}
    query = urlencode(asked, safe="*,", quote_via=quote)
    return Request(name, "GET", f"{address}?{query}", headers, b"")

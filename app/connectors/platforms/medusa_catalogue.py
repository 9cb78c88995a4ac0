"""Products as Medusa sells them: the request for a page of them, and the page as plain values.

Source: answers recorded from Medusa 2.21.2. The store's own route is asked, since only it tells the price
that a region pays and the stock of the sales channel; it wants a publishable key, which is no secret.
Storing what was read is not done here.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from app.connectors.base import Reply, Request
from app.connectors.platforms.medusa_json import Json, entries, inner, minor_of, read, text, whole
from app.connectors.platforms.medusa_orders import NotReadable
from app.connectors.platforms.medusa_reply import explain, is_yes
from app.domain.money import UnknownCurrency

PAGE = 50
# Asking for the calculated price narrows a variant to it, so everything else is named too.
FIELDS = (
    "id,title,thumbnail,is_giftcard,*options,*tags,variants.id,variants.title,variants.sku,"
    "variants.manage_inventory,variants.allow_backorder,variants.thumbnail,*variants.options,"
    "*variants.calculated_price,+variants.inventory_quantity"
)


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
    """One product. Variants without a price in the region are left out: they cannot be bought."""

    id: str
    title: str
    option_names: tuple[str, ...]
    variants: tuple[ReadVariant, ...]
    tags: tuple[str, ...] = ()
    image_url: str = ""
    is_gift_card: bool = False


@dataclass(frozen=True)
class ReadPage:
    """Some products, and where the next ones begin: None after the last."""

    products: tuple[ReadProduct, ...]
    next_offset: int | None


def products_request(url: str, publishable: str, region_id: str, offset: int = 0) -> Request:
    """A page of products with the prices of a region. The key is made to be public, so it may be kept."""
    asked = {"region_id": region_id, "limit": str(PAGE), "offset": str(offset), "fields": FIELDS}
    headers = {"Accept": "application/json", "x-publishable-api-key": publishable}
    query = urlencode(asked, safe="*,", quote_via=quote)
    return Request("list products", "GET", f"{url}/store/products?{query}", headers, b"")


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

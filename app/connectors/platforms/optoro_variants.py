"""Optoro's Exchange Variants: what of a product can be had now, asked of an endpoint that the merchant hosts.

Source: Exchange Variants 1.0.0, `GET /sku/{parent_sku}/variants` with version "1". Optoro asks when a shopper
gives a reason for which an exchange is offered. Address and credential are agreed with the merchant, as
for exchange orders (`optoro_settings`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self, TypeGuard
from urllib.parse import quote

from pydantic import Field

from app.connectors.answers import content_of
from app.connectors.base import Done, Outcome, Refused, Reply, Request, Step
from app.connectors.found import ProductsFound, ReadProduct, ReadVariant
from app.connectors.platforms.optoro_endpoint import OptoroEndpoint
from app.connectors.platforms.optoro_settings import OptoroAccess
from app.connectors.reading import ProductsWanted
from app.connectors.settings import read_settings
from app.domain.money import LARGEST_AMOUNT

API_VERSION = "1"
LONGEST_SKU = 255
LARGEST_STOCK = 10**9
MOST_VARIANTS = 2000


class VariantsSettings(OptoroAccess):
    """`prices`: whether `unit_price_amount_cents` is without tax, as Optoro's orders have it, or as shown."""

    prices: Literal["net", "shown"] = "net"
    fresh_seconds: Annotated[int, Field(ge=0, le=3600)] = 60


class OptoroVariants(OptoroEndpoint[VariantsSettings]):
    """Asks one merchant's endpoint. See `app.connectors.reading.ShelfSource`."""

    system: ClassVar = "optoro-variants"
    safe_to_repeat: ClassVar = True  # it only reads

    @classmethod
    def configure(cls, settings: Mapping[str, Any], secret: str | None, *, allow_loopback: bool) -> Self:
        """From settings as stored or typed in. Raises InvalidSettings."""
        return cls(read_settings(VariantsSettings, settings, allow_loopback=allow_loopback), secret)

    @property
    def fresh_seconds(self) -> int:
        return self._settings.fresh_seconds

    def reads_products(self) -> bool:
        return True

    def needs_proof(self, request: Request) -> bool:  # noqa: ARG002 - all of them do
        return True

    def next_step(self, message: ProductsWanted, answers: Sequence[Reply]) -> Step:
        """One question a product; every answer is read before the next is asked."""
        found = []
        for product, reply in zip(message.products, answers, strict=False):
            if self.outcome(reply) is not Outcome.DELIVERED:
                return Refused(self.explain(reply))
            read = _read(product, reply, with_tax=self._settings.prices == "shown")
            if isinstance(read, Refused):
                return read
            found.append(read)
        if len(found) == len(message.products):
            return Done(ProductsFound(tuple(found)))
        return self._question(message.products[len(found)])

    products_step = next_step

    def _question(self, product: str) -> Request | Refused:
        try:
            parent = quote(product, safe="")
        except UnicodeEncodeError:
            return Refused("the product's number holds a character that UTF-8 cannot carry")
        url = f"{self._settings.url}/sku/{parent}/variants"
        return Request("variants", "GET", url, self._headers_of(API_VERSION), b"")


def _read(product: str, reply: Reply, *, with_tax: bool) -> ReadProduct | Refused:
    """All variants or none: half an answer would sell out what it leaves unsaid."""
    content = content_of(reply)
    rows = content.get("variants") if isinstance(content, dict) else None
    if not isinstance(rows, list) or len(rows) > MOST_VARIANTS:
        return Refused("the answer holds no list of variants that can be read")
    found: dict[str, ReadVariant] = {}
    for place, row in enumerate(rows, start=1):
        variant = _variant(row, with_tax=with_tax)
        if variant is None or variant.sku in found:
            return Refused(f"variant {place} of the answer has no SKU, price and stock of its own")
        found[variant.sku] = variant
    return ReadProduct(product, "", (), tuple(found.values()))


def _variant(row: Any, *, with_tax: bool) -> ReadVariant | None:
    if not isinstance(row, dict):
        return None
    sku, price, stock = row.get("sku"), row.get("unit_price_amount_cents"), row.get("quantity_in_stock")
    if not isinstance(sku, str) or not 0 < len(sku.strip()) <= LONGEST_SKU:
        return None
    if not _is_whole(price) or not 0 <= price <= LARGEST_AMOUNT or not _is_whole(stock):
        return None
    return ReadVariant(
        id="",
        sku=sku.strip(),
        title="",
        option_values=(),
        price=price,
        currency="",
        tax_inclusive=with_tax,
        stock=min(max(stock, 0), LARGEST_STOCK),  # some shops count what they owe as stock below nothing
        stock_known=True,
        backorder=False,
    )


def _is_whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)

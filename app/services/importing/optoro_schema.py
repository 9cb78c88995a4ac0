"""The shape of one order in Optoro's Returns Portal Orders 3.0.0, as far as it is used here.

Keys that are not named are ignored. Amounts are minor units; those of an item are for the whole
line, those of an embedded variant for one unit.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from app.services.importing.cells import LARGEST_AMOUNT, LARGEST_QUANTITY

LARGEST_STOCK = 10**9
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds a character that cannot be stored")
    return text.strip()


def _as_text(value: Any) -> Any:
    """Null is nothing, and some merchants send numbers as identifiers."""
    if value is None:
        return ""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _as_list(value: Any) -> Any:
    return [] if value is None else value


def _calculable(moment: datetime) -> datetime:
    """A time whose day exists in every time zone."""
    if not FIRST <= moment <= LAST:
        raise ValueError("is too far from today to be a date")
    return moment


Text = Annotated[str, BeforeValidator(_as_text), AfterValidator(_storable)]
Name = Annotated[str, BeforeValidator(_as_text), AfterValidator(_storable), Field(min_length=1)]
Tags = Annotated[list[Text], BeforeValidator(_as_list)]
Amount = Annotated[int, Field(strict=True, ge=0, le=LARGEST_AMOUNT)]
Units = Annotated[int, Field(strict=True, ge=0, le=LARGEST_QUANTITY)]
Stock = Annotated[int, Field(strict=True, ge=-LARGEST_STOCK, le=LARGEST_STOCK)]
Moment = Annotated[AwareDatetime, Field(strict=False), AfterValidator(_calculable)]


class Shape(BaseModel):
    """What all parts have in common: unknown keys are no reason to refuse an order."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class SnapshotAttribute(Shape):
    name: Name
    value: Name


class VariantShape(Shape):
    """What is said of a variant wherever it stands, but for its product and its price."""

    variant_identifier: Name
    title: Name
    attributes: Annotated[list[SnapshotAttribute], BeforeValidator(_as_list)] = []
    unit_price_amount_cents: Amount | None = None
    currency: Text = ""
    sku: Text = ""
    quantity_in_stock: Stock | None = None
    inventory_managed_by_platform: bool
    allow_backorder: bool
    image_urls: Tags = []


class SnapshotVariant(VariantShape):
    """A variant that an item may be exchanged for; `product_amount_cents` is one unit's."""

    product_identifier: Name
    product_amount_cents: Amount


class SnapshotItem(Shape):
    identifier: Name
    quantity: Annotated[int, Field(strict=True, ge=1, le=LARGEST_QUANTITY)]
    quantity_shipped: Units
    quantity_canceled: Units = 0
    quantity_refunded: Units | None = None
    product_identifier: Text = ""
    variant_identifier: Text = ""
    sku: Text = ""
    upc: Text = ""
    title: Name
    tags: Tags = []
    product_amount_cents: Amount
    tax_amount_cents: Amount
    discount_amount_cents: Amount
    unit_price_amount_cents: Amount
    concept: Text = ""
    shipped_date: Moment | None = None
    return_policy_end_date: Moment | None = None
    image_url: Text = ""
    variants: Annotated[list[SnapshotVariant], BeforeValidator(_as_list)] = []


class SnapshotCustomer(Shape):
    identifier: Text = ""
    first_name: Text = ""
    last_name: Text = ""
    email: Text = ""
    phone: Text = ""


class SnapshotAddress(Shape):
    name: Text = ""
    street1: Text = ""
    street2: Text = ""
    city: Text = ""
    state: Text = ""
    zip_code: Text = ""
    country_code: Text = ""
    phone: Text = ""


class SnapshotRefundLine(Shape):
    order_item_identifier: Text
    quantity: Units


class SnapshotRefund(Shape):
    refund_line_items: Annotated[list[SnapshotRefundLine], BeforeValidator(_as_list)] = []
    tags: Tags = []


class SnapshotTransaction(Shape):
    identifier: Text = ""
    type: Text = ""
    status: Text = ""
    gateway: Text = ""


class SnapshotOrder(Shape):
    """`payment_reference` is ours: the payment provider's number of what was paid for the order."""

    identifier: Name
    concept: Text = ""
    status: Name
    tax_amount_cents: Amount
    discount_amount_cents: Amount
    currency: Name
    tags: Tags = []
    created_at: Moment
    updated_at: Moment
    items: Annotated[list[SnapshotItem], Field(min_length=1, max_length=5000)]
    customer: SnapshotCustomer
    shipping_address: SnapshotAddress
    billing_address: SnapshotAddress
    transactions: Annotated[list[SnapshotTransaction], BeforeValidator(_as_list)] = []
    refunds: Annotated[list[SnapshotRefund], BeforeValidator(_as_list)] = []
    payment_reference: Annotated[Text, Field(max_length=255)] = ""


def faults_of(error: ValidationError) -> list[tuple[tuple[str | int, ...], str]]:
    """Where each fault stands, and a sentence without what only a programmer reads."""
    return [
        (found["loc"], _plain(found["msg"]))
        for found in error.errors(include_url=False, include_context=False)
    ]


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ").replace("Input should", "should").rstrip(".")

"""Orders out of Optoro's order snapshot: what each line was paid, shipped and refunded.

Source: Optoro Returns Portal Orders 3.0.0. Amounts are minor units without tax; those of an item
are for all its units. The variants an item came with are read in `optoro_catalogue`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from pydantic import ValidationError

from app.domain.facts import Address, Customer
from app.domain.money import UnknownCurrency, exponent, spread
from app.domain.order_number import number_key
from app.services.importing.cells import LARGEST_AMOUNT, Reading, web_address
from app.services.importing.optoro_catalogue import embedded_products, shown_price, told_at
from app.services.importing.optoro_schema import (
    SnapshotAddress,
    SnapshotItem,
    SnapshotOrder,
    faults_of,
)
from app.services.importing.optoro_stream import RawOrder, read_snapshot
from app.services.importing.original_payments import of_snapshot
from app.services.importing.paid_amounts import PaidLine
from app.services.importing.parsed import ParsedLine, ParsedOrder
from app.services.importing.report import Refused

KIND = "Optoro order snapshot"
IGNORED_REFUND = "ignore_refund"


@dataclass(frozen=True)
class SnapshotPiece:
    """One order of the file, not looked into yet."""

    raw: RawOrder
    rows: int = 1

    @property
    def line(self) -> int:
        return self.raw.line

    @property
    def what(self) -> str:
        identifier = self.raw.data.get("identifier") if isinstance(self.raw.data, dict) else None
        return f"order {str(identifier)[:60]}" if identifier else "an order"

    def placed_at(self, _reading: Reading) -> datetime | None:
        """When it was placed, None where that cannot be read (and the order will be refused)."""
        try:
            return _validated(self.raw).created_at
        except Refused:
            return None

    def read(self, reading: Reading) -> ParsedOrder:
        """The order in this JSON value. Raises Refused naming the field at fault."""
        return _order(self.raw, reading)


def pieces(text: TextIO) -> Iterator[SnapshotPiece]:
    """The orders of the file. Raises FileRefused when it is no snapshot."""
    return map(SnapshotPiece, read_snapshot(text))


def _order(raw: RawOrder, reading: Reading) -> ParsedOrder:
    order = _validated(raw)
    paid, notes = _paid(order)
    shipped = [item.shipped_date for item in order.items if item.quantity_shipped and item.shipped_date]
    # The last parcel counts; without a date the policy's allowance counts from the day of the order.
    shipped_at = max(shipped, default=None)
    any_shipped = any(item.quantity_shipped for item in order.items)
    address = _address(order.shipping_address)
    return ParsedOrder(
        line=raw.line,
        number=order.identifier,
        number_key=number_key(order.identifier),
        platform_id=order.identifier,
        secondary_id="",
        currency=order.currency.upper(),
        cancelled=order.status.casefold() in ("canceled", "cancelled"),
        placed_at=order.created_at + reading.shift,
        shipped_at=(shipped_at or order.created_at) + reading.shift if any_shipped else None,
        delivered_at=shipped_at + reading.shift if shipped_at else None,
        tags=tuple(order.tags),
        customer=_customer(order, address),
        shipping_address=address,
        billing_address=_address(order.billing_address),
        lines=_lines(order, paid, reading),
        payment_reference=of_snapshot(order),
        told_at=told_at(order, reading),
        embedded=tuple(embedded_products(order, raw.line, reading)),
        notes=notes,
    )


def _validated(raw: RawOrder) -> SnapshotOrder:
    if raw.fault:
        raise Refused(raw.fault)
    try:
        order = SnapshotOrder.model_validate(raw.data)
    except ValidationError as error:
        parts, sentence = faults_of(error)[0]
        place = ".".join(str(part) for part in parts) or "the order"
        raise Refused(f"{place}: {sentence}") from None
    _check(order)
    return order


def _check(order: SnapshotOrder) -> None:
    """What the fields must be to each other."""
    if not number_key(order.identifier):
        raise Refused("identifier holds no letter or digit")
    try:
        exponent(order.currency.upper())
    except UnknownCurrency:
        raise Refused(f"currency: {order.currency[:10]} is not known") from None
    for place, item in enumerate(order.items):
        if item.quantity_shipped + item.quantity_canceled > item.quantity:
            raise Refused(f"items.{place}: more units shipped and cancelled than ordered")
        if item.discount_amount_cents > item.product_amount_cents:
            raise Refused(f"items.{place}: discount_amount_cents is more than the line costs")
    if len({item.identifier for item in order.items}) != len(order.items):
        raise Refused("items: two of them have the same identifier")


def _paid(order: SnapshotOrder) -> tuple[list[PaidLine], tuple[str, ...]]:
    """The lines' own amounts, and shares of what the order has beyond them.

    An order that states less than its lines do is left at its lines, with a note.
    """
    discount = order.discount_amount_cents - sum(item.discount_amount_cents for item in order.items)
    tax = order.tax_amount_cents - sum(item.tax_amount_cents for item in order.items)
    nets = [item.product_amount_cents - item.discount_amount_cents for item in order.items]
    discounts = spread(min(max(discount, 0), sum(nets)), nets)
    left = [net - share for net, share in zip(nets, discounts, strict=True)]
    taxes = spread(max(tax, 0), left) if any(left) else [0] * len(left)
    paid = [
        PaidLine(
            item.product_amount_cents,
            item.discount_amount_cents + more_discount,
            item.tax_amount_cents + more_tax,
        )
        for item, more_discount, more_tax in zip(order.items, discounts, taxes, strict=True)
    ]
    note = "its lines have more discount or tax than the order states; the lines are taken as right"
    return paid, (note,) if min(discount, tax) < 0 else ()


def _lines(order: SnapshotOrder, paid: list[PaidLine], reading: Reading) -> tuple[ParsedLine, ...]:
    ignored, counted = _refund_units(order, ignored=True), _refund_units(order, ignored=False)
    return tuple(
        _line(order, item, amounts, _refunded(item, ignored, counted), reading)
        for item, amounts in zip(order.items, paid, strict=True)
    )


def _line(
    order: SnapshotOrder, item: SnapshotItem, paid: PaidLine, refunded: int, reading: Reading
) -> ParsedLine:
    until = item.return_policy_end_date
    list_price = shown_price(item.unit_price_amount_cents, paid.tax, paid.net, reading.store)
    return ParsedLine(
        platform_id=item.identifier,
        sku=item.sku or item.upc or item.variant_identifier,
        name=item.title,
        product=paid.product,
        discount=paid.discount,
        tax=paid.tax,
        list_price=min(list_price, LARGEST_AMOUNT),
        quantity=item.quantity,
        shipped=item.quantity_shipped,
        refunded=min(refunded, item.quantity),
        tags=tuple(item.tags),
        concept=item.concept or order.concept,
        image_url=web_address(item.image_url),
        return_until=(until + reading.shift).astimezone(reading.zone).date() if until else None,
    )


def _refunded(item: SnapshotItem, ignored: Counter[str], counted: Counter[str]) -> int:
    """Refunded units that reduce what may be exchanged: those of ignored refunds do not."""
    if item.quantity_refunded is None:
        return counted[item.identifier]
    return max(0, item.quantity_refunded - ignored[item.identifier])


def _refund_units(order: SnapshotOrder, *, ignored: bool) -> Counter[str]:
    """Units by item of the refunds that do, or do not, carry the tag `ignore_refund`."""
    units: Counter[str] = Counter()
    for refund in order.refunds:
        if (IGNORED_REFUND in refund.tags) == ignored:
            for line in refund.refund_line_items:
                units[line.order_item_identifier] += line.quantity
    return units


def _customer(order: SnapshotOrder, address: Address) -> Customer:
    who = order.customer
    return Customer(
        identifier=who.identifier or who.email or who.phone or order.identifier,
        email=who.email,
        first_name=who.first_name,
        last_name=who.last_name,
        phone=who.phone or address.phone,
    )


def _address(given: SnapshotAddress) -> Address:
    return Address(
        name=given.name,
        street1=given.street1,
        street2=given.street2,
        city=given.city,
        province=given.state,
        postal_code=given.zip_code,
        country_code=given.country_code.upper(),
        phone=given.phone,
    )

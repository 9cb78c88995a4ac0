"""Orders out of Shopify's order export: one row a line item, what holds for the order on its first.

Source of the columns: Shopify's order export as its admin writes it. What it does not tell is not
made up: which units a partial refund was for, how many of a line that is shipped in part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from app.domain.order_number import number_key
from app.services.importing.cells import (
    Reading,
    amount,
    currency,
    identifier,
    moment,
    no,
    quantity,
    words,
)
from app.services.importing.csv_reading import Group, Row, group_rows, read_rows
from app.services.importing.original_payments import of_export
from app.services.importing.paid_amounts import (
    PaidLine,
    ShownLine,
    discount_beside_lines,
    with_order_discount,
    with_order_tax,
    with_tax_taken_out,
)
from app.services.importing.parsed import ParsedLine, ParsedOrder
from app.services.importing.report import Refused
from app.services.importing.shopify_people import address, customer, gift_marks

KIND = "Shopify order export"
KEY = "Name"
REQUIRED = (
    "Name",
    "Email",
    "Currency",
    "Created at",
    "Lineitem quantity",
    "Lineitem name",
    "Lineitem price",
    "Id",
)


@dataclass(frozen=True)
class ShopifyPiece:
    """The rows of one order, not looked into yet."""

    group: Group

    @property
    def line(self) -> int:
        return self.group.line

    @property
    def rows(self) -> int:
        return len(self.group.rows)

    @property
    def what(self) -> str:
        return f"order {self.group.key[:60]}" if self.group.key else "an order"

    def placed_at(self, reading: Reading) -> datetime | None:
        """When it was placed, None where that cannot be read (and the order will be refused)."""
        try:
            return None if self.group.fault else moment(self.group.rows[0], "Created at", reading)
        except Refused:
            return None

    def read(self, reading: Reading) -> ParsedOrder:
        """The order in these rows. Raises Refused for what cannot be read without guessing."""
        return _order(self.group, reading)


def pieces(text: TextIO) -> Iterator[ShopifyPiece]:
    """The orders of the file. Raises FileRefused when columns are missing."""
    return map(ShopifyPiece, group_rows(read_rows(text, REQUIRED), KEY))


def _order(group: Group, reading: Reading) -> ParsedOrder:
    items = _items(group)
    first, number = group.rows[0], group.key.removeprefix("#").strip()
    money, platform_id = currency(first, "Currency"), identifier(first, "Id") or number
    refunded, notes = _refund(first, money)
    lines = _lines(items, platform_id, _paid(first, items, money, reading), money, refunded)
    placed, shipped, delivered = _dates(first, any(line.shipped for line in lines), reading)
    marks = gift_marks(first)
    return ParsedOrder(
        line=group.line,
        number=number,
        number_key=number_key(number),
        platform_id=platform_id,
        secondary_id=platform_id,
        currency=money,
        cancelled=moment(first, "Cancelled at", reading) is not None,
        placed_at=placed,
        shipped_at=shipped,
        delivered_at=delivered,
        tags=words(first["Tags"]),
        customer=customer(first, platform_id),
        shipping_address=address(first, "Shipping", "Billing"),
        billing_address=address(first, "Billing", "Shipping"),
        lines=lines,
        is_gift=marks.is_gift,
        gift_code=marks.code,
        payment_reference=of_export(first["Payment Method"], first["Payment Reference"]),
        notes=notes,
    )


def _items(group: Group) -> list[Row]:
    """The rows with a line item; others carry a further payment. Raises Refused without any."""
    if group.fault:
        raise Refused(group.fault[1], group.fault[0])
    if not number_key(group.key):
        raise Refused("Name, the order number, is empty")
    items = [row for row in group.rows if row["Lineitem name"] or row["Lineitem quantity"]]
    if not items:
        raise Refused("the order has no line item")
    return items


def _dates(
    first: Row, anything_shipped: bool, reading: Reading
) -> tuple[datetime, datetime | None, datetime | None]:
    """Placed, shipped, delivered. The fulfilment date stands for both, as nothing better is told.

    Without one the policy's delivery allowance counts from the day of the order.
    """
    placed, fulfilled = moment(first, "Created at", reading), moment(first, "Fulfilled at", reading)
    if placed is None:
        raise Refused("Created at is empty", first.line)
    if not anything_shipped:
        return placed, None, None
    return placed, fulfilled or placed, fulfilled


def _refund(first: Row, money: str) -> tuple[bool, tuple[str, ...]]:
    """Whether everything was refunded, and a note where only a part was."""
    refunded, total = amount(first, "Refunded Amount", money), amount(first, "Total", money)
    if first["Financial Status"] == "refunded" or (refunded and total and refunded >= total):
        return True, ()
    note = "was refunded in part; the export does not say which items, so none is marked"
    return False, (note,) if refunded else ()


def _paid(first: Row, items: Sequence[Row], money: str, reading: Reading) -> list[PaidLine]:
    """Every line with its share of the order's discount and tax."""
    shown = [_shown(row, money) for row in items]
    beside = discount_beside_lines(shown, amount(first, "Subtotal", money))
    shown = with_order_discount(shown, beside)
    tax = amount(first, "Taxes", money) or 0
    if reading.store.tax_inclusive:
        return with_tax_taken_out(shown, tax, reading.store.tax_rate_ppm)
    return with_order_tax(shown, tax)


def _shown(row: Row, money: str) -> ShownLine:
    price = amount(row, "Lineitem price", money)
    if price is None:
        raise Refused("Lineitem price is empty", row.line)
    gross = price * quantity(row, "Lineitem quantity")
    discount = amount(row, "Lineitem discount", money) or 0
    if discount > gross:
        raise Refused("Lineitem discount is more than the line costs", row.line)
    return ShownLine(gross, discount, taxable=not no(row["Lineitem taxable"]))


def _lines(
    items: Sequence[Row], platform_id: str, paid: Sequence[PaidLine], money: str, refunded: bool
) -> tuple[ParsedLine, ...]:
    """The lines; each is known by the order's Id and its place, which every export repeats."""
    order_status = items[0]["Fulfillment Status"].casefold()
    lines = []
    for place, (row, amounts) in enumerate(zip(items, paid, strict=True), start=1):
        if not row["Lineitem name"]:
            raise Refused("Lineitem name is empty", row.line)
        units = quantity(row, "Lineitem quantity")
        lines.append(
            ParsedLine(
                platform_id=f"{platform_id}-{place}",
                sku=row["Lineitem sku"],
                name=row["Lineitem name"],
                product=amounts.product,
                discount=amounts.discount,
                tax=amounts.tax,
                list_price=amount(row, "Lineitem price", money) or 0,
                quantity=units,
                shipped=_shipped(row["Lineitem fulfillment status"].casefold(), order_status, units),
                refunded=units if refunded else 0,
            )
        )
    return tuple(lines)


def _shipped(status: str, order_status: str, units: int) -> int:
    """Units that left, by the line's own status. Of "partial" at least one did, and no more is told."""
    if (status or order_status) == "fulfilled":
        return units
    return 1 if status == "partial" else 0

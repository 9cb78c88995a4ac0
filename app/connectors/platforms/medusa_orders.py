"""Orders as Medusa has them: the requests that find and read one, and the order as plain values.

Source: answers recorded from Medusa 2.21.2. Finding one is by `q=` and an exact comparison of our own,
because every other filter on number or e-mail is ignored there and shows somebody's order. Medusa's order
ids open its shop routes to anybody: they are for talking to Medusa and belong on no page. Storing what
was read is not done here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.connectors.base import Reply, Request
from app.connectors.found import ReadLine, ReadOrder
from app.connectors.platforms.medusa_calls import MOST_LISTED, Calls
from app.connectors.platforms.medusa_course import Course, NotReadable, NoWayOn
from app.connectors.platforms.medusa_json import Json, entries, inner, minor_of, read, text, whole
from app.connectors.platforms.medusa_reply import explain, is_yes, units_left
from app.domain.facts import Address, Customer
from app.domain.money import UnknownCurrency, exponent
from app.domain.order_number import email_key, number_key

MOST_PAGES = 8  # a shopper waits meanwhile


def find_order(url: str, email: str) -> Request:
    """A loose search; `found_order` picks from what it gives."""
    return Calls(url).orders_of(email)


def look_for_order(calls: Calls, number: str, email: str) -> Course[str]:
    """The id of the one order with this number and e-mail, empty when there is none. Raises NoWayOn.

    The search gives a page at a time, and an order may stand behind hundreds that it finds besides.
    """
    for page in range(MOST_PAGES):
        reply = yield calls.orders_of(email, page * MOST_LISTED)
        if not is_yes(reply):
            raise NoWayOn(explain(reply))
        found = found_order(reply, number, email)
        if found or len(entries(read(reply).get("orders"))) < MOST_LISTED:
            return found
    return ""


def found_order(reply: Reply, number: str, email: str) -> str:
    """The id of the one order with this number and e-mail, empty when there is none. Never the first."""
    found = [order for order in entries(read(reply).get("orders")) if is_order(order, number, email)]
    return text(found[0].get("id")) if len(found) == 1 else ""


def is_order(order: Json, number: str, email: str) -> bool:
    """Whether number and e-mail are both those of the order."""
    numbers = {number_key(text(order.get(name))) for name in ("display_id", "custom_display_id")} - {""}
    known = email_key(text(order.get("email")))
    return number_key(number) in numbers and bool(known) and known == email_key(email)


def whole_order(url: str, order_id: str) -> Request:
    """Everything of one order that `read_order` looks at."""
    return Calls(url).whole_order(order_id)


def read_order(reply: Reply) -> ReadOrder:
    """The order in this answer. Raises NotReadable."""
    if not is_yes(reply):
        raise NotReadable(explain(reply))
    order = inner(read(reply), "order")
    currency = text(order.get("currency_code")).upper()
    try:
        exponent(currency)
    except UnknownCurrency:
        raise NotReadable(f"currency_code: {currency[:10] or 'nothing'} is not known") from None
    sent = [one for one in entries(order.get("fulfillments")) if one.get("canceled_at") is None]
    address = address_of(inner(order, "shipping_address"))
    return ReadOrder(
        id=_needed(order, "id"),
        number=text(order.get("custom_display_id")) or _needed(order, "display_id"),
        currency=currency,
        cancelled=order.get("canceled_at") is not None or order.get("status") == "canceled",
        placed_at=_time(order.get("created_at"), "created_at"),
        shipped_at=_latest(sent, "shipped_at", "packed_at", "created_at"),
        delivered_at=_latest(sent, "delivered_at") if _all_have(sent, "delivered_at") else None,
        customer=_customer(order, address),
        shipping_address=address,
        billing_address=address_of(inner(order, "billing_address")),
        lines=tuple(_line(item, currency) for item in entries(order.get("items"))),
        due=_amount(inner(order, "summary"), "pending_difference", currency),
    )


def _line(item: Json, currency: str) -> ReadLine:
    """Discount is without tax there too. Tax is what makes the line's total right after rounding."""
    product = _amount(item, "subtotal", currency)
    discount = _amount(item, "discount_subtotal", currency)
    detail, units = inner(item, "detail"), whole(item.get("quantity"))
    left, fulfilled = units_left(item), whole(detail.get("fulfilled_quantity"))
    return ReadLine(
        id=_needed(item, "id"),
        sku=text(item.get("variant_sku")),
        title=text(item.get("product_title")) or text(item.get("title")),
        variant_id=text(item.get("variant_id")),
        product_id=text(item.get("product_id")),
        product=product,
        discount=discount,
        tax=_amount(item, "total", currency) - product + discount,
        list_price=_amount(item, "unit_price", currency),
        quantity=units,
        shipped=fulfilled,
        gone=fulfilled - left,
        left=left,
        image_url=text(item.get("thumbnail")),
        is_gift_card=item.get("is_giftcard") is True,
    )


def _customer(order: Json, address: Address) -> Customer:
    """A guest has no customer of their own; the e-mail address stands for them."""
    email = text(order.get("email"))
    who = inner(order, "customer")
    first, _, last = address.name.partition(" ")
    return Customer(
        identifier=text(order.get("customer_id")) or text(who.get("id")) or email,
        email=email,
        first_name=text(who.get("first_name")) or first,
        last_name=text(who.get("last_name")) or last,
        phone=address.phone,
    )


def address_of(given: Json) -> Address:
    """An address of Medusa's; empty texts for what it leaves out."""
    names = (text(given.get("first_name")), text(given.get("last_name")))
    return Address(
        name=" ".join(name for name in names if name) or text(given.get("company")),
        street1=text(given.get("address_1")),
        street2=text(given.get("address_2")),
        city=text(given.get("city")),
        province=text(given.get("province")).upper(),
        postal_code=text(given.get("postal_code")),
        country_code=text(given.get("country_code")).upper(),
        phone=text(given.get("phone")),
    )


def _latest(rows: Sequence[Json], *names: str) -> datetime | None:
    """The last parcel counts, at the first of these times that it has."""
    times = [next((row[name] for name in names if row.get(name) is not None), None) for row in rows]
    return max((_time(when, names[0]) for when in times if when is not None), default=None)


def _all_have(rows: Sequence[Json], name: str) -> bool:
    return all(row.get(name) is not None for row in rows)


def _time(value: Any, name: str) -> datetime:
    try:
        when = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise NotReadable(f"{name} is not a time") from None
    if when.tzinfo is None:
        raise NotReadable(f"{name} has no time zone")
    return when


def _amount(row: Json, name: str, currency: str) -> int:
    amount = minor_of(row.get(name), currency)
    if amount is None:
        raise NotReadable(f"{name} is missing or not an amount")
    return amount


def _needed(row: Json, name: str) -> str:
    value = text(row.get(name))
    if not value:
        raise NotReadable(f"{name} is missing")
    return value

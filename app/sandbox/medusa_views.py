"""How the pretend Medusa shows its rows, and how it writes JSON: decimals as bare numbers.

Only the fields that somebody reads are here; the real answers are 9 to 25 KB each.
"""

import json
from collections.abc import Collection, Mapping
from decimal import Decimal

from app.sandbox.contract import Answer
from app.sandbox.medusa_shop import Change, Coming, Line, Method, Order, Parcel

Json = dict[str, object]
WHEN = "2026-11-22T16:16:13.080Z"
ADDRESS: Json = {
    "first_name": "Ada",
    "last_name": "Moss",
    "address_1": "9 Quay St",
    "city": "Bend",
    "province": "or",
    "postal_code": "97701",
    "country_code": "us",
}
JSON_TYPE = {"Content-Type": "application/json; charset=utf-8"}
NO_ROUTE = (
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n'
    "<body>\n<pre>Cannot {method} {path}</pre>\n</body>\n</html>\n"
)


def said(content: Mapping[str, object], status: int = 200) -> Answer:
    return Answer(status, content, headers=JSON_TYPE, text=written(content))


def refused(message: str, status: int = 400, kind: str = "invalid_data", **more: str) -> Answer:
    return said({**more, "type": kind, "message": message}, status)


def failed() -> Answer:
    """What every surprise looks like, a wrong id of the caller's among them."""
    return refused("An unknown error occurred.", 500, "unknown_error", code="unknown_error")


def no_route(method: str, path: str) -> Answer:
    page = NO_ROUTE.format(method=method, path=path.replace("<", "&lt;"))
    return Answer(404, {}, headers={"Content-Type": "text/html; charset=utf-8"}, text=page)


def written(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{written(name)}:{written(entry)}" for name, entry in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(written(entry) for entry in value) + "]"
    return json.dumps(value)


def order_of(order: Order, fields: str = "") -> Json:
    """The order. Asked for `summary` without `total`, the figure is a stored one that lacks the credit."""
    stored = "summary" in fields and "total" not in fields.split(",")
    pending = order.total - order.paid if stored else order.pending
    return {
        "id": order.id,
        "display_id": order.display_id,
        "custom_display_id": None,
        "email": order.email,
        "currency_code": order.currency,
        "status": "canceled" if order.cancelled else "pending",
        "canceled_at": WHEN if order.cancelled else None,
        "version": order.version,
        "total": order.total,
        "summary": {**_summary(order.total, order.paid, pending), "refunded_total": order.refunded},
        "items": [line_of(line) for line in order.lines],
        "shipping_methods": [_method_of(one) for one in order.methods],
        "payment_collections": [_paid_at_first(order), *order.collections],
        **_head_of(order, fields),
    }


def _method_of(method: Method) -> Json:
    tax = {"rate": method.rate * 100, "total": method.total - method.amount}
    shown: Json = {"shipping_option_id": method.option, "amount": method.amount, "total": method.total}
    return {**shown, "is_tax_inclusive": False, "tax_lines": [tax]}


def payment_of(order: Order) -> Json:
    """The payment that the order was placed with, taken in full."""
    captures = [{"id": f"capt_{order.display_id:06d}", "amount": order.first_paid}]
    shown: Json = {"id": f"pay_{order.display_id:06d}", "amount": order.first_paid, "captures": captures}
    return {**shown, "currency_code": order.currency, "captured_at": WHEN, "refunds": order.refunds}


def _paid_at_first(order: Order) -> Json:
    name = f"pay_col_first_{order.display_id:06d}"
    paid = order.first_paid
    return {"id": name, "status": "completed", "amount": paid, "payments": [payment_of(order)]}


def _head_of(order: Order, fields: str) -> Json:
    """What is shown of an order only to those who name it."""
    address = ADDRESS | order.address
    named = {name.strip("*+") for name in fields.split(",")}
    told: Json = {
        "created_at": WHEN,
        "customer_id": f"cus_{order.display_id:06d}",
        "customer": {"id": f"cus_{order.display_id:06d}", "first_name": None, "last_name": None},
        "shipping_address": address,
        "billing_address": address,
        "fulfillments": [_parcel_of(parcel, named) for parcel in order.parcels],
    }
    return {name: value for name, value in told.items() if name in named}


def _parcel_of(parcel: Parcel, named: Collection[str]) -> Json:
    """With what is in it, and its labels, only for those who ask."""
    shown: Json = {
        "id": parcel.id,
        "created_at": WHEN,
        "packed_at": WHEN,
        "shipped_at": parcel.shipped_at,
        "delivered_at": parcel.delivered_at,
        "canceled_at": None,
    }
    if "fulfillments.items" in named:
        units = parcel.units.items()
        shown["items"] = [{"line_item_id": line, "quantity": count} for line, count in units]
    if "fulfillments.labels" in named:
        shown["labels"] = [{"tracking_number": number, "tracking_url": ""} for number in parcel.numbers]
    return shown


def preview_of(change: Change) -> Json:
    """The order as it would be. The pending difference leaves out the credit for what comes back."""
    order, coming = change.order, change.coming
    added: list[Line | Method] = [*change.outbound, *change.inbound_methods, *change.outbound_methods]
    total = order.total + sum((part.total for part in added), Decimal(0)) if change.pending else order.total
    units = coming.units if coming and change.pending else {}
    lines = [line_of(line, units.get(line.id, 0)) for line in order.lines]
    requested = sum((_credit(line, units.get(line.id, 0)) for line in order.lines), Decimal(0))
    return {
        "id": order.id,
        "version": order.version,
        "email": order.email,
        "summary": _summary(total, order.paid, total - order.paid),
        "return_requested_total": requested,
        "items": [*lines, *(line_of(line) for line in change.outbound if change.pending)],
        "order_change": {"id": change.change_id, "exchange_id": change.id, "status": "pending"},
        "total": total,
    }


def line_of(line: Line, more: int = 0) -> Json:
    return {
        "id": line.id,
        "title": line.variant.product.title,
        "subtitle": line.variant.title,
        "product_id": line.variant.product.id,
        "product_title": line.variant.product.title,
        "thumbnail": None,
        "variant_id": line.variant.id,
        "variant_sku": line.variant.sku,
        "unit_price": line.unit_price,
        "quantity": line.quantity,
        "detail": {
            "quantity": line.quantity,
            "fulfilled_quantity": line.fulfilled,
            "return_requested_quantity": line.requested - line.received - line.dismissed + more,
            "return_received_quantity": line.received,
            "return_dismissed_quantity": line.dismissed,
            "written_off_quantity": 0,
        },
        "subtotal": line.subtotal,
        "discount_total": line.discount,
        "discount_subtotal": line.discount,
        "tax_total": line.tax,
        "total": line.total,
        "refundable_total_per_unit": line.total / line.quantity,
    }


def exchange_of(change: Change, fields: str = "") -> Json:
    """Without a status, because there is none; with metadata and return only for those who ask."""
    shown: Json = {
        "id": change.id,
        "order_id": change.order.id,
        "return_id": change.coming.id if change.coming else None,
        "display_id": change.display_id,
        "created_at": WHEN,
        "canceled_at": WHEN if change.cancelled else None,
        "difference_due": None,
        "additional_items": [
            {"id": f"oexcitem_{line.id}", "item_id": line.id, "quantity": line.quantity}
            for line in change.additional
        ],
    }
    if "metadata" in fields:
        shown["metadata"] = change.metadata
    if "*return" in fields:
        shown["return"] = return_of(change.coming, f"metadata,{fields}") if change.coming else None
    return shown


def return_of(coming: Coming, fields: str = "") -> Json:
    shown: Json = {
        "id": coming.id,
        "order_id": coming.order.id,
        "display_id": coming.display_id,
        "status": coming.status,
        "canceled_at": WHEN if coming.status == "canceled" else None,
        "received_at": coming.received_at,
        "items": [
            {
                "item_id": line,
                "quantity": count,
                "received_quantity": coming.received.get(line, 0),
                "damaged_quantity": coming.damaged.get(line, 0),
            }
            for line, count in coming.units.items()
        ],
    }
    if "metadata" in fields:
        shown["metadata"] = coming.metadata
    if "fulfillments" in fields:
        shown["fulfillments"] = [
            {"id": name, "canceled_at": WHEN if gone else None} for name, gone in coming.fulfilments.items()
        ]
    return shown


def _summary(total: Decimal, paid: Decimal, pending: Decimal) -> Json:
    return {"current_order_total": total, "paid_total": paid, "pending_difference": pending}


def _credit(line: Line, more: int) -> Decimal:
    return line.total * (line.requested + more) / line.quantity

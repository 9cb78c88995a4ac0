"""The bodies that Medusa's admin routes take, field by field, and its words for those it does not take.

Written from the recorded refusals: an unknown field, a missing one and a number sent as text each have
their own sentence, and only the first fault is told.
"""

from collections.abc import Iterator
from decimal import Decimal

from app.sandbox.checks import Check, Problem, list_of, record, text, true_or_false

ANYTHING: Check = lambda _value, _where: iter(())  # noqa: E731 (a check like its neighbours)


def number() -> Check:
    """Any JSON number. Medusa looks at what it says only afterwards."""

    def check(value: object, where: str) -> Iterator[Problem]:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            yield Problem(where, "missing_field")

    return check


ABOUT = {"description": text(), "internal_note": text(), "metadata": ANYTHING}
INBOUND = record({"id": text(), "quantity": number()}, {"reason_id": text(), **ABOUT})
OUTBOUND = record(
    {"variant_id": text(), "quantity": number()},
    {"unit_price": number(), "allow_backorder": true_or_false(), **ABOUT},
)
SHIPPING = record({"shipping_option_id": text()}, {"custom_amount": number(), **ABOUT})
PACKED = list_of(record({"id": text(), "quantity": number()}, {}), at_least=1)
LABEL = record({"tracking_number": text(), "tracking_url": text(), "label_url": text()}, {})
FORMS: dict[str, Check] = {
    "create": record({"order_id": text()}, ABOUT),
    "inbound/items": record({"items": list_of(INBOUND, at_least=0)}, {"location_id": text()}),
    "inbound/shipping-method": SHIPPING,
    "outbound/items": record({"items": list_of(OUTBOUND, at_least=0)}, {}),
    "outbound/shipping-method": SHIPPING,
    "request": record({}, {}),
    "cancel": record({}, {"no_notification": true_or_false()}),
    "change": record({}, {"carry_over_promotions": true_or_false()}),
    "return": record({"order_id": text()}, {"location_id": text(), **ABOUT}),
    "request-items": record({"items": list_of(INBOUND, at_least=1)}, {}),
    "fulfil": record({"location_id": text(), "items": PACKED}, {}),
    "shipments": record({"items": PACKED}, {"labels": list_of(LABEL, at_least=0)}),
    "receive-items": record({"items": PACKED}, {}),
    "refund": record({}, {"amount": number(), "refund_reason_id": text(), "note": text()}),
    "mark-as-paid": record({"order_id": text()}, {}),
    "gift-card": record(
        {"currency_code": text(), "value": number()},
        {
            "code": text(),
            "reference": text(),
            "reference_id": text(),
            "note": text(),
            "expires_at": text(),
            "metadata": ANYTHING,
        },
    ),
}


def fault_in(form: str, body: object) -> str:
    """Medusa's sentence for the first fault, empty when the body may be read."""
    for problem in FORMS[form](body, ""):
        where = problem.field.replace("[", ".").replace("]", "").replace(".", ", ")
        if problem.code == "unknown_field":
            return f"Invalid request: Unrecognized fields: '{where}'"
        if problem.code in ("missing_field", "null"):
            return f"Invalid request: Field '{where}' is required"
        return f"Invalid request: Expected type: 'string' for field '{where}', got: '{_at(body, where)}'"
    return ""


def _at(body: object, where: str) -> object:
    for part in where.split(", "):
        if isinstance(body, dict):
            body = body.get(part)
        elif isinstance(body, list) and part.isdigit():
            body = body[int(part)]
    return body

"""Paying a refund due back through Medusa, with whatever provider the order was paid at there.

Source: calls to a running Medusa 2.21.2. A refund is not capped at what is owed, and each call pays again, so
the note of it carries our reference: one that is there already is the result.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.connectors.moved import Moved
from app.connectors.platforms.medusa_asking import Asked, content_of, first_request, pending
from app.connectors.platforms.medusa_course import Course, NoWayOn
from app.connectors.platforms.medusa_json import Json, amount, entries, inner, minor_of, text

A_CENT = 1  # Medusa shows a difference of one minor unit as none


def pay_back(asked: Asked, due: int) -> Course[Moved]:
    """Pay back this much, in minor units, once. Raises NoWayOn where Medusa does not owe it."""
    currency, note = asked.message.currency, f"Evenly {asked.message.reference}"
    order_id = yield from first_request(asked)
    order = inner(content_of((yield asked.calls.payments(order_id))), "order")
    payments = [
        payment
        for collection in entries(order.get("payment_collections"))
        for payment in entries(collection.get("payments"))
    ]
    done = _noted(payments, note)
    if done is None:
        payment = _payment_for(order, payments, due, currency)
        asking = asked.calls.refund(text(payment.get("id")), amount(due, currency), note)
        done = _noted([inner(content_of((yield asking)), "payment")], note) or {}
    return Moved(text(done.get("id")), due, {"refund": text(done.get("id"))})


def _noted(payments: Iterable[Json], note: str) -> Json | None:
    refunds = (refund for payment in payments for refund in entries(payment.get("refunds")))
    return next((refund for refund in refunds if refund.get("note") == note), None)


def _payment_for(order: Json, payments: Iterable[Json], due: int, currency: str) -> Json:
    """A payment of which so much was taken and is still there. Raises NoWayOn."""
    owed = -(pending(order, currency) or 0)
    if owed + A_CENT < due:
        shown = f"{amount(max(owed, 0), currency)} {currency}"
        raise NoWayOn(f"the order in Medusa has only {shown} to be paid back; it may have been already")
    for payment in payments:
        taken = _sum(payment, "captures", currency) - _sum(payment, "refunds", currency)
        if taken >= due and text(payment.get("currency_code")).upper() == currency:
            return payment
    raise NoWayOn("no payment of the order in Medusa has so much left to be paid back")


def _sum(payment: Json, name: str, currency: str) -> int:
    return sum(minor_of(each.get("amount"), currency) or 0 for each in entries(payment.get(name)))

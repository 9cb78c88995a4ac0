"""What Stripe answered: sessions, payments and refunds, doubted before they are believed.

A partial capture lets go of the rest, and Stripe counts that rest as refunded on the charge; here it is not.
Source for that: real answers in public reports, such as woocommerce-gateway-stripe's issue 1073.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.connectors.answers import content_of, explained, order_number
from app.connectors.base import Refused, Reply
from app.connectors.moved import HostedPage, Moved
from app.connectors.payments.stripe_amounts import NotPayable, minor_amount
from app.connectors.payments.stripe_calls import KEY_NAME
from app.connectors.payments.stripe_values import (
    Unreadable,
    currency_of,
    moment_of,
    number_of,
    text_of,
    units_of,
)
from app.domain.idempotency import transaction_id_for
from app.domain.money import UnknownCurrency
from app.domain.payment import MoneyAct, MoneyMove, PaymentRecord, Standing

UNREADABLE = "Stripe's answer cannot be read"
ENDED_REFUNDS = ("failed", "canceled")


def is_readable(reply: Reply) -> bool:
    """Whether a yes came through whole."""
    return isinstance(content_of(reply), dict)


def is_kept_failure(reply: Reply) -> bool:
    """A failure that Stripe keeps under the key: the same request will never come to anything else."""
    return reply.status >= 500 and _is_repeated(reply)


def read_page(reply: Reply, origin: str) -> HostedPage | Refused:
    """The page that was opened; one outside `origin` is not where the browser was told it may go."""
    try:
        content = _content(reply)
        url = content.get("url")
        if not isinstance(url, str):
            raise Unreadable
        if not url.startswith(f"{origin}/"):
            return Refused("Stripe's page is at another address: set pages to where your account's pages are")
        return HostedPage(number_of(content), url, moment_of(content.get("expires_at")))
    except Unreadable as error:
        return Refused(str(error) or UNREADABLE)


def read_record(reply: Reply) -> PaymentRecord | Refused:
    """Where session, payment and charge stand together."""
    try:
        return _record(_content(reply))
    except (Unreadable, NotPayable, UnknownCurrency) as error:
        return Refused(str(error) or UNREADABLE)


def declined_payment(reply: Reply) -> str:
    """The number of a page's payment whose last card was declined; empty where none was."""
    content = content_of(reply)
    intent = content.get("payment_intent") if isinstance(content, dict) else None
    declined = isinstance(intent, dict) and order_number(_error(intent).get("charge"))
    return order_number(intent.get("id")) if declined and isinstance(intent, dict) else ""


def with_declines(record: PaymentRecord, reply: Reply) -> PaymentRecord:
    """The record with the failed ones of its charges counted; as it was where the list cannot be read."""
    content = content_of(reply) if 200 <= reply.status < 300 else None
    listed = content.get("data") if isinstance(content, dict) else None
    charges = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    failed = [order_number(each.get("id")) for each in charges if each.get("status") == "failed"]
    return replace(record, declines=len(failed), last_decline=failed[0]) if failed else record


def found_before(move: MoneyMove, reply: Reply) -> Moved | Refused | None:
    """What came of the movement on an earlier occasion that the payment still knows of; None for nothing."""
    try:
        content = _content(reply)
        if move.act is MoneyAct.REFUND:
            return _refund_before(move, content)
        ours = _known_by(content) == transaction_id_for(move.key)
        if move.act is MoneyAct.CAPTURE and content.get("status") == "succeeded" and ours:
            return _moved_by(content, "amount_received")
        if move.act is MoneyAct.VOID and content.get("status") == "canceled":
            return _moved_by(content, "amount")
    except (Unreadable, NotPayable, UnknownCurrency) as error:
        return Refused(str(error) or UNREADABLE)
    return None


def read_moved(move: MoneyMove, reply: Reply) -> Moved | Refused:
    """What came of the movement now."""
    try:
        content = _content(reply)
        if move.act is MoneyAct.REFUND:
            return _refunded(content)
        status, amount = (
            ("succeeded", "amount_received") if move.act is MoneyAct.CAPTURE else ("canceled", "amount")
        )
        if content.get("status") != status:
            return Refused(f"Stripe says that the payment is {text_of(content.get('status')) or 'unclear'}")
        return _moved_by(content, amount)
    except (Unreadable, NotPayable, UnknownCurrency) as error:
        return Refused(str(error) or UNREADABLE)


def why_refund_failed(reply: Reply) -> str:
    """Why a refund that was made has failed since; empty where it has not."""
    content = content_of(reply)
    ended = isinstance(content, dict) and content.get("status") in ENDED_REFUNDS
    refund = _refunded(content) if ended and isinstance(content, dict) else None
    return refund.reason if isinstance(refund, Refused) else ""


def explain(reply: Reply) -> str:
    """An answer other than yes, in words for an agent."""
    if is_kept_failure(reply):
        return (
            f"Stripe failed with {reply.status} and gives the same answer again for this request. Look at the"
            " payment in Stripe's dashboard before anything is tried again."
        )
    content = content_of(reply)
    error = content.get("error") if isinstance(content, dict) else None
    words = (
        [text_of(error.get(name)) for name in ("message", "decline_code")] if isinstance(error, dict) else []
    )
    if _is_repeated(reply):
        words.append("Stripe repeats this answer to the same request for a day")
    return explained(reply, "; ".join(word for word in words if word)).replace("The platform", "Stripe", 1)


def _is_repeated(reply: Reply) -> bool:
    return reply.headers.get("idempotent-replayed", "").lower() == "true"


def _record(session: Mapping[str, Any]) -> PaymentRecord:
    intent = session.get("payment_intent")
    payment: Mapping[str, Any] = intent if isinstance(intent, dict) else {}
    standing = _standing(session, payment)
    paid = standing in (Standing.AUTHORISED, Standing.CAPTURED, Standing.VOIDED)
    source, name = (payment, "amount") if paid else (session, "amount_total")
    currency = currency_of(source)
    charge = payment.get("latest_charge")
    charge = charge if isinstance(charge, dict) else {}
    captured = units_of(payment, "amount_received") if standing is Standing.CAPTURED else 0
    return PaymentRecord(
        page=number_of(session),
        standing=standing,
        amount=minor_amount(units_of(source, name), currency),
        currency=currency,
        payment=number_of(payment) if paid else "",
        captured=minor_amount(captured, currency),
        refunded=minor_amount(_given_back(charge, captured), currency),
        capture_before=_deadline(charge) if standing is Standing.AUTHORISED else None,
        declined="" if paid else _declined(payment),
        last_decline=order_number(_error(payment).get("charge")),
    )


def _standing(session: Mapping[str, Any], payment: Mapping[str, Any]) -> Standing:
    """The payment's own state first: a session says no more than that its page is over."""
    status, page = payment.get("status"), session.get("status")
    if status == "requires_capture":
        return Standing.AUTHORISED
    if status == "succeeded":
        return Standing.CAPTURED
    if page == "expired":
        return Standing.OVER
    if status == "canceled":
        return Standing.VOIDED
    if page == "open" or (page == "complete" and status == "processing"):
        return Standing.OPEN
    if page == "complete":
        return Standing.FAILED
    raise Unreadable


def _given_back(charge: Mapping[str, Any], captured: int) -> int:
    if not captured or not charge:
        return 0
    released = units_of(charge, "amount") - captured
    return max(0, units_of(charge, "amount_refunded") - released)


def _deadline(charge: Mapping[str, Any]) -> datetime | None:
    details = charge.get("payment_method_details")
    card = details.get("card") if isinstance(details, dict) else None
    until = card.get("capture_before") if isinstance(card, dict) else None
    return None if until is None else moment_of(until)


def _declined(payment: Mapping[str, Any]) -> str:
    return text_of(_error(payment).get("message"))


def _error(payment: Mapping[str, Any]) -> Mapping[str, Any]:
    error = payment.get("last_payment_error")
    return error if isinstance(error, dict) else {}


def _refund_before(move: MoneyMove, content: Mapping[str, Any]) -> Moved | Refused | None:
    listed = content.get("data")
    key = transaction_id_for(move.key)
    for refund in listed if isinstance(listed, list) else []:
        if isinstance(refund, dict) and _known_by(refund) == key:
            return _refunded(refund)
    return None


def _refunded(refund: Mapping[str, Any]) -> Moved | Refused:
    if refund.get("status") in ENDED_REFUNDS:
        why = text_of(refund.get("failure_reason")).replace("_", " ")
        return Refused("Stripe could not give the money back" + (f": {why}" if why else ""))
    return _moved_by(refund, "amount")


def _moved_by(content: Mapping[str, Any], name: str) -> Moved:
    number, amount = number_of(content), minor_amount(units_of(content, name), currency_of(content))
    kept = {"id": number, "status": text_of(content.get("status")), "amount": amount}
    return Moved(number, amount, kept)


def _known_by(content: Mapping[str, Any]) -> str:
    metadata = content.get("metadata")
    return str(metadata.get(KEY_NAME, "")) if isinstance(metadata, dict) else ""


def _content(reply: Reply) -> dict[str, Any]:
    if not 200 <= reply.status < 300:
        raise Unreadable(explain(reply))
    content = content_of(reply)
    if not isinstance(content, dict):
        raise Unreadable
    return content

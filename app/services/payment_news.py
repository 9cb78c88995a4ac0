"""News of a payment from its provider, once its signature has proved true: a reason to look at the record.

Of pages the record is looked at soon; of what was paid, voided or refunded past us the books are compared. A
dispute is told to a person in words: nothing here could answer it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import or_, select

from app.connectors.moved import Dispute, Heard
from app.connectors.settings import InvalidSettings
from app.domain.flags import FlagKind
from app.domain.money import major_units
from app.models import Exchange, Order, Payment, db, writing
from app.services.connector_settings import Connections, NotConnected, gateway_for
from app.services.locking import locked_exchange
from app.services.moving import ask_for_attention
from app.services.payment_watch import compare_soon, look_at_soon, look_soon
from app.services.secret_box import WrongKey
from app.services.webhook_signatures import NotSigned

ACTOR = "payment provider"


class NoSuchProvider(LookupError):
    """The store in scope takes no payments by this system."""


def hear(
    connections: Connections, system: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> bool:
    """Have what it is about looked at soon; False where that is none of ours.

    Names in `headers` are lower case. Raises NoSuchProvider, NotSigned.
    """
    try:
        gateway = gateway_for(connections, system)
    except (NotConnected, InvalidSettings, WrongKey):
        raise NoSuchProvider(system) from None
    heard = gateway.heard(headers, body, now)
    if heard is None:
        raise NotSigned
    if heard.page:
        return look_soon(system, heard.page, now)
    exchange_id = _exchange_of(system, heard)
    if exchange_id is None:
        return False
    with writing():
        exchange = _look_at(exchange_id, now)
        if heard.dispute is not None:
            _tell(exchange, heard.dispute, now)
    return True


def _exchange_of(system: str, heard: Heard) -> int | None:
    """The latest exchange that this is about, by reference or payment, or by what its order was paid with."""
    paid = select(Payment.exchange_id).where(Payment.gateway == system, Payment.payment.in_(heard.payments))
    ours = or_(
        Exchange.reference == heard.exchange,
        Exchange.id.in_(paid),
        Exchange.order.has(Order.payment_reference.in_(heard.payments)),
    )
    confirmed = Exchange.reference.is_not(None)
    found = db.session.scalar(
        select(Exchange.id).where(ours, confirmed).order_by(Exchange.id.desc()).limit(1)
    )
    db.session.rollback()
    return found


def _look_at(exchange_id: int, now: datetime) -> Exchange:
    exchange = locked_exchange(exchange_id)
    compare_soon(exchange_id, now)
    for payment in db.session.scalars(
        select(Payment).where(Payment.exchange_id == exchange_id).with_for_update()
    ):
        look_at_soon(payment, now)
    return exchange


def _tell(exchange: Exchange, dispute: Dispute, now: datetime) -> None:
    amount = f"{major_units(dispute.amount, dispute.currency)} {dispute.currency}"
    reason = f" ({dispute.reason})" if dispute.reason else ""
    until = f" by {dispute.answer_by:%d %B %Y}" if dispute.answer_by else ""
    sentence = (
        f"The shopper's bank disputes {amount} of order {exchange.order.number}{reason}: answer it at the"
        f" payment provider{until}, or the money goes back. Its number there is {dispute.number}."
    )
    ask_for_attention(exchange, sentence, ACTOR, now, FlagKind.MONEY)

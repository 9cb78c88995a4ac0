"""Telling a shopper that a refund due was sent: a mail each, in the transaction of the ledger's line."""

from __future__ import annotations

from datetime import datetime

from app.domain.exchange_status import PLACED_ONCE
from app.domain.letter import MailKind
from app.models import Exchange
from app.services.mailing import enqueue_mail


def tell_of_refund(exchange: Exchange, amount: int, part: str, now: datetime) -> None:
    """`amount` in minor units; `part` tells several of one exchange apart. Of a cancelled one nothing is told
    here, and a gift's recipient gets no money.
    """
    if exchange.state in PLACED_ONCE and not exchange.gift_view:
        enqueue_mail(exchange, MailKind.REFUND_SENT, now, occasion=part, amount=amount)

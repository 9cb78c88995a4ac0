"""A person says that a refund due was paid back by the shop's own means: it is in the books, and told.

The flag that asked for it, or that says that it could not be sent, leads to it. What the provider may have
done is found out there, and not said here. Within the caller's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.connectors.moved import Moved
from app.domain.exchange_status import PLACED_ONCE
from app.domain.flags import FlagKind
from app.models import Dispatch, DispatchState, Exchange, ExchangeFlag, MovementKind, Purpose, db
from app.services.dispatch_endings import finish
from app.services.money_news import tell_paid_back
from app.services.moving import LONGEST_REASON
from app.services.payment_ledger import money_key, movements_of, note_movement
from app.services.payment_moves import DRIFT, ORIGINAL
from app.services.perhaps_done import may_be_done
from app.services.placing_the_rest import REST
from app.services.refund_by_hand import asks_to_pay_back
from app.services.refund_news import tell_of_refund

ASKS = frozenset({FlagKind.MONEY, FlagKind.SENDING})
BY_HAND = "it was paid back by the shop's own means"


@dataclass(frozen=True)
class Unpaid:
    """A refund due, in minor units, of a part of the ledger; `refused` is what could not send it."""

    part: str
    amount: int
    refused: Dispatch | None = None


def unpaid_refund(exchange: Exchange, flag: ExchangeFlag) -> Unpaid | None:
    """The refund that this flag is about, None where it is about anything else or is paid already."""
    if flag.of_kind not in ASKS or exchange.state not in PLACED_ONCE:
        return None
    lines = {line.key: line.amount for line in movements_of(exchange.id)}
    for part in (ORIGINAL, DRIFT, REST):
        owed = lines.get(money_key(exchange, MovementKind.REFUND_OWED, part))
        if owed is None or money_key(exchange, MovementKind.REFUNDED, part) in lines:
            continue
        if asks_to_pay_back(exchange, owed, flag.words):
            return Unpaid(part, owed)
        refused = _refused(exchange, part, flag.words)
        if refused is not None:
            return Unpaid(part, owed, refused)
    return None


def take_paid_back(exchange: Exchange, unpaid: Unpaid, now: datetime) -> None:
    """Write it down as paid back and tell shopper and listeners; it is not sent any more."""
    if unpaid.refused is not None:
        finish(unpaid.refused, DispatchState.CANCELLED, now, BY_HAND)
    if note_movement(exchange, MovementKind.REFUNDED, unpaid.amount, unpaid.part, now):
        tell_paid_back(exchange, Moved("", unpaid.amount), unpaid.part, now)
        tell_of_refund(exchange, unpaid.amount, unpaid.part, now)


def _refused(exchange: Exchange, part: str, words: str) -> Dispatch | None:
    """The message that was to pay it back and got a clear no, for which this was flagged."""
    key = money_key(exchange, Purpose.REFUND, part)
    sent = db.session.scalar(select(Dispatch).where(Dispatch.key == key))
    if sent is None or sent.state != DispatchState.FAILED or may_be_done(sent):
        return None
    return sent if (sent.last_error or "")[:LONGEST_REASON] == words else None

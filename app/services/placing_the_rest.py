"""Taking down what a platform placed of the rest of an exchange, after a part of it stood there already.

Within the caller's transaction. That the rest is asked for at all is `app.services.rest_of_exchange`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from app.connectors.results import Placed
from app.domain.exchange_order import ExchangeOrder
from app.domain.flags import FlagKind
from app.domain.partly_placed import PlacedPart
from app.models import GOOD, Exchange, MovementKind, Purpose, db
from app.services import audit
from app.services.child_orders import grow
from app.services.connected_systems import listening_systems
from app.services.gift_cards import give_card
from app.services.moving import ask_for_attention, chain_of
from app.services.payment_ledger import note_movement, payments_of
from app.services.payment_moves import give_back_part
from app.services.refund_by_hand import ask_to_pay_back
from app.services.reporting import report_of, telling
from app.services.search_keys import index_exchange, index_orders
from app.services.tracking import order_sent_by

REST = "rest sent"


def take_rest(
    exchange: Exchange, message: ExchangeOrder, before: PlacedPart, placed: Placed, actor: str, now: datetime
) -> None:
    """Bring order, money and news up to what is placed now."""
    after = placed.part or PlacedPart.whole(message)
    if placed.part is None or after.units != before.units:
        sent = order_sent_by(exchange)
        if sent is not None:
            grow(sent, exchange, message, placed)
            db.session.flush()
            index_orders([sent.id])
            index_exchange(exchange, sent)
        exchange.platform_reply = dict(placed.reply)
        exchange.tracking_number = placed.tracking_number[:100] or exchange.tracking_number
        _settle(exchange, before, after, now)
        _tell(exchange, message, placed, after, now)
        units = sum(after.units) - sum(before.units)
        audit.record(chain_of(exchange), actor, "rest placed", {"units": units}, now)
    if placed.part is None:
        give_card(exchange, now)
    if placed.doubt:
        ask_for_attention(exchange, f"Placed, but {placed.doubt}.", actor, now, FlagKind.PLACED)


def _settle(exchange: Exchange, before: PlacedPart, after: PlacedPart, now: datetime) -> None:
    """What the shopper owes in all, less what was settled with the part: collected later, or paid back."""
    due, back = exchange.amount_due or 0, exchange.refund_due or 0
    more = (after.owed(due) - after.refunded(back)) - (before.owed(due) - before.refunded(back))
    if more > 0:
        # What was reserved beyond the part was let go of when that was taken.
        note_movement(exchange, MovementKind.OWED, more, REST, now)
    elif more < 0:
        _pay_back(exchange, -more, now)


def _pay_back(exchange: Exchange, amount: int, now: datetime) -> None:
    """Out of what was taken for the part first; what is beyond that was paid with the order."""
    payment = next((each for each in payments_of(exchange.id) if each.standing in GOOD), None)
    ours = min(amount, max(0, payment.captured - payment.refunded)) if payment else 0
    if payment is not None and ours:
        exchange.final_due = max(0, (exchange.final_due or 0) - ours)
        give_back_part(exchange, payment, ours, REST, now)
    if amount > ours:
        note_movement(exchange, MovementKind.REFUND_OWED, amount - ours, REST, now)
        why = "the rest of the exchange was placed after its first part"
        ask_to_pay_back(exchange, amount - ours, why, now)


def _tell(
    exchange: Exchange, message: ExchangeOrder, placed: Placed, after: PlacedPart, now: datetime
) -> None:
    """Who listens hears of all that is placed by now, as of now."""
    news = f"rest:{sum(after.units)}" + ("" if placed.part else ":all")
    for system in listening_systems():
        report = replace(report_of(exchange, message, placed.part), placed_at=now)
        db.session.add(telling(exchange, report, Purpose.REPORT, system, due_at=now, now=now, news=news))

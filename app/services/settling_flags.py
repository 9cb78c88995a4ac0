"""A person says that what was flagged is settled, and why. Said twice it is settled once.

What a platform counts differently may be accepted, or moves the money that it makes a difference of. What
came back and was not expected may be taken for what was. A refund that the shop paid by its own means is so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from app.domain.collecting import final_due
from app.domain.exchange_status import ENDED_WITHOUT_PLACING, PLACED_ONCE
from app.domain.flags import ENDS_BY_ITSELF, FlagKind
from app.domain.refunds import RefundBy
from app.models import Exchange, ExchangeFlag, MovementKind, Payment, writing
from app.services import audit
from app.services.agent_decisions import CannotDecide, Decision, keep_reason, settled_by
from app.services.connected_systems import paying_system
from app.services.locking import locked_exchange
from app.services.moving import chain_of, close_flag
from app.services.paid_back_by_hand import take_paid_back, unpaid_refund
from app.services.parcels import take_received
from app.services.payment_ledger import note_movement, payments_of
from app.services.payment_moves import DRIFT, refund_original


class Settling(StrEnum):
    """What becomes of it. To accept a wrong return is to take it for what was expected."""

    ACCEPT = "accept"
    REFUND = "refund"  # to what the order was paid with
    COLLECT = "collect"  # the shop collects it by its own means
    PAID = "paid"  # the shop has paid a refund due back by its own means
    OTHERWISE = "otherwise"  # nothing follows from here


def settle_flag(exchange_id: int, flag_id: int, how: Settling, decision: Decision, now: datetime) -> None:
    """Close this flag with a person's reason. Raises CannotDecide."""
    with writing():
        exchange = locked_exchange(exchange_id)
        flag = next((each for each in exchange.flags if each.id == flag_id), None)
        if flag is None:
            raise CannotDecide(f"{exchange.reference} has no such flag.")
        if flag.settled_at is not None:
            return
        payments = payments_of(exchange.id)
        if how not in ways_to_settle(exchange, flag, payments):
            raise CannotDecide(_why_not(flag))
        alone = settled_by(exchange, decision.person, money_of_flag(exchange, flag, payments))
        unpaid = unpaid_refund(exchange, flag) if how is Settling.PAID else None
        keep_reason(exchange, decision, "flag settled", now)
        close_flag(exchange, flag, decision.by, now, decision.reason)
        noted = {"flag": flag.id, "kind": flag.kind, "how": str(how)} | alone
        audit.record(chain_of(exchange), decision.by, "flag settled", noted, now)
        _act(exchange, flag, how, decision.by, now)
        if unpaid is not None:
            take_paid_back(exchange, unpaid, now)


def ways_to_settle(
    exchange: Exchange, flag: ExchangeFlag, payments: Sequence[Payment]
) -> tuple[Settling, ...]:
    """What a page may offer for it, with the exchange's tries to pay; nothing where it ends by itself."""
    if flag.settled_at is not None or flag.of_kind in ENDS_BY_ITSELF:
        return ()
    if flag.of_kind is FlagKind.WRONG_RETURN:
        over = exchange.state in ENDED_WITHOUT_PLACING
        return (Settling.OTHERWISE,) if over else (Settling.ACCEPT, Settling.OTHERWISE)
    if unpaid_refund(exchange, flag) is not None:
        return Settling.PAID, Settling.OTHERWISE
    left = left_of_drift(exchange, payments) if flag.of_kind is FlagKind.DRIFT else 0
    if left > 0:
        return Settling.ACCEPT, Settling.COLLECT
    if left < 0 and _pays_back_here(exchange):
        return Settling.ACCEPT, Settling.REFUND
    return (Settling.ACCEPT,)


def money_of_flag(exchange: Exchange, flag: ExchangeFlag, payments: Sequence[Payment]) -> int:
    """What settling it settles, in minor units: accepted, collected and refunded it is the same.

    Whoever says that a gift card was given by other means settles all that is due on it.
    """
    if flag.of_kind is FlagKind.CARD:
        return exchange.card_total or 0
    if flag.of_kind is FlagKind.DRIFT:
        return abs(left_of_drift(exchange, payments))
    unpaid = unpaid_refund(exchange, flag)
    return unpaid.amount if unpaid else 0


def _pays_back_here(exchange: Exchange) -> bool:
    """Whether the portal can send money to what the order was paid with, and the platform does not."""
    here = exchange.quote is not None and exchange.quote.refund_by is RefundBy.GATEWAY
    return here and bool(exchange.order.payment_reference) and paying_system() is not None


def left_of_drift(exchange: Exchange, payments: Sequence[Payment]) -> int:
    """What of the drift the amount due did not take in, in minor units; below zero the shopper gets it."""
    due, drift = exchange.amount_due or 0, exchange.drift or 0
    if exchange.state not in PLACED_ONCE:
        return 0
    if not due:
        return drift
    final = final_due(due, drift)
    paid = next((each for each in payments if each.authorised_at is not None), None)
    return drift - ((min(final, paid.amount) if paid else final) - due)


def _why_not(flag: ExchangeFlag) -> str:
    if flag.of_kind in ENDS_BY_ITSELF:
        return "It ends by itself as soon as the message gets through: see to the store's connection."
    return "It cannot be settled so any more. Look at the page again."


def _act(exchange: Exchange, flag: ExchangeFlag, how: Settling, by: str, now: datetime) -> None:
    """What follows from it, beyond that it is settled."""
    if how in (Settling.COLLECT, Settling.REFUND):
        _move(exchange, how, now)
    elif how is Settling.ACCEPT and flag.of_kind is FlagKind.WRONG_RETURN:
        take_received(exchange, now, by, now)


def _move(exchange: Exchange, how: Settling, now: datetime) -> None:
    amount = abs(left_of_drift(exchange, payments_of(exchange.id)))
    if how is Settling.COLLECT:
        note_movement(exchange, MovementKind.OWED, amount, DRIFT, now)
        return
    note_movement(exchange, MovementKind.REFUND_OWED, amount, DRIFT, now)
    gateway, paid_with = paying_system() or "", exchange.order.payment_reference or ""
    refund_original(exchange, gateway, paid_with, amount, now, DRIFT)

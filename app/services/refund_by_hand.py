"""A refund due that a person sees to: where the portal cannot send it, and where it went out for nothing.

Within the caller's transaction. Nothing takes money from a shopper who is not there to pay: what they keep of
a cancelled exchange is written down as owed, and a person is told.
"""

from __future__ import annotations

from datetime import datetime

from app.domain.exchange_status import ENDED_WITHOUT_PLACING
from app.domain.flags import FlagKind
from app.domain.money import major_units
from app.models import DispatchState, Exchange, MovementKind
from app.models.payment import REFUND_KEPT
from app.services.moving import ask_for_attention, withdraw_attention
from app.services.payment_ledger import movements_of, note_movement
from app.services.payment_moves import refunds_due

ACTOR = "worker"


def ask_to_pay_back(exchange: Exchange, amount: int, why: str, now: datetime) -> None:
    """The portal cannot send this refund (minor units): tell a person all that is needed to pay it."""
    sentence = f"{_to_pay_back(exchange, amount)}{why}."
    ask_for_attention(exchange, sentence, ACTOR, now, FlagKind.MONEY)


def asks_to_pay_back(exchange: Exchange, amount: int, words: str) -> bool:
    """Whether a flag with these words asks a person to pay back this much (minor units)."""
    return words.startswith(_to_pay_back(exchange, amount))


def ask_to_give_back_collected(exchange: Exchange, now: datetime) -> None:
    """The exchange was cancelled just now: what the shop had collected by its own means goes back so, too."""
    lines = movements_of(exchange.id)
    collected = sum(each.amount for each in lines if each.kind == MovementKind.COLLECTED)
    if collected:
        sentence = (
            f"Cancelled after {_amount(exchange, collected)} had been collected for it by the shop's own"
            f" means: pay that back to the shopper of order {exchange.order.number}."
        )
        ask_for_attention(exchange, sentence, ACTOR, now, FlagKind.MONEY)


def end_refund(exchange: Exchange, now: datetime) -> None:
    """The exchange was cancelled: nothing is to be paid back, and what was is owed by the shopper."""
    if exchange.state not in ENDED_WITHOUT_PLACING:
        return
    due = sum(each.amount for each in movements_of(exchange.id) if each.kind == MovementKind.REFUND_OWED)
    refunds = refunds_due(exchange)
    if not refunds:
        for flag in exchange.open_flags:
            if asks_to_pay_back(exchange, due, flag.words):
                withdraw_attention(exchange, flag.words, ACTOR, now)
    for refund in (each for each in refunds if each.state == DispatchState.CANCELLED):
        withdraw_attention(exchange, refund.last_error or "", ACTOR, now)
    _note_kept(exchange, now)


def _note_kept(exchange: Exchange, now: datetime) -> None:
    lines = movements_of(exchange.id)
    kept = sum(each.amount for each in lines if each.kind == MovementKind.REFUNDED and not each.payment_id)
    if kept and note_movement(exchange, MovementKind.OWED, kept, REFUND_KEPT, now):
        sentence = (
            f"Cancelled after {_amount(exchange, kept)} had been paid back for it: the shopper keeps that,"
            f" and owes it to the shop for order {exchange.order.number}."
        )
        ask_for_attention(exchange, sentence, ACTOR, now, FlagKind.MONEY)


def _to_pay_back(exchange: Exchange, amount: int) -> str:
    return f"Pay back {_amount(exchange, amount)} to what order {exchange.order.number} was paid with: "


def _amount(exchange: Exchange, minor: int) -> str:
    return f"{major_units(minor, exchange.order.currency)} {exchange.order.currency}"

"""Telling those who follow the money that it really moved: taken for a placed exchange, paid or given back.

Nothing is told before it happened, and each movement once. What moved before anything was placed is part of
the report about the placing (`app.services.reporting`). Within the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from app.connectors.moved import Moved
from app.domain.exchange_report import Direction, MoneyMoved
from app.domain.payment import MoneyAct, MoneyMove
from app.models import Dispatch, Exchange, Payment, PaymentState, Purpose, db
from app.services.connected_systems import money_following_systems
from app.services.payment_ledger import money_key
from app.services.payment_moves import ALL, DRIFT, ORIGINAL
from app.services.placing import placing_of
from app.services.reporting import as_placed, telling


def tell_of_move(
    exchange: Exchange, payment: Payment | None, move: MoneyMove, moved: Moved, gateway: str, now: datetime
) -> None:
    """The provider has done this. A capture counts unless it is being given back; a refund counts where it
    went to what the original order was paid with, or gave back what was told as taken for an exchange that
    was cancelled since.
    """
    if move.act is MoneyAct.CAPTURE and payment is not None and payment.standing is PaymentState.CAPTURED:
        due = moved.amount if exchange.final_due is None else exchange.final_due
        taken = MoneyMoved(Direction.TAKEN, min(moved.amount, due), now, "", gateway, move.payment)
        _tell(exchange, taken, now)
    elif move.act is MoneyAct.REFUND and payment is None:
        by_drift = move.key == money_key(exchange, Purpose.REFUND, DRIFT)
        tell_paid_back(exchange, moved, DRIFT if by_drift else ORIGINAL, now, gateway)
    elif move.act is MoneyAct.REFUND and payment is not None and move.key.endswith(f":{ALL}"):
        part = str(payment.attempt)
        back = MoneyMoved(Direction.GIVEN_BACK, moved.amount, now, part, gateway, moved.reference)
        _tell(exchange, back, now, told=_heard_that_it_was_taken(exchange, move.payment))


def tell_paid_back(exchange: Exchange, moved: Moved, part: str, now: datetime, gateway: str = "") -> None:
    """This much went back to what the original order was paid with; `part` as the ledger has it."""
    named = "" if part == ORIGINAL else part.replace(" ", "-")
    _tell(exchange, MoneyMoved(Direction.PAID_BACK, moved.amount, now, named, gateway, moved.reference), now)


def tell_collected(exchange: Exchange, amount: int, times: int, now: datetime) -> None:
    """The shop collected this much (minor units) by its own means, for the first, second … time."""
    _tell(exchange, MoneyMoved(Direction.TAKEN, amount, now, f"collected-{times}"), now)


def _heard_that_it_was_taken(exchange: Exchange, payment: str) -> set[str]:
    """Who was told, or waits to be, that this payment was taken."""
    moved = Dispatch.message["moved"]
    told = select(Dispatch.system).where(
        Dispatch.exchange_id == exchange.id,
        Dispatch.purpose == Purpose.REPORT,
        moved["direction"].as_string() == Direction.TAKEN,
        moved["reference"].as_string() == payment,
    )
    return set(db.session.scalars(told))


def _tell(exchange: Exchange, moved: MoneyMoved, now: datetime, told: Container[str] | None = None) -> None:
    """Tell those who follow the money, or those of them who were `told` what this takes back."""
    systems = [each for each in money_following_systems() if told is None or each in told]
    placing = placing_of(exchange.id) if systems and exchange.platform_order and moved.amount > 0 else None
    if placing is None:
        return
    news = f"{moved.direction}:{moved.part}" if moved.part else str(moved.direction)
    for system in systems:
        report = replace(as_placed(exchange, placing), moved=moved)
        db.session.add(telling(exchange, report, Purpose.REPORT, system, due_at=now, now=now, news=news))

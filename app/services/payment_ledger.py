"""The ledger of an exchange's money: what was reserved, taken, let go of, given back, given up or is owed.

A line has a derived key, so that writing it twice writes it once. All functions run within the caller's
transaction. Lines are never changed; a mistake is set right by another line.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.domain.idempotency import dispatch_key
from app.models import Exchange, Movement, MovementKind, Payment, Store, db


def note_movement(
    exchange: Exchange,
    kind: MovementKind,
    amount: int,
    part: str,
    now: datetime,
    *,
    payment: Payment | None = None,
    reference: str = "",
    currency: str | None = None,
) -> bool:
    """Write one line, unless it stands there already; whether it was written. `amount` in minor units."""
    key = money_key(exchange, kind, part)
    if db.session.scalar(select(Movement.id).where(Movement.key == key)) is not None:
        return False
    db.session.add(
        Movement(
            store_id=exchange.store_id,
            exchange_id=exchange.id,
            payment_id=payment.id if payment else None,
            kind=kind,
            amount=amount,
            currency=currency or exchange.order.currency,
            key=key,
            reference=reference[:255],
            at=now,
        )
    )
    db.session.flush()
    return True


def movements_of(exchange_id: int) -> Sequence[Movement]:
    """The exchange's lines in the order in which they were written."""
    return db.session.scalars(
        select(Movement).where(Movement.exchange_id == exchange_id).order_by(Movement.id)
    ).all()


def payments_of(exchange_id: int) -> Sequence[Payment]:
    """Every try to pay for the exchange, the first one first."""
    return db.session.scalars(
        select(Payment).where(Payment.exchange_id == exchange_id).order_by(Payment.id)
    ).all()


def money_key(exchange: Exchange, purpose: str, part: str) -> str:
    """The key of one movement of an exchange's money; `part` is the try, or what else tells it apart."""
    slug = db.session.get_one(Store, exchange.store_id).slug
    return dispatch_key(slug, exchange.order.number, exchange.generation or 0, purpose, part)

"""What Confirm writes into an exchange: its reference, the sum that was shown, and when it goes on."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.domain.exchange_status import Status, move
from app.domain.quote import Quote
from app.models import Exchange, db
from app.services.baskets import Basket

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0/O, 1/I: the reference is read out on the phone


def freeze(exchange: Exchange, basket: Basket, current: Quote, to: Status, now: datetime) -> None:
    """Make the draft a confirmed exchange with this sum, under the policy as it is now.

    One that awaited a payment before keeps the reference that the shopper and the provider know it by.
    """
    policy = basket.policy
    exchange.status = move(exchange.state, to)
    exchange.occupies_order = True
    exchange.reference = exchange.reference or _fresh_reference()
    exchange.rma = f"RMA-{exchange.reference.removeprefix('EX-')}"
    exchange.generation = _submitted_before(exchange.order_id)
    exchange.policy_version = current.policy_version
    exchange.quote_data = current.to_data()
    exchange.quote_version = current.version
    exchange.amount_due = current.amount_due
    exchange.refund_due = current.refund_due
    exchange.card_total = current.card.total if current.card else None
    moves_money = current.amount_due or current.refund_due or current.card
    exchange.compare_at = now if moves_money else None
    exchange.submitted_at = now
    exchange.release_at = now + timedelta(minutes=policy.undo_minutes)
    exchange.release = policy.release
    exchange.send_by = basket.today + timedelta(days=policy.send_back_days)
    exchange.updated_at = now


def _fresh_reference() -> str:
    """EX- and six letters that are not in use in this store."""
    while True:
        reference = "EX-" + "".join(secrets.choice(ALPHABET) for _ in range(6))
        if not db.session.scalar(select(Exchange.id).where(Exchange.reference == reference)):
            return reference


def _submitted_before(order_id: int) -> int:
    return (
        db.session.scalar(
            select(func.count(Exchange.id)).where(
                Exchange.order_id == order_id, Exchange.generation.is_not(None)
            )
        )
        or 0
    )

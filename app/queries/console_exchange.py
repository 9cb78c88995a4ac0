"""What the console shows of one exchange besides what the shopper sees: messages, holds, notes, audit."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.models import (
    AuditEntry,
    Dispatch,
    DispatchStep,
    Exchange,
    ExchangeClaim,
    ExchangeDecision,
    ExchangeNote,
    Hold,
    Order,
    Variant,
    db,
)


def exchange_called(reference: str) -> Exchange | None:
    """The confirmed exchange with this reference in the store in scope.

    One that went back from paying to being chosen is there while it is flagged.
    """
    return db.session.scalar(
        select(Exchange)
        .where(
            Exchange.reference == reference.upper(),
            or_(Exchange.submitted_at.is_not(None), Exchange.attention_since.is_not(None)),
        )
        .options(joinedload(Exchange.order))
    )


def dispatches_of(exchange_id: int) -> list[Dispatch]:
    """Its messages with every step and every try."""
    return list(
        db.session.scalars(
            select(Dispatch)
            .where(Dispatch.exchange_id == exchange_id)
            .options(selectinload(Dispatch.steps).selectinload(DispatchStep.attempts))
            .order_by(Dispatch.id)
        )
    )


def holds_of(exchange_id: int) -> list[tuple[Hold, str]]:
    """What is kept back for it, with the SKU."""
    rows = db.session.execute(
        select(Hold, Variant.sku)
        .join(Variant, Variant.id == Hold.variant_id)
        .where(Hold.exchange_id == exchange_id)
        .order_by(Hold.id)
    )
    return [(hold, sku) for hold, sku in rows]


def holds_of_order(order_id: int, now: datetime) -> list[tuple[Hold, str]]:
    """What is kept back for choices from an order that nobody has confirmed yet, with the SKU."""
    rows = db.session.execute(
        select(Hold, Variant.sku)
        .join(Variant, Variant.id == Hold.variant_id)
        .join(Exchange, Exchange.id == Hold.exchange_id)
        .where(Exchange.order_id == order_id, Hold.expires_at > now)
        .order_by(Hold.id)
    )
    return [(hold, sku) for hold, sku in rows]


def notes_of(exchange_id: int) -> list[ExchangeNote]:
    """What colleagues wrote, the latest first."""
    return list(
        db.session.scalars(
            select(ExchangeNote)
            .where(ExchangeNote.exchange_id == exchange_id)
            .options(joinedload(ExchangeNote.agent))
            .order_by(ExchangeNote.id.desc())
        )
    )


def decisions_of(exchange_id: int) -> list[ExchangeDecision]:
    """All that was decided, with its reasons, in its order."""
    return list(
        db.session.scalars(
            select(ExchangeDecision)
            .where(ExchangeDecision.exchange_id == exchange_id)
            .order_by(ExchangeDecision.id)
        )
    )


def claims_of(exchange_ids: Collection[int]) -> dict[int, ExchangeClaim]:
    """Who works on these, lapsed or not."""
    rows = db.session.scalars(
        select(ExchangeClaim)
        .where(ExchangeClaim.exchange_id.in_(exchange_ids))
        .options(joinedload(ExchangeClaim.agent))
    )
    return {row.exchange_id: row for row in rows}


def audit_of(chain: str) -> list[AuditEntry]:
    """All that was done, in its order."""
    return list(
        db.session.scalars(select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.number))
    )


def orders_made_of(order: Order) -> list[Order]:
    """The order that this one was made of, and those that were made of it."""
    return list(
        db.session.scalars(
            select(Order)
            .where((Order.id == order.parent_id) | (Order.parent_id == order.id))
            .order_by(Order.id)
        )
    )

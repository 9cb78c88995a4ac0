"""What agents are choosing for an order's shopper just now, and how it stands with one such draft."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.domain.exchange_status import Status
from app.models import DeskDraft, Exchange, db


def desk_drafts_of_order(order_id: int) -> list[DeskDraft]:
    """The drafts that agents have for this order, handed over or not: the buyer's, the recipient's."""
    found = db.session.scalars(
        select(DeskDraft)
        .join(Exchange, Exchange.id == DeskDraft.exchange_id)
        .where(Exchange.order_id == order_id, Exchange.status == Status.DRAFT)
        .options(joinedload(DeskDraft.agent), joinedload(DeskDraft.exchange))
        .order_by(DeskDraft.exchange_id)
    )
    return list({each.exchange.gift_view: each for each in found}.values())


def desk_draft(exchange_id: int) -> DeskDraft | None:
    """The desk's part in one exchange, None where a shopper chose alone."""
    return db.session.scalar(
        select(DeskDraft).where(DeskDraft.exchange_id == exchange_id).options(joinedload(DeskDraft.agent))
    )

"""Whose turn it is with a draft that an agent chooses for a shopper, and the trail of who chose what in it.

A draft that no agent ever had is its shopper's, and leaves no trail before it is confirmed. All functions
run inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.domain.exchange_status import Status
from app.models import DeskDraft, Exchange, db
from app.services import audit
from app.services.agents.people import FOR_SHOPPER

SHOPPER, GIFT_RECIPIENT = "shopper", "gift recipient"


def may_choose(exchange_id: int, actor: str) -> bool:
    """Whether the draft is this person's to change: the shopper's, or an agent's for them."""
    desk = _desk_draft(exchange_id)
    with_the_shopper = desk is None or desk.handed_over_at is not None
    return with_the_shopper != actor.endswith(FOR_SHOPPER)


def is_with_shopper(exchange: Exchange) -> bool:
    """Whether it was handed over and is still being chosen."""
    desk = _desk_draft(exchange.id)
    return exchange.state is Status.DRAFT and desk is not None and desk.handed_over_at is not None


def note_choice(exchange_id: int, actor: str, act: str, details: Mapping[str, Any], now: datetime) -> None:
    """Write down who chose this, where an agent has a part in the draft."""
    if _desk_draft(exchange_id) is not None:
        audit.record(f"exchange:{exchange_id}", actor, act, details, now)


def take_up(order_id: int, session_id: str, now: datetime, *, gift: bool = False) -> str | None:
    """Give this browser what was handed over to the order's shopper: its public id, None without any.

    With `gift` what was handed over to who received it, which the buyer never gets, nor the other way round.

    Whoever opens it last has it, as people go from the phone to the laptop.
    """
    desk = db.session.scalar(
        select(DeskDraft)
        .join(Exchange, Exchange.id == DeskDraft.exchange_id)
        .where(
            Exchange.order_id == order_id,
            Exchange.status == Status.DRAFT,
            Exchange.gift_view == gift,
            DeskDraft.handed_over_at.is_not(None),
        )
        .order_by(DeskDraft.handed_over_at.desc())
        .limit(1)
    )
    if desk is None:
        return None
    if desk.exchange.session_id != session_id:
        desk.exchange.session_id = session_id
        desk.opened_at = desk.opened_at or now
        by, act = (GIFT_RECIPIENT, "opened by the recipient") if gift else (SHOPPER, "opened by the shopper")
        audit.record(f"exchange:{desk.exchange_id}", by, act, {}, now)
    return desk.exchange.public_id


def _desk_draft(exchange_id: int) -> DeskDraft | None:
    return db.session.get(DeskDraft, exchange_id)

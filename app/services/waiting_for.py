"""Whether an exchange still waits for what a message of some purpose will come to."""

from __future__ import annotations

from sqlalchemy import select

from app.models import Dispatch, DispatchState, Exchange, Purpose, db


def waits_for(exchange: Exchange, purpose: Purpose) -> bool:
    """Whether such a message of it is due or under way, so that nobody knows its end yet."""
    waiting = select(Dispatch.id).where(
        Dispatch.exchange_id == exchange.id,
        Dispatch.purpose == purpose,
        Dispatch.state == DispatchState.WAITING,
    )
    return db.session.scalar(waiting.limit(1)) is not None

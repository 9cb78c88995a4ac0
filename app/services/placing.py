"""Queueing an exchange to be placed at the store's platform. Sending it is `app.services.dispatching`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.domain.exchange_order import ExchangeOrder
from app.domain.idempotency import placing_key
from app.models import Dispatch, DispatchState, Exchange, Purpose, Store, db
from app.services.connected_systems import placing_system


def enqueue_placing(exchange: Exchange, message: ExchangeOrder, due_at: datetime, now: datetime) -> None:
    """Put the message into the queue, within the caller's transaction and without a commit.

    `due_at` is when the undo window ends; where placing waits for the parcel, it is held beyond that. A
    store that has no platform yet may queue all the same: the system is looked for again when the message
    is due.
    """
    db.session.add(
        Dispatch(
            store_id=exchange.store_id,
            exchange_id=exchange.id,
            system=placing_system() or "",
            purpose=Purpose.PLACE,
            key=placing_key_of(exchange),
            message=message.to_data(),
            state=DispatchState.HELD if exchange.awaits_parcel else DispatchState.WAITING,
            due_at=due_at,
            created_at=now,
        )
    )


def placing_key_of(exchange: Exchange) -> str:
    """The key under which this submitted exchange is placed."""
    slug = db.session.get_one(Store, exchange.store_id).slug
    return placing_key(slug, exchange.order.number, exchange.generation or 0)


def placing_of(exchange_id: int) -> Dispatch | None:
    """The dispatch that places the exchange, locked; None while there is none."""
    return db.session.scalar(
        select(Dispatch)
        .where(Dispatch.exchange_id == exchange_id, Dispatch.purpose == Purpose.PLACE)
        .with_for_update()
    )

"""Locking an exchange the way every use case does: its order first, then the exchange itself.

So no two of them wait for each other. On SQLite the one write lock is held already (`app.models.writing`).
All functions run within the caller's transaction.
"""

from __future__ import annotations

from sqlalchemy import select

from app.models import Exchange, Order, db


def lock_order(order_id: int) -> None:
    """Nobody else changes anything about this order until the transaction ends."""
    db.session.execute(select(Order.id).where(Order.id == order_id).with_for_update())


def lock_order_of(exchange_id: int) -> None:
    """The same for the order that this exchange is of."""
    order_id = select(Exchange.order_id).where(Exchange.id == exchange_id).scalar_subquery()
    db.session.execute(select(Order.id).where(Order.id == order_id).with_for_update())


def locked_exchange(exchange_id: int) -> Exchange:
    """The exchange as it stands now, its order locked before it."""
    lock_order_of(exchange_id)
    found = select(Exchange).where(Exchange.id == exchange_id).with_for_update()
    return db.session.scalars(found, execution_options={"populate_existing": True}).one()

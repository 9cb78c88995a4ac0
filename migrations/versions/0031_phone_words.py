"""Telephone numbers of stored orders as people say them, made by the application's own rule."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.domain.phone_number import phone_keys

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

BATCH = 500
ORDERS = sa.table("orders", sa.column("id"), sa.column("store_id"), sa.column("phone"))
KEYS = sa.table("search_key", *(sa.column(name) for name in ("store_id", "order_id", "exchange_id", "key")))


def upgrade() -> None:
    """Batch by batch, and only what is not there yet."""
    connection, last = op.get_bind(), 0
    told = sa.select(ORDERS).where(ORDERS.c.phone != "").order_by(ORDERS.c.id).limit(BATCH)
    while rows := connection.execute(told.where(ORDERS.c.id > last)).all():
        last = rows[-1].id
        known = sa.select(KEYS.c.order_id, KEYS.c.key).where(KEYS.c.order_id.in_([row.id for row in rows]))
        there = {(order_id, key) for order_id, key in connection.execute(known)}
        new = [
            {"store_id": row.store_id, "order_id": row.id, "exchange_id": None, "key": key}
            for row in rows
            for key in sorted(phone_keys(row.phone))
            if (row.id, key) not in there
        ]
        if new:
            connection.execute(KEYS.insert(), new)


def downgrade() -> None:
    """More words than before find the same orders, so they stay."""

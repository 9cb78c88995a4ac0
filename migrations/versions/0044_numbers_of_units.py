"""Search words for the orders that a platform made of single units: only the first of them was found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.domain.search_words import order_words

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

KEYS = sa.table("search_key", *map(sa.column, ("store_id", "order_id", "exchange_id", "key")))
LINES = sa.table("line_item", sa.column("order_id"), sa.column("platform_orders", sa.JSON(none_as_null=True)))
ORDERS = sa.table("orders", *map(sa.column, ("id", "store_id", "number", "parent_id")))
EXCHANGES = sa.table("exchange", *map(sa.column, ("id", "order_id", "platform_order")))


def upgrade() -> None:
    """Each is a word of the order that was made of the exchange, and of the exchange that made it."""
    connection = op.get_bind()
    made = ORDERS.join(LINES, LINES.c.order_id == ORDERS.c.id).join(
        EXCHANGES,
        sa.and_(EXCHANGES.c.order_id == ORDERS.c.parent_id, EXCHANGES.c.platform_order == ORDERS.c.number),
    )
    columns = ORDERS.c.store_id, ORDERS.c.id, ORDERS.c.parent_id, EXCHANGES.c.id, LINES.c.platform_orders
    units = sa.select(*columns).select_from(made).where(LINES.c.platform_orders.is_not(None))
    words = {
        (store_id, owner, by, key)
        for store_id, order_id, parent_id, exchange_id, numbers in connection.execute(units)
        for key in order_words(numbers=numbers, emails=(), names=(), phone="", skus=())
        for owner, by in ((order_id, None), (parent_id, exchange_id))
    }
    new = [dict(zip(KEYS.c.keys(), word, strict=True)) for word in words - _there(connection, words)]
    if new:
        connection.execute(KEYS.insert(), new)


def downgrade() -> None:
    """The words stay: they do no harm, and the orders are still there."""


def _there(
    connection: sa.Connection, words: set[tuple[int, int, int | None, str]]
) -> set[tuple[object, ...]]:
    """Those of the words that are kept already, such as the number of the first unit."""
    found = set[tuple[object, ...]]()
    for order_id in {word[1] for word in words}:
        kept = connection.execute(sa.select(*KEYS.c).where(KEYS.c.order_id == order_id))
        found |= {tuple(row) for row in kept}
    return found

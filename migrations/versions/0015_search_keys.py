"""The words that orders and exchanges are found by, with those of what is stored already.

They are made by the application's own rule: a word kept in another spelling would never be found.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

from app.domain.search_words import exchange_words, order_words

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=60).with_variant(sa.String(length=60, collation="C"), "postgresql")
BATCH = 500


def upgrade() -> None:
    op.create_table(
        "search_key",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("order_id", WHOLE, nullable=False),
        sa.Column("exchange_id", WHOLE, nullable=True),
        sa.Column("key", KEY, nullable=False),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_search_key_order_id_orders", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["exchange_id"], ["exchange.id"], name="fk_search_key_exchange_id_exchange", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_search_key_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_search_key"),
    )
    _fill()
    op.create_index("ix_search_key_store_id_key_order_id", "search_key", ["store_id", "key", "order_id"])
    op.create_index("ix_search_key_order_id", "search_key", ["order_id"])
    op.create_index("ix_search_key_exchange_id", "search_key", ["exchange_id"])
    op.create_index("ix_search_key_store_id", "search_key", ["store_id"])


def downgrade() -> None:
    op.drop_table("search_key")


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(column) for column in columns))


def _fill() -> None:
    """Batch by batch, so that a large table does not have to fit into memory."""
    connection = op.get_bind()
    orders = sa.table(
        "orders",
        *(sa.column(n) for n in ("id", "store_id", "number", "platform_id", "secondary_id", "email")),
        *(sa.column(n) for n in ("first_name", "last_name", "phone")),
        sa.column("shipping_address", sa.JSON()),
    )
    lines = _table("line_item", "order_id", "sku")
    last = 0
    while rows := connection.execute(
        sa.select(orders).where(orders.c.id > last).order_by(orders.c.id).limit(BATCH)
    ).all():
        last = rows[-1].id
        skus: dict[int, set[str]] = {}
        wanted = sa.select(lines).where(lines.c.order_id.in_([row.id for row in rows]))
        for order_id, sku in connection.execute(wanted):
            skus.setdefault(order_id, set()).add(sku)
        for row in rows:
            words = order_words(
                numbers=(row.number, row.platform_id, row.secondary_id),
                emails=(row.email,),
                names=(row.first_name, row.last_name, str((row.shipping_address or {}).get("name", ""))),
                phone=row.phone,
                skus=skus.get(row.id, ()),
            )
            _insert(row.store_id, row.id, None, words)
    exchanges = sa.table(
        "exchange",
        *(sa.column(n) for n in ("id", "store_id", "order_id", "reference", "rma", "platform_order")),
        sa.column("recipient_email"),
        sa.column("shipping_address", sa.JSON()),
    )
    for row in connection.execute(sa.select(exchanges).where(exchanges.c.reference.is_not(None))).all():
        words = exchange_words(
            numbers=filter(None, (row.reference, row.rma, row.platform_order)),
            email=row.recipient_email or "",
            name=str((row.shipping_address or {}).get("name", "")),
        )
        _insert(row.store_id, row.order_id, row.id, words)


def _insert(store_id: int, order_id: int, exchange_id: int | None, words: Iterable[str]) -> None:
    keys = _table("search_key", "store_id", "order_id", "exchange_id", "key")
    rows = [
        {"store_id": store_id, "order_id": order_id, "exchange_id": exchange_id, "key": word}
        for word in words
    ]
    if rows:
        op.get_bind().execute(keys.insert(), rows)

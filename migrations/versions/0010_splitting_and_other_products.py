"""A bought line may come back in several parts, and a part may become another product.

Going down keeps the first part of a line that was split, as the older version knows only one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONE_PART = "uq_return_item_exchange_id_line_item_id"
PRODUCT = "fk_return_item_product_id_product"


def upgrade() -> None:
    with op.batch_alter_table("return_item") as table:
        table.add_column(sa.Column("product_id", WHOLE, nullable=True))
        table.create_foreign_key(PRODUCT, "product", ["product_id"], ["id"])
        table.drop_constraint(ONE_PART, type_="unique")


def downgrade() -> None:
    items = sa.table("return_item", sa.column("id"), sa.column("exchange_id"), sa.column("line_item_id"))
    first = sa.select(sa.func.min(items.c.id)).group_by(items.c.exchange_id, items.c.line_item_id)
    # One by one and not by cascade, which is off while SQLite migrates.
    for name in ("hold", "replacement"):
        kept_by = sa.table(name, sa.column("item_id"))
        op.execute(kept_by.delete().where(kept_by.c.item_id.not_in(first)))
    op.execute(items.delete().where(items.c.id.not_in(first)))
    with op.batch_alter_table("return_item") as table:
        table.create_unique_constraint(ONE_PART, ["exchange_id", "line_item_id"])
        table.drop_constraint(PRODUCT, type_="foreignkey")
        table.drop_column("product_id")

"""Whether a gift's recipient began an exchange, their e-mail, and gift codes that can be looked up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("exchange", sa.Column("gift_view", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("exchange", sa.Column("recipient_email", sa.String(length=320), nullable=True))
    op.add_column(
        "orders", sa.Column("gift_code_key", sa.String(length=60), nullable=False, server_default="")
    )
    orders = sa.table("orders", sa.column("gift_code"), sa.column("gift_code_key"))
    key = sa.func.lower(sa.func.replace(sa.func.replace(orders.c.gift_code, "-", ""), " ", ""))
    op.execute(orders.update().where(orders.c.gift_code.is_not(None)).values(gift_code_key=key))
    op.create_index("ix_orders_store_id_gift_code_key", "orders", ["store_id", "gift_code_key"])


def downgrade() -> None:
    op.drop_index("ix_orders_store_id_gift_code_key", "orders")
    op.drop_column("orders", "gift_code_key")
    op.drop_column("exchange", "recipient_email")
    op.drop_column("exchange", "gift_view")

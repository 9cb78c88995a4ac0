"""Units of a variant kept back for a draft that has chosen them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "hold",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("variant_id", WHOLE, nullable=False),
        sa.Column("exchange_id", WHOLE, nullable=False),
        sa.Column("item_id", WHOLE, nullable=False),
        sa.Column("units", WHOLE, nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("extended", WHOLE, nullable=False),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.CheckConstraint("units >= 1", name="ck_hold_units"),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name="fk_hold_variant_id_variant"),
        sa.ForeignKeyConstraint(
            ["exchange_id"], ["exchange.id"], name="fk_hold_exchange_id_exchange", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["return_item.id"], name="fk_hold_item_id_return_item", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_hold_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_hold"),
        sa.UniqueConstraint("item_id", name="uq_hold_item_id"),
    )
    op.create_index("ix_hold_variant_id_expires_at", "hold", ["variant_id", "expires_at"])
    op.create_index("ix_hold_exchange_id", "hold", ["exchange_id"])
    op.create_index("ix_hold_expires_at", "hold", ["expires_at"])
    op.create_index("ix_hold_store_id", "hold", ["store_id"])


def downgrade() -> None:
    op.drop_table("hold")

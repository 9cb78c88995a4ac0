"""Gift cards that are given from here, and the pool of their codes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "gift_card_code",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("tail", sa.String(length=4), nullable=False),
        sa.Column("amount", WHOLE, nullable=True),
        sa.Column("imported_at", TIME, nullable=False),
        sa.Column("given_at", TIME, nullable=True),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_gift_card_code_amount")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_gift_card_code_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_gift_card_code"),
    )
    op.create_index("ix_gift_card_code_store_id", "gift_card_code", ["store_id"])
    op.create_index("ix_gift_card_code_store_id_given_at", "gift_card_code", ["store_id", "given_at"])
    op.create_table(
        "gift_card",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("exchange_id", WHOLE, nullable=False),
        sa.Column("amount", WHOLE, nullable=False),
        sa.Column("code_id", WHOLE, nullable=True),
        sa.Column("owed_since", TIME, nullable=False),
        sa.Column("issued_at", TIME, nullable=True),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_gift_card_amount")),
        sa.ForeignKeyConstraint(
            ["code_id"], ["gift_card_code.id"], name="fk_gift_card_code_id_gift_card_code"
        ),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name="fk_gift_card_exchange_id_exchange"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_gift_card_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_gift_card"),
        sa.UniqueConstraint("code_id", name="uq_gift_card_code_id"),
        sa.UniqueConstraint("exchange_id", name="uq_gift_card_exchange_id"),
    )
    op.create_index("ix_gift_card_store_id", "gift_card", ["store_id"])


def downgrade() -> None:
    op.drop_table("gift_card")
    op.drop_table("gift_card_code")

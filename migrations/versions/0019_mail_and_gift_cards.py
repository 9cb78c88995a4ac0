"""Mails that are about no exchange, and gift cards with their pool of codes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("dispatch") as table:
        table.alter_column("exchange_id", existing_type=WHOLE, nullable=True)
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
    # What is about no exchange has no place in the older table. Its steps and tries go first.
    op.execute(
        "DELETE FROM attempt WHERE step_id IN (SELECT s.id FROM dispatch_step s"
        " JOIN dispatch d ON d.id = s.dispatch_id WHERE d.exchange_id IS NULL)"
    )
    op.execute(
        "DELETE FROM dispatch_step WHERE dispatch_id IN (SELECT id FROM dispatch WHERE exchange_id IS NULL)"
    )
    op.execute("DELETE FROM dispatch WHERE exchange_id IS NULL")
    with op.batch_alter_table("dispatch") as table:
        table.alter_column("exchange_id", existing_type=WHOLE, nullable=False)

"""Every decision of a person on an exchange with its reason, where the exchange's row keeps the latest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "exchange_decision",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("exchange_id", WHOLE, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["exchange_id"],
            ["exchange.id"],
            name="fk_exchange_decision_exchange_id_exchange",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_exchange_decision_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_exchange_decision"),
    )
    for column in ("exchange_id", "store_id"):
        op.create_index(f"ix_exchange_decision_{column}", "exchange_decision", [column])
    op.execute(
        "INSERT INTO exchange_decision (exchange_id, at, by, act, reason, store_id)"
        " SELECT id, decided_at, decided_by, 'decided', coalesce(decision_reason, ''), store_id"
        " FROM exchange WHERE decided_at IS NOT NULL AND decided_by IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_table("exchange_decision")

"""Agents' notes on an exchange, and who is working on it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "exchange_note",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("exchange_id", WHOLE, nullable=False),
        sa.Column("agent_id", WHOLE, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["exchange_id"], ["exchange.id"], name="fk_exchange_note_exchange_id_exchange", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_exchange_note_agent_id_agent"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_exchange_note_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_exchange_note"),
        sa.UniqueConstraint("exchange_id", "nonce", name="uq_exchange_note_exchange_id_nonce"),
    )
    op.create_index("ix_exchange_note_store_id", "exchange_note", ["store_id"])
    op.create_table(
        "exchange_claim",
        sa.Column("exchange_id", WHOLE, nullable=False),
        sa.Column("agent_id", WHOLE, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["exchange_id"],
            ["exchange.id"],
            name="fk_exchange_claim_exchange_id_exchange",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_exchange_claim_agent_id_agent"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_exchange_claim_store_id_store"),
        sa.PrimaryKeyConstraint("exchange_id", name="pk_exchange_claim"),
    )
    op.create_index("ix_exchange_claim_store_id", "exchange_claim", ["store_id"])


def downgrade() -> None:
    op.drop_table("exchange_claim")
    op.drop_table("exchange_note")

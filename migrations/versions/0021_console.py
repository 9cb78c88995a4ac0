"""For the console: links for another password, and indexes for the overview and for searching."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0016"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reset_link",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("agent_id", WHOLE, nullable=False),
        sa.Column("authenticator", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="fk_reset_link_agent_id_agent", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reset_link"),
    )
    op.create_index("ix_reset_link_agent_id", "reset_link", ["agent_id"])
    op.create_index("ix_exchange_store_id_created_at", "exchange", ["store_id", "created_at"])
    op.create_index("ix_exchange_store_id_submitted_at", "exchange", ["store_id", "submitted_at"])
    op.create_index("ix_search_key_order_id_key", "search_key", ["order_id", "key"])
    op.drop_index("ix_search_key_order_id", table_name="search_key")


def downgrade() -> None:
    op.create_index("ix_search_key_order_id", "search_key", ["order_id"])
    op.drop_index("ix_search_key_order_id_key", table_name="search_key")
    op.drop_index("ix_exchange_store_id_submitted_at", table_name="exchange")
    op.drop_index("ix_exchange_store_id_created_at", table_name="exchange")
    op.drop_table("reset_link")

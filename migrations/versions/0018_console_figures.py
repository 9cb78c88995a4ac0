"""Indexes for the overview: exchanges by when they were begun and when they were confirmed."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_exchange_store_id_created_at", "exchange", ["store_id", "created_at"])
    op.create_index("ix_exchange_store_id_submitted_at", "exchange", ["store_id", "submitted_at"])


def downgrade() -> None:
    op.drop_index("ix_exchange_store_id_submitted_at", table_name="exchange")
    op.drop_index("ix_exchange_store_id_created_at", table_name="exchange")

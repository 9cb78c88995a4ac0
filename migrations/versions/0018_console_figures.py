"""Indexes for the console: exchanges by when they were begun and confirmed, and the words of an order."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_exchange_store_id_created_at", "exchange", ["store_id", "created_at"])
    op.create_index("ix_exchange_store_id_submitted_at", "exchange", ["store_id", "submitted_at"])
    op.create_index("ix_search_key_order_id_key", "search_key", ["order_id", "key"])
    op.drop_index("ix_search_key_order_id", table_name="search_key")


def downgrade() -> None:
    op.create_index("ix_search_key_order_id", "search_key", ["order_id"])
    op.drop_index("ix_search_key_order_id_key", table_name="search_key")
    op.drop_index("ix_exchange_store_id_submitted_at", table_name="exchange")
    op.drop_index("ix_exchange_store_id_created_at", table_name="exchange")

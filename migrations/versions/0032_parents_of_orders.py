"""What was made of an order is found without reading every order."""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_orders_parent_id", "orders", ["parent_id"])


def downgrade() -> None:
    op.drop_index("ix_orders_parent_id", "orders")

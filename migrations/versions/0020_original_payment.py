"""What an order was paid with, by the payment provider's own number: where a refund goes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "orders", sa.Column("payment_reference", sa.String(length=255), nullable=False, server_default="")
    )


def downgrade() -> None:
    op.drop_column("orders", "payment_reference")

"""When the platform last told an order; and what a system must carry when it calls back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("connector", sa.Column("callback_token", sa.String(), nullable=True))
    op.add_column("orders", sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("orders", "read_at")
    op.drop_column("connector", "callback_token")

"""Goods that should be on their way back and are not: reminders so far, and when a person was asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("exchange", sa.Column("reminders", WHOLE, nullable=False, server_default="0"))
    op.add_column("exchange", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("exchange", sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in ("overdue_at", "reminded_at", "reminders"):
        op.drop_column("exchange", name)

"""A message that is about no exchange: the links of a shopper who lost the order's number."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("dispatch") as table:
        table.alter_column("exchange_id", existing_type=WHOLE, nullable=True)


def downgrade() -> None:
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

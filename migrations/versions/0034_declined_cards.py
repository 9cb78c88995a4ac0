"""How many cards were declined in a try to pay, and why payments cannot be started at a provider just now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("payment", sa.Column("declines", WHOLE, nullable=False, server_default="0"))
    op.add_column("payment", sa.Column("last_decline", sa.String(length=255), nullable=True))
    op.add_column("connector", sa.Column("problem", sa.String(length=500), nullable=True))
    op.add_column("connector", sa.Column("problem_since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for table, names in (
        ("connector", ("problem_since", "problem")),
        ("payment", ("last_decline", "declines")),
    ):
        for name in names:
            op.drop_column(table, name)

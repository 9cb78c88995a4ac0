"""What of an amount due is kept or owed in the end, once the platform has counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("exchange", sa.Column("final_due", WHOLE, nullable=True))


def downgrade() -> None:
    op.drop_column("exchange", "final_due")

"""Who carries the parcel that goes out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("exchange", sa.Column("carrier", sa.String(length=60), nullable=True))


def downgrade() -> None:
    op.drop_column("exchange", "carrier")

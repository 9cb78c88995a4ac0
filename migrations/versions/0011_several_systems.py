"""What a dispatch came to, what placing waits for, and the way of the parcel that comes back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("dispatch", sa.Column("result", sa.JSON(none_as_null=True), nullable=True))
    op.add_column(
        "exchange", sa.Column("release", sa.String(length=12), nullable=False, server_default="instant")
    )
    op.add_column("exchange", sa.Column("parcel_seen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("exchange", sa.Column("parcel_received_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("exchange", "parcel_received_at")
    op.drop_column("exchange", "parcel_seen_at")
    op.drop_column("exchange", "release")
    op.drop_column("dispatch", "result")

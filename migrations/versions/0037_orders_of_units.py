"""A platform may make an order of its own of each unit of a line: which, by unit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("line_item", sa.Column("platform_orders", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("line_item", "platform_orders")

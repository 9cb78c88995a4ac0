"""What of an exchange that was placed in part was given back to the shopper, line by line."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("exchange", sa.Column("given_back", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("exchange", "given_back")

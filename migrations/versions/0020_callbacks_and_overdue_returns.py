"""What a system carries when it calls back, and goods that should be on their way back and are not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("connector", sa.Column("callback_token", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("connector", "callback_token")

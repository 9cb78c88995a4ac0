"""What the link of one hand-over is told by. Links that are out already keep being told by their end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("desk_draft") as table:
        table.add_column(sa.Column("link_mark", sa.String(16), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("desk_draft") as table:
        table.drop_column("link_mark")

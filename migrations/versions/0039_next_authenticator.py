"""An authenticator that is about to take the place of another, until its first code is typed in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("agent_session") as table:
        table.add_column(sa.Column("next_totp", sa.String(500), nullable=True))
        table.add_column(sa.Column("next_totp_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("agent_session") as table:
        table.drop_column("next_totp_until")
        table.drop_column("next_totp")

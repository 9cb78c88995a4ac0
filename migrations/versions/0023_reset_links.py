"""Links with which a person of the console chooses another password."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reset_link",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("agent_id", WHOLE, nullable=False),
        sa.Column("authenticator", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="fk_reset_link_agent_id_agent", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reset_link"),
    )
    op.create_index("ix_reset_link_agent_id", "reset_link", ["agent_id"])


def downgrade() -> None:
    op.drop_table("reset_link")

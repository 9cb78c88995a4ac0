"""People of the console, the stores they serve, and where they are signed in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "agent",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("totp_secret", sa.String(length=500), nullable=True),
        sa.Column("totp_since", TIME, nullable=True),
        sa.Column("totp_counter", WHOLE, nullable=True),
        sa.Column("recovery_codes", sa.JSON(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("disabled_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_agent"),
        sa.UniqueConstraint("email_key", name="uq_agent_email_key"),
    )
    op.create_table(
        "membership",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("agent_id", WHOLE, nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="fk_membership_agent_id_agent", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_membership_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sa.UniqueConstraint("store_id", "agent_id", name="uq_membership_store_id_agent_id"),
    )
    op.create_index("ix_membership_agent_id", "membership", ["agent_id"])
    op.create_index("ix_membership_store_id", "membership", ["store_id"])
    op.create_table(
        "agent_session",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("agent_id", WHOLE, nullable=False),
        sa.Column("store_id", WHOLE, nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="fk_agent_session_agent_id_agent", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_agent_session_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_agent_session"),
    )
    op.create_index("ix_agent_session_agent_id", "agent_session", ["agent_id"])
    op.create_index("ix_agent_session_store_id", "agent_session", ["store_id"])
    op.create_index("ix_agent_session_expires_at", "agent_session", ["expires_at"])


def downgrade() -> None:
    op.drop_table("agent_session")
    op.drop_table("membership")
    op.drop_table("agent")

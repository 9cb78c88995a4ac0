"""Keys of the HTTP API, and answers kept for calls that are repeated."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_api_key_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("public_id", name="uq_api_key_public_id"),
    )
    op.create_index("ix_api_key_store_id", "api_key", ["store_id"])
    op.create_table(
        "kept_answer",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("api_key_id", WHOLE, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", WHOLE, nullable=True),
        sa.Column("content_type", sa.String(length=60), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["api_key_id"], ["api_key.id"], name="fk_kept_answer_api_key_id_api_key", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_kept_answer_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_kept_answer"),
        sa.UniqueConstraint("api_key_id", "key", name="uq_kept_answer_api_key_id_key"),
    )
    op.create_index("ix_kept_answer_started_at", "kept_answer", ["started_at"])
    op.create_index("ix_kept_answer_store_id", "kept_answer", ["store_id"])


def downgrade() -> None:
    op.drop_table("kept_answer")
    op.drop_table("api_key")

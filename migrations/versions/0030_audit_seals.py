"""Seals over the audit trail. What is there already is sealed by the worker, which has the key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNSEALED = sa.text("seal IS NULL")


def upgrade() -> None:
    op.create_table(
        "audit_seal",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", WHOLE, nullable=False),
        sa.Column("total", WHOLE, nullable=False),
        sa.Column("before", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_audit_seal_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_seal"),
        sa.UniqueConstraint("store_id", "number", name="uq_audit_seal_store_id_number"),
    )
    op.create_index("ix_audit_seal_store_id", "audit_seal", ["store_id"])
    op.add_column("audit_entry", sa.Column("seal", WHOLE, nullable=True))
    op.create_index(
        "ix_audit_entry_unsealed",
        "audit_entry",
        ["store_id", "id"],
        sqlite_where=UNSEALED,
        postgresql_where=UNSEALED,
    )


def downgrade() -> None:
    op.drop_index("ix_audit_entry_unsealed", "audit_entry")
    op.drop_column("audit_entry", "seal")
    op.drop_table("audit_seal")

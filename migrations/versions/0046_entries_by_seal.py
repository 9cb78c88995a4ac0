"""An index that leads from a seal to what it covers: without it every look read the store's whole trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

SEALED = sa.text("seal IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_audit_entry_sealed",
        "audit_entry",
        ["store_id", "seal"],
        sqlite_where=SEALED,
        postgresql_where=SEALED,
    )


def downgrade() -> None:
    op.drop_index("ix_audit_entry_sealed", "audit_entry")

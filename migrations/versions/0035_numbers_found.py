"""Orders and exchanges found by the platform's numbers, which every answer that places one asks for."""

from __future__ import annotations

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

FOUND_BY = {"orders": ("platform_id", "secondary_id"), "exchange": ("platform_order",)}


def upgrade() -> None:
    for table, columns in FOUND_BY.items():
        for column in columns:
            op.create_index(f"ix_{table}_store_id_{column}", table, ["store_id", column])


def downgrade() -> None:
    for table, columns in FOUND_BY.items():
        for column in columns:
            op.drop_index(f"ix_{table}_store_id_{column}", table)

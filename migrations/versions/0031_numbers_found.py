"""Orders and exchanges found by the platform's numbers, which every answer that places one asks for."""

from __future__ import annotations

from alembic import op

<<<<<<<< HEAD:migrations/versions/0035_numbers_found.py
revision = "0035"
down_revision = "0034"
========
revision = "0031"
down_revision = "0030"
>>>>>>>> 11d923f3c1aa6f8f2d10edbce0e9be753a53c86c:migrations/versions/0031_numbers_found.py
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

"""Gift card codes that are known again without being opened, so that none is given twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

INDEX = "uq_gift_card_code_store_id_mark"


def upgrade() -> None:
    op.add_column("gift_card_code", sa.Column("mark", sa.String(length=64), nullable=True))
    op.create_index(INDEX, "gift_card_code", ["store_id", "mark"], unique=True)


def downgrade() -> None:
    op.drop_index(INDEX, "gift_card_code")
    op.drop_column("gift_card_code", "mark")

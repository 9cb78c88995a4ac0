"""What a person is asked and says, the closed return number, and goodwill apart from discount."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OF_EXCHANGE = (
    sa.Column("rma_closed_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("doubts", sa.JSON(), nullable=False, server_default="[]"),
    sa.Column("shopper_note", sa.String(length=500), nullable=True),
    sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("decided_by", sa.String(length=80), nullable=True),
    sa.Column("decision_reason", sa.String(length=500), nullable=True),
    sa.Column("decision_words", sa.String(length=500), nullable=True),
)


def upgrade() -> None:
    for column in OF_EXCHANGE:
        op.add_column("exchange", column._copy())
    op.add_column("line_item", sa.Column("goodwill", WHOLE, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("line_item", "goodwill")
    for column in OF_EXCHANGE:
        op.drop_column("exchange", column.name)

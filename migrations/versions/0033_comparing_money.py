"""When an exchange's money is compared next: what is under way often, what is settled ever less often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

A_WHILE = timedelta(days=60)


def upgrade() -> None:
    op.add_column("exchange", sa.Column("compare_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_exchange_store_id_compare_at", "exchange", ["store_id", "compare_at"])
    moment = sa.DateTime(timezone=True)
    exchange = sa.table(
        "exchange",
        sa.column("submitted_at", moment),
        sa.column("compare_at", moment),
        *(sa.column(name, sa.BigInteger) for name in ("amount_due", "refund_due", "card_total")),
    )
    columns = exchange.c
    money = sa.or_(columns.amount_due > 0, columns.refund_due > 0, columns.card_total > 0)
    now = datetime.now(UTC)
    recent = columns.submitted_at > now - A_WHILE
    op.execute(exchange.update().where(money, recent).values(compare_at=now))


def downgrade() -> None:
    op.drop_index("ix_exchange_store_id_compare_at", "exchange")
    op.drop_column("exchange", "compare_at")

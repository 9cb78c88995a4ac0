"""A row for each reason why a person is asked to look at an exchange, instead of one text for all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "exchange_flag",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("exchange_id", WHOLE, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("settled_at", TIME, nullable=True),
        sa.Column("settled_by", sa.String(length=80), nullable=True),
        sa.Column("settled_why", sa.String(length=500), nullable=False),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["exchange_id"], ["exchange.id"], name="fk_exchange_flag_exchange_id_exchange", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_exchange_flag_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_exchange_flag"),
    )
    for column in ("exchange_id", "store_id"):
        op.create_index(f"ix_exchange_flag_{column}", "exchange_flag", [column])
    op.execute(
        "INSERT INTO exchange_flag (exchange_id, kind, words, since, settled_why, store_id)"
        " SELECT id, 'sending', attention, coalesce(attention_since, updated_at), '', store_id"
        " FROM exchange WHERE attention IS NOT NULL"
    )
    op.drop_column("exchange", "attention")


def downgrade() -> None:
    op.add_column("exchange", sa.Column("attention", sa.String(length=500), nullable=True))
    # Of several reasons the first: the next look at the others asks anew.
    op.execute(
        "UPDATE exchange SET attention = (SELECT words FROM exchange_flag AS flag WHERE flag.id ="
        " (SELECT min(id) FROM exchange_flag WHERE exchange_id = exchange.id AND settled_at IS NULL))"
    )
    op.drop_table("exchange_flag")

"""What shoppers pay: each try, and the ledger, whose rows no statement can change any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "payment",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("exchange_id", WHOLE, nullable=False),
        sa.Column("attempt", WHOLE, nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("amount", WHOLE, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("wish", sa.JSON(), nullable=False),
        sa.Column("page", sa.String(length=255), nullable=True),
        sa.Column("page_url", sa.String(length=2000), nullable=True),
        sa.Column("payment", sa.String(length=255), nullable=True),
        sa.Column("captured", WHOLE, nullable=False),
        sa.Column("refunded", WHOLE, nullable=False),
        sa.Column("declined", sa.String(length=200), nullable=True),
        sa.Column("problem", sa.String(length=500), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("authorised_at", TIME, nullable=True),
        sa.Column("capture_before", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("next_look_at", TIME, nullable=True),
        sa.Column("looks", WHOLE, nullable=False),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.CheckConstraint("amount > 0", name="ck_payment_amount"),
        sa.CheckConstraint(
            "captured >= 0 AND refunded >= 0 AND refunded <= captured", name="ck_payment_moved"
        ),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name="fk_payment_exchange_id_exchange"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_payment_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_payment"),
        sa.UniqueConstraint("store_id", "key", name="uq_payment_store_id_key"),
        sa.UniqueConstraint("store_id", "gateway", "page", name="uq_payment_store_id_gateway_page"),
    )
    op.create_index("ix_payment_exchange_id", "payment", ["exchange_id"])
    op.create_index("ix_payment_next_look_at", "payment", ["next_look_at"])
    op.create_index("ix_payment_store_id", "payment", ["store_id"])
    op.create_table(
        "movement",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("exchange_id", WHOLE, nullable=False),
        sa.Column("payment_id", WHOLE, nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("amount", WHOLE, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.CheckConstraint("amount >= 0", name="ck_movement_amount"),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name="fk_movement_exchange_id_exchange"),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name="fk_movement_payment_id_payment"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_movement_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_movement"),
        sa.UniqueConstraint("store_id", "key", name="uq_movement_store_id_key"),
    )
    op.create_index("ix_movement_exchange_id", "movement", ["exchange_id"])
    op.create_index("ix_movement_store_id", "movement", ["store_id"])
    op.add_column("exchange", sa.Column("collect", sa.String(length=12), nullable=True))
    op.add_column("exchange", sa.Column("pay_until", TIME, nullable=True))
    for statement in FINAL[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_column("exchange", "pay_until")
    op.drop_column("exchange", "collect")
    op.drop_table("movement")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION movement_is_final()")
    op.drop_table("payment")


# Changing what happened is left to nobody; deleting it has been refused since migration 0044.
FINAL = {
    "sqlite": (
        "CREATE TRIGGER movement_is_final BEFORE UPDATE ON movement"
        " BEGIN SELECT RAISE(ABORT, 'a movement is never changed'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION movement_is_final() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'a movement is never changed'; END $$",
        "CREATE TRIGGER movement_is_final BEFORE UPDATE ON movement"
        " FOR EACH ROW EXECUTE FUNCTION movement_is_final()",
    ),
}

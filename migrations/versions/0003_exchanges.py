"""Exchanges with what comes back and what goes out; one live exchange an order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "exchange",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("order_id", WHOLE, nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("occupies_order", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shipping_address", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reference", sa.String(length=12), nullable=True),
        sa.Column("generation", WHOLE, nullable=True),
        sa.Column("rma", sa.String(length=40), nullable=True),
        sa.Column("policy_version", WHOLE, nullable=True),
        sa.Column("quote_data", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("quote_version", sa.String(length=64), nullable=True),
        sa.Column("amount_due", WHOLE, nullable=True),
        sa.Column("refund_due", WHOLE, nullable=True),
        sa.Column("card_total", WHOLE, nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("release_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("send_by", sa.Date(), nullable=True),
        sa.Column("platform_order", sa.String(length=255), nullable=True),
        sa.Column("platform_reply", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("drift", WHOLE, nullable=True),
        sa.Column("attention", sa.String(length=500), nullable=True),
        sa.Column("attention_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_exchange_order_id_orders"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_exchange_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_exchange"),
        sa.UniqueConstraint("public_id", name="uq_exchange_public_id"),
        sa.UniqueConstraint(
            "store_id", "order_id", "generation", name="uq_exchange_store_id_order_id_generation"
        ),
        sa.UniqueConstraint("store_id", "reference", name="uq_exchange_store_id_reference"),
    )
    op.create_index("ix_exchange_order_id", "exchange", ["order_id"])
    op.create_index("ix_exchange_session_id", "exchange", ["session_id"])
    op.create_index("ix_exchange_store_id", "exchange", ["store_id"])
    op.create_index(
        "uq_exchange_one_live_per_order",
        "exchange",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("occupies_order"),
        postgresql_where=sa.text("occupies_order"),
    )

    op.create_table(
        "return_item",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("exchange_id", WHOLE, nullable=False),
        sa.Column("line_item_id", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("quantity", WHOLE, nullable=False),
        sa.Column("first_chosen_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("option_choice", sa.JSON(), nullable=False),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.CheckConstraint("quantity >= 1", name="ck_return_item_quantity"),
        sa.ForeignKeyConstraint(
            ["exchange_id"], ["exchange.id"], name="fk_return_item_exchange_id_exchange", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["line_item_id"], ["line_item.id"], name="fk_return_item_line_item_id_line_item"
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_return_item_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_return_item"),
        sa.UniqueConstraint("exchange_id", "line_item_id", name="uq_return_item_exchange_id_line_item_id"),
    )
    op.create_index("ix_return_item_exchange_id", "return_item", ["exchange_id"])
    op.create_index("ix_return_item_store_id", "return_item", ["store_id"])

    op.create_table(
        "replacement",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("item_id", WHOLE, nullable=False),
        sa.Column("variant_id", WHOLE, nullable=False),
        sa.Column("quantity", WHOLE, nullable=False),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.CheckConstraint("quantity >= 1", name="ck_replacement_quantity"),
        sa.ForeignKeyConstraint(
            ["item_id"], ["return_item.id"], name="fk_replacement_item_id_return_item", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_replacement_store_id_store"),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name="fk_replacement_variant_id_variant"),
        sa.PrimaryKeyConstraint("id", name="pk_replacement"),
    )
    op.create_index("ix_replacement_item_id", "replacement", ["item_id"])
    op.create_index("ix_replacement_store_id", "replacement", ["store_id"])


def downgrade() -> None:
    op.drop_table("replacement")
    op.drop_table("return_item")
    op.drop_table("exchange")

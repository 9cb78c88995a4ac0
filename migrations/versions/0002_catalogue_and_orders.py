"""Products with variants, orders with lines as paid, and which browser may see which order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "product",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("platform_id", sa.String(length=255), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("vendor", sa.String(length=255), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("option_names", sa.JSON(), nullable=False),
        sa.Column("image_url", sa.String(length=2000), nullable=True),
        sa.Column("is_gift_card", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_product_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_product"),
        sa.UniqueConstraint("store_id", "platform_id", name="uq_product_store_id_platform_id"),
    )
    op.create_index("ix_product_store_id", "product", ["store_id"])

    op.create_table(
        "variant",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("product_id", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("platform_id", sa.String(length=255), nullable=False),
        sa.Column("sku", sa.String(length=255), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("line_name", sa.String(length=1100), nullable=False),
        sa.Column("option_values", sa.JSON(), nullable=False),
        sa.Column("price", WHOLE, nullable=False),
        sa.Column("stock", WHOLE, nullable=True),
        sa.Column("backorder", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("image_url", sa.String(length=2000), nullable=True),
        sa.Column("stock_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.CheckConstraint("price >= 0", name="ck_variant_price"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_variant_product_id_product"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_variant_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_variant"),
        sa.UniqueConstraint("store_id", "sku", name="uq_variant_store_id_sku"),
    )
    op.create_index("ix_variant_product_id", "variant", ["product_id"])
    op.create_index("ix_variant_store_id", "variant", ["store_id"])
    op.create_index("ix_variant_store_id_line_name", "variant", ["store_id", "line_name"])

    op.create_table(
        "orders",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("number", sa.String(length=255), nullable=False),
        sa.Column("number_key", sa.String(length=255), nullable=False),
        sa.Column("number_digits", sa.String(length=255), nullable=False),
        sa.Column("platform_id", sa.String(length=255), nullable=False),
        sa.Column("secondary_id", sa.String(length=255), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_gift", sa.Boolean(), nullable=False),
        sa.Column("gift_code", sa.String(length=60), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("customer_id", sa.String(length=320), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("first_name", sa.String(length=500), nullable=False),
        sa.Column("last_name", sa.String(length=500), nullable=False),
        sa.Column("phone", sa.String(length=60), nullable=False),
        sa.Column("postcode_key", sa.String(length=40), nullable=False),
        sa.Column("shipping_address", sa.JSON(), nullable=False),
        sa.Column("billing_address", sa.JSON(), nullable=False),
        sa.Column("chain_depth", WHOLE, nullable=False),
        sa.Column("parent_id", WHOLE, nullable=True),
        sa.Column("root_id", WHOLE, nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["orders.id"], name="fk_orders_parent_id_orders"),
        sa.ForeignKeyConstraint(["root_id"], ["orders.id"], name="fk_orders_root_id_orders"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_orders_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
        sa.UniqueConstraint("store_id", "number_key", name="uq_orders_store_id_number_key"),
    )
    op.create_index("ix_orders_store_id", "orders", ["store_id"])
    op.create_index("ix_orders_store_id_email_key", "orders", ["store_id", "email_key"])
    op.create_index("ix_orders_store_id_number_digits", "orders", ["store_id", "number_digits"])

    op.create_table(
        "line_item",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("order_id", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("platform_id", sa.String(length=255), nullable=False),
        sa.Column("variant_id", WHOLE, nullable=True),
        sa.Column("product_id", WHOLE, nullable=True),
        sa.Column("sku", sa.String(length=255), nullable=False),
        sa.Column("title", sa.String(length=1000), nullable=False),
        sa.Column("variant_words", sa.String(length=500), nullable=False),
        sa.Column("product", WHOLE, nullable=False),
        sa.Column("discount", WHOLE, nullable=False),
        sa.Column("tax", WHOLE, nullable=False),
        sa.Column("list_price", WHOLE, nullable=False),
        sa.Column("quantity", WHOLE, nullable=False),
        sa.Column("shipped", WHOLE, nullable=False),
        sa.Column("refunded", WHOLE, nullable=False),
        sa.Column("committed", WHOLE, nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("concept", sa.String(length=120), nullable=False),
        sa.Column("image_url", sa.String(length=2000), nullable=True),
        sa.Column("return_until", sa.Date(), nullable=True),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.CheckConstraint("committed >= 0 AND committed <= quantity", name="ck_line_item_committed"),
        sa.CheckConstraint("discount >= 0 AND discount <= product AND tax >= 0", name="ck_line_item_amounts"),
        sa.CheckConstraint("quantity >= 1", name="ck_line_item_quantity"),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_line_item_order_id_orders", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_line_item_product_id_product"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_line_item_store_id_store"),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name="fk_line_item_variant_id_variant"),
        sa.PrimaryKeyConstraint("id", name="pk_line_item"),
        sa.UniqueConstraint("order_id", "platform_id", name="uq_line_item_order_id_platform_id"),
    )
    op.create_index("ix_line_item_order_id", "line_item", ["order_id"])
    op.create_index("ix_line_item_product_id", "line_item", ["product_id"])
    op.create_index("ix_line_item_store_id", "line_item", ["store_id"])
    op.create_index("ix_line_item_variant_id", "line_item", ["variant_id"])

    op.create_table(
        "access_grant",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("order_id", WHOLE, nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_access_grant_order_id_orders", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["browser_session.id"],
            name="fk_access_grant_session_id_browser_session",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_access_grant_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_access_grant"),
        sa.UniqueConstraint("session_id", "order_id", name="uq_access_grant_session_id_order_id"),
    )
    op.create_index("ix_access_grant_session_id", "access_grant", ["session_id"])
    op.create_index("ix_access_grant_store_id", "access_grant", ["store_id"])


def downgrade() -> None:
    op.drop_table("access_grant")
    op.drop_table("line_item")
    op.drop_table("orders")
    op.drop_table("variant")
    op.drop_table("product")

"""Stores, their connectors and link keys; browsers that gained access; counted tries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "store",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("tax_mode", sa.String(length=12), nullable=False),
        sa.Column("tax_rate_ppm", WHOLE, nullable=False),
        sa.Column("branding", sa.JSON(), nullable=False),
        sa.Column("policy_data", sa.JSON(), nullable=False),
        sa.Column("policy_version", WHOLE, nullable=False),
        sa.Column("image_hosts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_store"),
        sa.UniqueConstraint("slug", name="uq_store_slug"),
    )

    op.create_table(
        "connector",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("system", sa.String(length=20), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("secrets", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", WHOLE, nullable=False),
        sa.Column("closed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_connector_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_connector"),
        sa.UniqueConstraint("store_id", "system", name="uq_connector_store_id_system"),
    )
    op.create_index("ix_connector_store_id", "connector", ["store_id"])

    op.create_table(
        "link_key",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("name", sa.String(length=12), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_link_key_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_link_key"),
        sa.UniqueConstraint("store_id", "name", name="uq_link_key_store_id_name"),
    )
    op.create_index("ix_link_key_store_id", "link_key", ["store_id"])
    op.create_index("ix_link_key_store_id_retires_at", "link_key", ["store_id", "retires_at"])

    op.create_table(
        "browser_session",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_browser_session"),
    )
    op.create_index("ix_browser_session_expires_at", "browser_session", ["expires_at"])

    op.create_table(
        "throttle_try",
        sa.Column("bucket", sa.String(length=120), nullable=False),
        sa.Column("place", WHOLE, autoincrement=False, nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "place", name="pk_throttle_try"),
    )
    op.create_index("ix_throttle_try_free_at", "throttle_try", ["free_at"])


def downgrade() -> None:
    op.drop_table("throttle_try")
    op.drop_table("browser_session")
    op.drop_table("link_key")
    op.drop_table("connector")
    op.drop_table("store")

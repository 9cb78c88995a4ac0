"""What the outgoing parcel is called and when it should arrive; webhooks in and out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("exchange", sa.Column("tracking_number", sa.String(length=100), nullable=True))
    op.add_column("exchange", sa.Column("delivery_estimate", sa.Date(), nullable=True))
    op.create_table(
        "webhook_secret",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_webhook_secret_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_secret"),
    )
    op.create_index("ix_webhook_secret_store_id", "webhook_secret", ["store_id"])
    op.create_table(
        "heard_webhook",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=200), nullable=False),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_heard_webhook_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_heard_webhook"),
        sa.UniqueConstraint("store_id", "message_id", name="uq_heard_webhook_store_id_message_id"),
    )
    op.create_index("ix_heard_webhook_heard_at", "heard_webhook", ["heard_at"])
    op.create_index("ix_heard_webhook_store_id", "heard_webhook", ["store_id"])


def downgrade() -> None:
    op.drop_table("heard_webhook")
    op.drop_table("webhook_secret")
    op.drop_column("exchange", "delivery_estimate")
    op.drop_column("exchange", "tracking_number")

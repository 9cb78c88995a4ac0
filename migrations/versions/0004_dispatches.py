"""The queue in our own database: dispatches, their steps, and every try."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "dispatch",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("exchange_id", WHOLE, nullable=False),
        sa.Column("system", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("message", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_by", sa.String(length=80), nullable=True),
        sa.Column("fence", WHOLE, nullable=False),
        sa.Column("tries", WHOLE, nullable=False),
        sa.Column("first_tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name="fk_dispatch_exchange_id_exchange"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_dispatch_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_dispatch"),
        sa.UniqueConstraint("store_id", "key", name="uq_dispatch_store_id_key"),
    )
    op.create_index("ix_dispatch_exchange_id", "dispatch", ["exchange_id"])
    op.create_index("ix_dispatch_state_due_at", "dispatch", ["state", "due_at"])
    op.create_index("ix_dispatch_store_id", "dispatch", ["store_id"])

    op.create_table(
        "dispatch_step",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("dispatch_id", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("sent_fence", WHOLE, nullable=True),
        sa.Column("answer_status", WHOLE, nullable=True),
        sa.Column("answer_body", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["dispatch_id"], ["dispatch.id"], name="fk_dispatch_step_dispatch_id_dispatch", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_dispatch_step_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_dispatch_step"),
        sa.UniqueConstraint("dispatch_id", "position", name="uq_dispatch_step_dispatch_id_position"),
    )
    op.create_index("ix_dispatch_step_dispatch_id", "dispatch_step", ["dispatch_id"])
    op.create_index("ix_dispatch_step_store_id", "dispatch_step", ["store_id"])

    op.create_table(
        "attempt",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("step_id", WHOLE, nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("fence", WHOLE, nullable=False),
        sa.Column("worker", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_ms", WHOLE, nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("status", WHOLE, nullable=True),
        sa.Column("request_headers", sa.JSON(), nullable=False),
        sa.Column("reply_headers", sa.JSON(), nullable=False),
        sa.Column("reply_body", sa.String(length=4000), nullable=False),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["step_id"], ["dispatch_step.id"], name="fk_attempt_step_id_dispatch_step", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_attempt_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
    )
    op.create_index("ix_attempt_step_id", "attempt", ["step_id"])
    op.create_index("ix_attempt_store_id", "attempt", ["store_id"])


def downgrade() -> None:
    op.drop_table("attempt")
    op.drop_table("dispatch_step")
    op.drop_table("dispatch")

"""Drafts that agents choose for shoppers, and the exceptions made for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "desk_draft",
        sa.Column("exchange_id", WHOLE, nullable=False),
        sa.Column("agent_id", WHOLE, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("begun_at", TIME, nullable=False),
        sa.Column("handed_over_at", TIME, nullable=True),
        sa.Column("opened_at", TIME, nullable=True),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["exchange_id"], ["exchange.id"], name="fk_desk_draft_exchange_id_exchange", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_desk_draft_agent_id_agent"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_desk_draft_store_id_store"),
        sa.PrimaryKeyConstraint("exchange_id", name="pk_desk_draft"),
    )
    op.create_index("ix_desk_draft_store_id", "desk_draft", ["store_id"])
    op.create_table(
        "rule_override",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("exchange_id", WHOLE, nullable=False),
        sa.Column("line_item_id", WHOLE, nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("units", WHOLE, nullable=False),
        sa.Column("cost", WHOLE, nullable=False),
        sa.Column("total", WHOLE, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by_id", WHOLE, nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("decided_by_id", WHOLE, nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("decision_reason", sa.String(length=500), nullable=True),
        sa.Column("store_id", WHOLE, nullable=False),
        sa.CheckConstraint("cost >= 0", name="ck_rule_override_cost"),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="ck_rule_override_second_person"
        ),
        sa.ForeignKeyConstraint(
            ["exchange_id"], ["exchange.id"], name="fk_rule_override_exchange_id_exchange", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["line_item_id"], ["line_item.id"], name="fk_rule_override_line_item_id_line_item"
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["agent.id"], name="fk_rule_override_asked_by_id_agent"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["agent.id"], name="fk_rule_override_decided_by_id_agent"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_rule_override_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_rule_override"),
    )
    for column in ("exchange_id", "state", "store_id"):
        op.create_index(f"ix_rule_override_{column}", "rule_override", [column])


def downgrade() -> None:
    op.drop_table("rule_override")
    op.drop_table("desk_draft")

"""Units of a replacement that do not go out, as the rest of the exchange was given back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("replacement", sa.Column("given_back", WHOLE, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("replacement", "given_back")

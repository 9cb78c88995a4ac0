"""The ledger's lines cannot be deleted either: no statement takes back what happened."""

from __future__ import annotations

from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

# Whoever takes a whole store out lifts the rule for it, as `demo reset` does.
STAYS = {
    "sqlite": (
        "CREATE TRIGGER movement_stays BEFORE DELETE ON movement"
        " BEGIN SELECT RAISE(ABORT, 'a movement is never deleted'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION movement_stays() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'a movement is never deleted'; END $$",
        "CREATE TRIGGER movement_stays BEFORE DELETE ON movement"
        " FOR EACH ROW EXECUTE FUNCTION movement_stays()",
        "CREATE TRIGGER movements_stay BEFORE TRUNCATE ON movement"
        " FOR EACH STATEMENT EXECUTE FUNCTION movement_stays()",
    ),
}
GONE = {
    "sqlite": ("DROP TRIGGER movement_stays",),
    "postgresql": (
        "DROP TRIGGER movements_stay ON movement",
        "DROP TRIGGER movement_stays ON movement",
        "DROP FUNCTION movement_stays()",
    ),
}


def upgrade() -> None:
    for statement in STAYS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in GONE[op.get_bind().dialect.name]:
        op.execute(statement)

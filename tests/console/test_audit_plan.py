"""The audit page of a store with a long trail reads what lies over its own chain, and asks few times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from app.models import AuditEntry, AuditSeal, Exchange, Role, db, store_scope, writing
from app.services import audit
from app.services.audit_seals import MOST_ACTS, head, seal_up
from app.services.moving import chain_of
from tests.console.cases import connect, make_exchange
from tests.console.desk import Desk
from tests.factories import NOW
from tests.web.conftest import Shop

MOST_QUERIES = 10
LOOKS = 40  # each under a seal of its own


@pytest.fixture
def long_trail(app: Flask, shop: Shop) -> str:
    """The audit page of an exchange under many seals, in a store that has more acts than a page looks at."""
    connect(app, shop.store_id)
    reference = make_exchange(app, shop.store_id, "AC-7301")
    box = app.extensions["evenly.connections"].box
    with app.app_context(), store_scope(shop.store_id):
        chain = chain_of(db.session.scalars(select(Exchange)).one())
        for _ in range(LOOKS):
            with writing():
                audit.record(chain, "worker", "seen", {}, NOW)
                audit.record("order:1", "worker", "seen", {}, NOW)
            seal_up(box, shop.store_id, NOW)
        with writing():
            audit.record("order:1", "worker", "seen", {}, NOW)
        seal_up(box, shop.store_id, NOW)
        with writing():  # as if twenty thousand were between: its seal is over another's chain
            last = head()
            assert last is not None
            longer = update(AuditSeal).where(AuditSeal.number == last.number)
            db.session.execute(longer.values(total=MOST_ACTS + 1))
        db.session.remove()
    return f"/console/exchanges/{reference}/audit"


def test_few_questions_and_each_by_an_index(
    app: Flask, shop: Shop, new_desk: Callable[..., Desk], long_trail: str
) -> None:
    lead = new_desk("lea@acme.example", Role.LEAD)
    lead.get(long_trail)
    said: list[tuple[str, Any]] = []
    with app.app_context():
        engine = db.engine

    def note(_c: object, _cur: object, statement: str, values: Any, _ctx: object, _many: bool) -> None:
        said.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    page = lead.get(long_trail).text
    event.remove(engine, "before_cursor_execute", note)
    assert f"All {LOOKS} seals over these entries fit." in " ".join(page.split())
    assert "The trail is too long to look at all of it here" in page
    reads = [entry for entry in said if entry[0].startswith("SELECT")]
    assert len(reads) <= MOST_QUERIES, [statement for statement, _ in reads]
    with engine.connect() as connection:
        steps = [
            str(row[-1])
            for statement, values in reads
            if AuditEntry.__tablename__ in statement or AuditSeal.__tablename__ in statement
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    looked = [step for step in steps if "audit_" in step]
    assert not [step for step in looked if step.startswith("SCAN")], looked
    by_seal = "SEARCH audit_entry USING INDEX ix_audit_entry_sealed (store_id=? AND seal=?)"
    assert by_seal in looked, looked
    entries = [step for step in looked if "audit_entry" in step]
    assert all("(store_id=?)" not in step for step in entries), entries

"""The queue and an exchange's page ask the database as often for twenty of everything as for one."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.domain.flags import FlagKind
from app.models import (
    Agent,
    Attempt,
    Dispatch,
    DispatchStep,
    Exchange,
    ExchangeDecision,
    ExchangeFlag,
    ExchangeNote,
    Movement,
    Variant,
    db,
    store_scope,
    writing,
)
from tests.console.cases import connect, make_exchange
from tests.console.desk import Desk
from tests.factories import NOW
from tests.web.conftest import Shop
from tests.web.counting import queries

MANY = 20


@pytest.fixture
def plenty(app: Flask, shop: Shop) -> None:
    connect(app, shop.store_id)
    with app.app_context(), store_scope(shop.store_id), writing():
        db.session.execute(update(Variant).values(stock=500))


def asked_by(app: Flask, desk: Desk, path: str) -> list[str]:
    """What a page that was opened before asks for."""
    assert desk.get(path).status_code == 200
    with queries(app) as asked:
        assert desk.get(path).status_code == 200
    return [" ".join(each.split()) for each in asked if each.startswith("SELECT")]


def make_full(app: Flask, store_id: int, reference: str, count: int) -> None:
    """So many flags, notes, decisions and ledger lines, and messages with as many steps and tries."""
    of_store = {"store_id": store_id}
    with app.app_context(), store_scope(store_id), writing():
        exchange = db.session.scalars(select(Exchange).where(Exchange.reference == reference)).one()
        agent_id = db.session.scalars(select(Agent.id).limit(1)).one()
        mine = {**of_store, "exchange_id": exchange.id}
        exchange.attention_since = NOW
        for number in range(count):
            db.session.add(ExchangeFlag(**mine, kind=FlagKind.SENDING, words=f"Look {number}.", since=NOW))
            note = {"agent_id": agent_id, "at": NOW, "nonce": str(number), "text": "Called."}
            db.session.add(ExchangeNote(**mine, **note))
            decision = {"at": NOW, "by": f"agent:{agent_id}", "act": "approved", "reason": "regular"}
            db.session.add(ExchangeDecision(**mine, **decision))
            paid = {"kind": "waived", "amount": 100, "currency": "USD", "key": f"{reference} {number}"}
            db.session.add(Movement(**mine, **paid, at=NOW))
            db.session.add(_message(of_store, mine, f"{reference} m{number}", count))


def _message(of_store: dict[str, int], mine: dict[str, int], key: str, steps: int) -> Dispatch:
    made = Dispatch(**mine, system="optoro", purpose="report", key=key, message={}, state="failed")
    made.due_at = made.created_at = NOW
    for position in range(steps):
        step = DispatchStep(
            **of_store, position=position, name="order", method="POST", url="https://o.example"
        )
        step.headers, step.body = {}, b"{}"
        for number in range(2):
            told = {"number": number, "fence": 1, "worker": "w", "started_at": NOW, "duration_ms": 1}
            came = {"outcome": "rejected", "status": 422, "request_headers": {}, "reply_headers": {}}
            step.attempts.append(Attempt(**of_store, **told, **came))
        made.steps.append(step)
    return made


def test_a_page_asks_for_twenty_as_often_as_for_one(app: Flask, shop: Shop, desk: Desk, plenty: None) -> None:
    one = make_exchange(app, shop.store_id, "AC-7401", review=True)
    make_full(app, shop.store_id, one, 1)
    alone = asked_by(app, desk, "/console/"), asked_by(app, desk, f"/console/exchanges/{one}")
    many = make_exchange(app, shop.store_id, "AC-7402", review=True, lines=MANY)
    make_full(app, shop.store_id, many, MANY)
    for number in range(MANY - 2):
        make_exchange(app, shop.store_id, f"AC-75{number:02}", review=True)
    page = desk.get("/console/").text
    assert "20 exchanges wait" in page
    for before, path in zip(alone, ("/console/", f"/console/exchanges/{many}"), strict=True):
        asked = asked_by(app, desk, path)
        assert len(asked) == len(before), asked

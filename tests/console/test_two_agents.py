"""Two agents press at the same moment: one effect, and the other is told why theirs had none."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.models import AuditEntry, Dispatch, Exchange, Role, RuleOverride, db, store_scope
from tests.console.cases import connect, make_desk_draft, make_exchange
from tests.console.desk import Desk
from tests.web.conftest import Shop

NewDesk = Callable[..., Desk]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    made: str = request.getfixturevalue(f"{request.param}_database_url")
    return made


@pytest.mark.parametrize("acts", [("approve", "approve"), ("approve", "decline"), ("decline", "decline")])
def test_two_agents_decide_at_once(app: Flask, shop: Shop, new_desk: NewDesk, acts: tuple[str, str]) -> None:
    connect(app, shop.store_id)
    reference = make_exchange(app, shop.store_id, "AC-5001", review=True)
    path = f"/console/exchanges/{reference}"
    desks = [new_desk("ana@acme.example"), new_desk("bo@acme.example")]
    fields = {"approve-reason": "yes", "decline-reason": "no", "decline-words": "We cannot take it."}
    tokens = [desk.token("/console/") for desk in desks]
    together = Barrier(2)

    def press(number: int) -> int:
        together.wait(30)
        form = {"csrf_token": tokens[number], **fields}
        return desks[number].post(f"{path}/{acts[number]}", form).status_code

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(press, (0, 1)))
    assert answers == [303, 409]
    with app.app_context(), store_scope(shop.store_id):
        row = db.session.scalars(select(Exchange).where(Exchange.reference == reference)).one()
        assert row.status in {"approve": ["approved"], "decline": ["declined"]}.get(
            acts[0] if acts[0] == acts[1] else "", ["approved", "declined"]
        )
        decided = select(func.count(AuditEntry.id)).where(
            AuditEntry.chain == f"exchange:{row.id}", AuditEntry.act.in_(["approved", "declined"])
        )
        assert db.session.scalar(decided) == 1
        queued = db.session.scalar(select(func.count(Dispatch.id)).where(Dispatch.exchange_id == row.id))
        assert queued == (1 if row.status == "approved" else 0)
        db.session.remove()


@pytest.mark.parametrize("acts", [("approve", "approve"), ("approve", "refuse")])
def test_two_leads_decide_on_one_exception(
    app: Flask, shop: Shop, new_desk: NewDesk, acts: tuple[str, str]
) -> None:
    page = f"/console/exceptions/{make_desk_draft(app, shop.store_id, 'AC-5101')['override_id']}"
    desks = [new_desk("lea@acme.example", Role.LEAD), new_desk("lou@acme.example", Role.LEAD)]
    tokens = [desk.token("/console/") for desk in desks]
    together = Barrier(2)

    def press(number: int) -> int:
        together.wait(30)
        form = {"csrf_token": tokens[number], "refusal": "no"}
        return desks[number].post(f"{page}/{acts[number]}", form).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, (0, 1))) == [303, 409]
    with app.app_context(), store_scope(shop.store_id):
        decided = select(AuditEntry.act).where(
            AuditEntry.act.in_(["exception approved", "exception refused"])
        )
        (act,) = db.session.scalars(decided)
        state = db.session.scalars(select(RuleOverride.state)).one()
        assert state == {"exception approved": "granted", "exception refused": "refused"}[act]
        db.session.remove()

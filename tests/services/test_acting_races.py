"""R2: agent and shopper confirm different baskets of one order at once: one wins, nothing is sent twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.models import AuditEntry, Dispatch, Exchange, LineItem, Role, db
from app.services.acting import begin
from app.services.agents.people import NewAgent, actor_for_shopper, create_agent
from app.services.draft_exchange import choose_items, choose_replacement
from app.services.quotes import quote
from tests.console.desk import PASSWORD
from tests.factories import NOW, Bought, Shelf, line_ids, make_order, make_product
from tests.services.hold_cases import TO_L, TO_XL, basket_of, choose, draft_of
from tests.services.racing import Confirm, Race

ORDERS = 10
SIZES = {"Navy / M": (12900, 5), "Navy / L": (12900, 1000), "Navy / XL": (13950, 1000)}
ALL_SIZES = Shelf("Ridge Parka", ("Colour", "Size"), SIZES)


@pytest.fixture
def agent_id(acme: int) -> int:
    return create_agent(acme, NewAgent("ana@acme.example", Role.AGENT, "Ana", PASSWORD), NOW)


def desk_draft(order_id: int, agent_id: int) -> int:
    """A draft begun at the desk: the parka in L."""
    public_id, actor = begin(order_id, agent_id, "She called", NOW), actor_for_shopper(agent_id)
    draft = db.session.scalars(select(Exchange.id).where(Exchange.public_id == public_id)).one()
    choose_items(draft, dict.fromkeys(line_ids(order_id), 1), NOW, actor=actor)
    choose_replacement(draft, basket_of(draft).items[0].id, TO_L, NOW, actor=actor)
    return draft


def test_agent_and_shopper_at_once(acme: int, agent_id: int, database_url: str, tmp_path: Path) -> None:
    parka = make_product(acme, ALL_SIZES)
    acts = []
    for number in range(ORDERS):
        order_id = make_order(acme, Bought(parka["Navy / M"]), number=f"AC-{2000 + number}")
        own, at_the_desk = draft_of(order_id), desk_draft(order_id, agent_id)
        choose(own, TO_XL)
        for draft, actor in ((own, "shopper"), (at_the_desk, actor_for_shopper(agent_id))):
            seen = quote(basket_of(draft))
            assert seen is not None
            acts.append(Confirm(draft, seen.version, actor))
    answers = Race(database_url, tmp_path / "var", acme, NOW, processes=2, threads=4).run(acts * 2)
    db.session.rollback()
    confirmed = set(db.session.scalars(select(Exchange.public_id).where(Exchange.submitted_at.is_not(None))))
    assert len(confirmed) == ORDERS
    assert Counter(answers) == dict.fromkeys(confirmed, 4)
    assert db.session.scalar(select(func.count(Dispatch.id))) == ORDERS
    assert set(db.session.scalars(select(LineItem.committed))) == {1}
    submitted = select(func.count(AuditEntry.id)).where(AuditEntry.act == "submitted")
    assert db.session.scalar(submitted) == ORDERS

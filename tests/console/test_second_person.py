"""T10: a yes to what a rule doubted, within a limit, and never of whoever chose it for the shopper."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.models import Agent, Exchange, Role, Store, db, store_scope
from tests.console.acting_steps import act_for, at_a_desk, choose_parka, full_trail, reference_of
from tests.console.cases import connect, make_exchange
from tests.shopper.form_tab import FormTab
from tests.shopper.tab import text_of
from tests.web.conftest import Shop

ANA, LEA, MAX = "ana@acme.example", "lea@acme.example", "max@acme.example"
WORTH = 12900  # what was paid for the parka of `make_exchange`
PLENTY = 10_000_000


def set_limits(app: Flask, shop: Shop, agent: int, lead: int) -> None:
    with app.app_context(), store_scope(shop.store_id):
        store = db.session.get_one(Store, shop.store_id)
        limits = {"exception_limit_agent": agent, "exception_limit_lead": lead}
        store.policy_data = {**(store.policy_data or {}), "value_review_limit": 100, **limits}
        db.session.commit()
        db.session.remove()


def chosen_by(app: Flask, shop: Shop, tab: FormTab) -> tuple[str, str]:
    """An exchange that this person chose for the shopper, which waits for a yes: public id, reference."""
    connect(app, shop.store_id)
    public_id = act_for(tab, shop.order_id)
    choose_parka(tab)
    tab.press("Confirm exchange")
    return public_id, reference_of(app, shop.store_id, public_id)


def approve(tab: FormTab, reference: str) -> tuple[int, str | None]:
    """The form as somebody posts it who had it open: the status, and how the exchange stands then."""
    tab.open(f"/console/exchanges/{reference}")
    tab.send(f"/console/exchanges/{reference}/approve", {"approve-reason": "Fine"})
    status = tab.status
    tab.open(f"/console/exchanges/{reference}")
    return status, text_of(tab, "state")


@pytest.mark.parametrize("role", list(Role))
def test_who_chose_it_cannot_approve_it(app: Flask, shop: Shop, role: Role) -> None:
    set_limits(app, shop, PLENTY, PLENTY)
    chooser = at_a_desk(app, shop.store_id, ANA, role)
    colleague = at_a_desk(app, shop.store_id, LEA, Role.AGENT)
    public_id, reference = chosen_by(app, shop, chooser)
    chooser.open(f"/console/exchanges/{reference}")
    assert "a colleague has to decide" in (text_of(chooser, "not-yours") or "")
    assert 'id="approve"' not in chooser.html
    assert approve(chooser, reference) == (409, "waits for a decision")
    assert approve(colleague, reference) == (200, "approved")
    noted = [details for _, act, details in full_trail(app, shop.store_id, public_id) if act == "approved"]
    assert noted == [{"from": "in_review"}]


@pytest.mark.parametrize(
    ("role", "limit", "approved"),
    [
        (Role.AGENT, WORTH - 1, False),
        (Role.AGENT, WORTH, True),
        (Role.LEAD, WORTH - 1, False),
        (Role.LEAD, WORTH, True),
        (Role.ADMIN, 0, True),
    ],
)
def test_a_yes_up_to_the_limit(app: Flask, shop: Shop, role: Role, limit: int, approved: bool) -> None:
    connect(app, shop.store_id)
    reference = make_exchange(app, shop.store_id, "AC-7001", review=True)
    set_limits(app, shop, limit, limit)
    tab = at_a_desk(app, shop.store_id, ANA, role)
    tab.open(f"/console/exchanges/{reference}")
    assert ("more than you may approve" in tab.html) is not approved
    told = (200, "approved") if approved else (409, "waits for a decision")
    assert approve(tab, reference) == told


@pytest.mark.parametrize(("role", "approved"), [(Role.AGENT, False), (Role.LEAD, True), (Role.ADMIN, True)])
def test_alone_in_a_store(app: Flask, shop: Shop, role: Role, approved: bool) -> None:
    """Nobody else could say yes: a lead or an admin may, and the trail says so."""
    set_limits(app, shop, PLENTY, PLENTY)
    tab = at_a_desk(app, shop.store_id, ANA, role)
    at_a_desk(app, shop.store_id, LEA, Role.ADMIN)
    with app.app_context():  # the colleague has left
        db.session.execute(update(Agent).where(Agent.email == LEA).values(disabled_at=Agent.created_at))
        db.session.commit()
        db.session.remove()
    public_id, reference = chosen_by(app, shop, tab)
    told = (200, "approved") if approved else (409, "waits for a decision")
    assert approve(tab, reference) == told
    noted = [details for _, act, details in full_trail(app, shop.store_id, public_id) if act == "approved"]
    assert noted == ([{"from": "in_review", "without_second_person": True}] if approved else [])


def test_a_colleague_who_may_not_decide_on_so_much_leaves_a_lead_alone(app: Flask, shop: Shop) -> None:
    set_limits(app, shop, 100, PLENTY)
    lead = at_a_desk(app, shop.store_id, LEA, Role.LEAD)
    at_a_desk(app, shop.store_id, ANA, Role.AGENT)
    _, reference = chosen_by(app, shop, lead)
    assert approve(lead, reference) == (200, "approved")


def test_looking_in_a_shoppers_place_is_no_part_in_it(app: Flask, shop: Shop) -> None:
    connect(app, shop.store_id)
    reference = make_exchange(app, shop.store_id, "AC-7002", review=True)
    tab = at_a_desk(app, shop.store_id, ANA, Role.AGENT)
    at_a_desk(app, shop.store_id, MAX, Role.ADMIN)
    with app.app_context(), store_scope(shop.store_id):
        wanted = select(Exchange.public_id).where(Exchange.reference == reference)
        public_id = db.session.scalars(wanted).one()
        db.session.remove()
    tab.open(f"/console/acting/exchanges/{public_id}")
    assert tab.status == 200
    assert approve(tab, reference) == (200, "approved")

"""T10: exceptions to the rules. With a reason and its cost, within a limit, above it by a second person."""

from __future__ import annotations

import pytest
from flask import Flask

from app.models import LineItem, Role, db, store_scope
from tests.console.acting_steps import act_for, full_trail, reference_of, trail
from tests.console.exception_steps import (
    WHY,
    NewTab,
    exchange_all,
    lines_of,
    new_tab,
    override,
    overrides,
    set_policy,
    sold,
)
from tests.shopper.tab import heading, text_of
from tests.web.conftest import Shop

__all__ = ["new_tab"]


def test_an_override_lets_a_refused_item_go_and_is_kept_with_its_cost(
    app: Flask, shop: Shop, new_tab: NewTab
) -> None:
    order_id = sold(app, shop, 9000)
    (line,) = lines_of(app, shop, order_id)
    tab = new_tab()
    public_id = act_for(tab, order_id)
    assert heading(tab) == "Nothing in this order can be exchanged now"
    tab.follow("Make an exception")
    assert "Tagged final sale" in tab.html
    assert "18 rules passed" in tab.html
    assert 'value="9000"' in tab.html
    tab.fill("Why make an exception", WHY)
    tab.press("Make an exception")
    assert "set aside" in tab.html
    exchange_all(tab)
    assert heading(tab) == "Your exchange is confirmed"
    assert overrides(app, shop) == [("granted", 9000, 9000, WHY)]
    tab.open(f"/console/exchanges/{reference_of(app, shop.store_id, public_id)}")
    assert WHY in tab.html
    assert "Final sale" in tab.html
    entries = full_trail(app, shop.store_id, public_id)
    made, submitted = (entry for entry in entries if entry[1] in ("exception made", "submitted"))
    exception = {"exception": 1, "line": line, "rules": ["final_sale"], "cost": 9000}
    assert made[2] == exception | {"limit": 10_000}
    assert submitted[2]["exceptions"] == [exception | {"currency": "USD"}]
    assert WHY not in str(entries)


def test_what_comes_back_is_what_it_costs(app: Flask, shop: Shop, new_tab: NewTab) -> None:
    order_id = sold(app, shop, 9000, quantity=2)
    (line,) = lines_of(app, shop, order_id)
    tab = new_tab()
    act_for(tab, order_id)
    override(tab, line)
    assert overrides(app, shop) == [("granted", 9000, 9000, WHY)]
    exchange_all(tab)
    assert overrides(app, shop) == [("granted", 4500, 9000, WHY)]


def test_a_reason_is_asked_for(app: Flask, shop: Shop, new_tab: NewTab) -> None:
    order_id = sold(app, shop, 9000)
    tab = new_tab()
    act_for(tab, order_id)
    tab.follow("Rules and exceptions")
    tab.press("Make an exception")
    assert tab.status == 422
    assert "Say why, for your colleagues." in tab.html
    assert overrides(app, shop) == []


def test_a_doubt_that_is_overridden_waits_for_nobody(app: Flask, shop: Shop, new_tab: NewTab) -> None:
    set_policy(app, shop, value_review_limit=100, exception_limit_agent=30_000)
    tab = new_tab()
    public_id = act_for(tab, shop.order_id)
    (line,) = lines_of(app, shop, shop.order_id)
    override(tab, line)
    exchange_all(tab, units="2")
    assert heading(tab) == "Your exchange is confirmed"
    assert "in_review" not in [act for _, act in trail(app, shop.store_id, public_id)]


@pytest.mark.parametrize(("paid", "state"), [(10_000, "granted"), (10_001, "asked")])
def test_up_to_the_limit_nobody_else_is_asked(
    app: Flask, shop: Shop, new_tab: NewTab, paid: int, state: str
) -> None:
    order_id = sold(app, shop, paid)
    tab = new_tab()
    act_for(tab, order_id)
    override(tab, lines_of(app, shop, order_id)[0])
    assert overrides(app, shop) == [(state, paid, paid, WHY)]


def test_the_exceptions_of_an_exchange_count_together(app: Flask, shop: Shop, new_tab: NewTab) -> None:
    order_id = sold(app, shop, 6000, 4000, 1)
    tab = new_tab()
    act_for(tab, order_id)
    for line in lines_of(app, shop, order_id):
        override(tab, line)
    assert overrides(app, shop) == [
        ("granted", 6000, 6000, WHY),
        ("granted", 4000, 10_000, WHY),
        ("asked", 1, 10_001, WHY),
    ]


def test_pressed_twice_it_is_made_once(app: Flask, shop: Shop, new_tab: NewTab) -> None:
    order_id = sold(app, shop, 9000, 20_000)
    tab = new_tab()
    act_for(tab, order_id)
    for line in lines_of(app, shop, order_id):
        override(tab, line)
        override(tab, line)
    assert [state for state, *_ in overrides(app, shop)] == ["granted", "asked"]


def test_a_second_person_approves_and_never_the_same(app: Flask, shop: Shop, new_tab: NewTab) -> None:
    order_id = sold(app, shop, 20_000)
    ana = new_tab()
    public_id = act_for(ana, order_id)
    override(ana, lines_of(app, shop, order_id)[0])
    ana.follow("Choose")
    assert heading(ana) == "Nothing in this order can be exchanged now"
    ana.open("/console/")
    assert "you: a colleague has to approve it" in ana.html
    ana.follow("AC-6001")
    page = ana.path
    assert text_of(ana, "mine") == "You asked for this, so a colleague has to decide."
    for act in ("approve", "refuse"):
        ana.send(f"{page}/{act}", {"refusal": "no"})
        assert ana.status == 409
    bo = new_tab("bo@acme.example")
    bo.open(page)
    assert 'id="approve"' not in bo.html
    bo.send(f"{page}/approve", {})
    assert bo.status == 409
    assert [state for state, *_ in overrides(app, shop)] == ["asked"]
    lea = new_tab("lea@acme.example", Role.LEAD)
    lea.open("/console/")
    lea.follow("AC-6001")
    assert "Tagged final sale" in lea.html
    lea.press("Approve")
    assert "Approved by Lea" in lea.html
    assert [state for state, *_ in overrides(app, shop)] == ["granted"]
    ana.open(f"/console/acting/exchanges/{public_id}/exceptions")
    exchange_all(ana)
    assert heading(ana) == "Your exchange is confirmed"
    acts = [act for _, act in trail(app, shop.store_id, public_id)]
    assert acts[1:3] == ["exception asked for", "exception approved"]
    asker, approver = (actor for actor, act in trail(app, shop.store_id, public_id) if act in acts[1:3])
    assert asker.removesuffix(" for shopper") != approver


def test_a_refusal_says_why_and_it_can_be_asked_for_again(app: Flask, shop: Shop, new_tab: NewTab) -> None:
    order_id = sold(app, shop, 20_000)
    (line,) = lines_of(app, shop, order_id)
    ana, lea = new_tab(), new_tab("lea@acme.example", Role.LEAD)
    public_id = act_for(ana, order_id)
    override(ana, line)
    lea.open("/console/")
    lea.follow("AC-6001")
    lea.press("Refuse")
    assert lea.status == 422
    lea.fill("Why no", "She wore it for a year")
    lea.press("Refuse")
    assert "Refused by Lea" in lea.html
    lea.send(f"{lea.path}/approve", {})
    assert lea.status == 409
    ana.open(f"/console/acting/exchanges/{public_id}/exceptions")
    assert "She wore it for a year" in ana.html
    override(ana, line)
    assert [state for state, *_ in overrides(app, shop)] == ["refused", "asked"]


def test_what_is_no_draft_any_more_waits_for_nobody(app: Flask, shop: Shop, new_tab: NewTab) -> None:
    order_id = sold(app, shop, 20_000, 5000)
    ana, lea = new_tab(), new_tab("lea@acme.example", Role.LEAD)
    act_for(ana, order_id)
    dear, cheap = lines_of(app, shop, order_id)
    override(ana, cheap)
    override(ana, dear)
    lea.open("/console/")
    lea.follow("AC-6001")
    page = lea.path
    exchange_all(ana)
    lea.open("/console/")
    assert 'id="asked"' not in lea.html
    lea.send(f"{page}/approve", {})
    assert lea.status == 409
    assert [state for state, *_ in overrides(app, shop)] == ["granted", "asked"]


def test_what_cannot_be_overridden_says_so(app: Flask, shop: Shop, new_tab: NewTab) -> None:
    order_id = sold(app, shop, 9000)
    (line,) = lines_of(app, shop, order_id)
    with app.app_context(), store_scope(shop.store_id):
        db.session.get_one(LineItem, line).refunded = 1
        db.session.commit()
        db.session.remove()
    tab = new_tab()
    act_for(tab, order_id)
    override(tab, line)
    assert tab.status == 409
    assert "cannot be overridden" in tab.html
    assert "Nobody can override this: Every unit of this line was refunded." in tab.html
    assert overrides(app, shop) == []


def test_it_lapses_where_more_came_than_it_was_made_for(app: Flask, shop: Shop, new_tab: NewTab) -> None:
    order_id = sold(app, shop, 9000, quantity=2)
    (line,) = lines_of(app, shop, order_id)
    shipped(app, shop, line, 1)
    tab = new_tab()
    act_for(tab, order_id)
    override(tab, line)
    assert "set aside" in tab.html
    shipped(app, shop, line, 2)
    tab.open(tab.path)
    assert "in the way" in tab.html
    assert "set aside" not in tab.html


def shipped(app: Flask, shop: Shop, line: int, units: int) -> None:
    with app.app_context(), store_scope(shop.store_id):
        db.session.get_one(LineItem, line).shipped = units
        db.session.commit()
        db.session.remove()

"""T10, T20: an agent exchanges for a shopper on the shopper's own screens, under their own name."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import time_machine
from flask import Flask

from app.connectors.registry import GATEWAYS
from app.models import Connector, Store, db, store_scope
from app.services.submit_exchange import SHOPPER_PAYS
from tests.console.acting_steps import WHY, act_for, choose_parka, reference_of, trail
from tests.console.acting_tab import NewTab, agent_of, new_tab
from tests.factories import NOW
from tests.shopper.form_tab import PARTIAL, FormTab
from tests.shopper.tab import heading, text_of
from tests.web.browsing import Browser
from tests.web.conftest import Shop
from tests.web.snapshots import everything

__all__ = ["new_tab"]


def test_an_exchange_from_the_orders_page_to_its_end(app: Flask, shop: Shop, new_tab: NewTab) -> None:
    tab = new_tab()
    public_id = act_for(tab, shop.order_id)
    assert tab.path == f"/console/acting/exchanges/{public_id}/items"
    bar = text_of(tab, "acting") or ""
    assert all(words in bar for words in ("A. Moss", "AC-1001", "Hand over", "Return to the console"))
    choose_parka(tab)
    assert heading(tab) == "Check your exchange"
    tab.press("Confirm exchange")
    assert heading(tab) == "Your exchange is confirmed"
    assert tab.path == f"/console/acting/exchanges/{public_id}"
    assert "Hand over" not in (text_of(tab, "acting") or "Hand over")
    done = trail(app, shop.store_id, public_id)
    assert [(agent_of(actor), act) for actor, act in done] == [
        ("agent:N for shopper", "acting for the shopper"),
        ("agent:N for shopper", "items chosen"),
        ("agent:N for shopper", "replacement chosen"),
        ("agent:N for shopper", "submitted"),
    ]
    tab.follow("Return to the console")
    tab.follow(reference_of(app, shop.store_id, public_id))
    assert text_of(tab, "chosen-by") == f"Ana for the shopper: {WHY}"


def test_the_price_follows_a_choice_in_place(app: Flask, shop: Shop, new_tab: NewTab) -> None:
    tab = new_tab()
    act_for(tab, shop.order_id)
    tab.tick("Ridge Parka")
    tab.press("Continue")
    tab.pick("What is wrong with it?", "It is too small")
    tab.pick("Size", "XL")
    part = tab._client.post(
        tab.path, data=dict(tab._form_of("Update choice")[1]), headers=PARTIAL, base_url="http://127.0.0.1"
    )
    assert part.status_code == 200
    assert "<html" not in part.text
    assert "$21.00" in part.text  # two units, 10.50 each


def test_a_reason_is_asked_for(app: Flask, shop: Shop, new_tab: NewTab) -> None:
    tab = new_tab()
    tab.open(f"/console/orders/{shop.order_id}")
    before = everything(app, but=frozenset({"audit_entry", "agent_session"}))
    tab.press("Exchange for this shopper")
    assert tab.status == 422
    assert "Say why you act for them, for your colleagues." in tab.html
    assert everything(app, but=frozenset({"audit_entry", "agent_session"})) == before


def test_colleagues_share_one_draft(shop: Shop, new_tab: NewTab) -> None:
    ana, bo = new_tab(), new_tab("bo@acme.example")
    begun = act_for(ana, shop.order_id)
    bo.open(f"/console/orders/{shop.order_id}")
    assert "Ana" in (text_of(bo, "begun-1") or "")
    bo.follow("Go on with it")
    assert begun in bo.path
    assert act_for(bo, shop.order_id, "She called again") == begun


def test_it_ends_with_the_session(shop: Shop, new_tab: NewTab) -> None:
    tab = new_tab()
    act_for(tab, shop.order_id)
    screen = tab.path
    tab.open("/console/")
    tab.press("Sign out")
    tab.open(screen)
    assert tab.path == "/console/sign-in"


def test_it_ends_when_nobody_clicks(shop: Shop, new_tab: NewTab, today: time_machine.Traveller) -> None:
    tab = new_tab()
    act_for(tab, shop.order_id)
    screen = tab.path
    today.shift(timedelta(minutes=29))
    tab.open(screen)
    assert tab.path == screen
    today.shift(timedelta(minutes=31))
    tab.open(screen)
    assert tab.path == "/console/sign-in"


def test_a_shoppers_own_draft_is_not_the_desks(shop: Shop, shopper: Browser, new_tab: NewTab) -> None:
    own = shopper.find().location.split("/")[3]
    tab = new_tab()
    for page in ("items", "review", "exceptions", "hand-over"):
        tab.open(f"/console/acting/exchanges/{own}/{page}")
        assert tab.status == 404


def test_neither_door_opens_the_others_draft(app: Flask, shop: Shop, new_tab: NewTab) -> None:
    tab = new_tab()
    public_id = act_for(tab, shop.order_id)
    shopper = Browser(app)
    shopper.find()
    assert shopper.get(f"/acme/exchanges/{public_id}/items").status_code == 404
    assert shopper.get(f"/console/acting/exchanges/{public_id}/items").location == "/console/sign-in"
    tab.open(f"/acme/exchanges/{public_id}/items")
    assert tab.status == 404


def test_an_order_that_is_being_exchanged_leads_to_its_exchange(
    app: Flask, shop: Shop, new_tab: NewTab
) -> None:
    tab = new_tab()
    tab.open(f"/console/orders/{shop.order_id}")
    token, path = tab.token, tab.path
    public_id = act_for(tab, shop.order_id)
    choose_parka(tab)
    tab.press("Confirm exchange")
    reference = reference_of(app, shop.store_id, public_id)
    tab.open(path)
    assert "Exchange for this shopper" not in tab.html
    tab.send(f"{path}/act-for", {"csrf_token": token, "acting-reason": WHY})
    assert tab.path == f"/console/exchanges/{reference}"


def test_the_agent_cancels_in_the_shoppers_place(app: Flask, shop: Shop, new_tab: NewTab) -> None:
    with app.app_context(), store_scope(shop.store_id):
        db.session.get_one(Store, shop.store_id).policy_data = {"undo_minutes": 15}
        db.session.commit()
        db.session.remove()
    tab = new_tab()
    public_id = act_for(tab, shop.order_id)
    choose_parka(tab)
    tab.press("Confirm exchange")
    tab.press("Cancel exchange")
    tab.press("Cancel exchange")
    assert heading(tab) == "This exchange was cancelled"
    actor, act = trail(app, shop.store_id, public_id)[-1]
    assert (agent_of(actor), act) == ("agent:N for shopper", "cancelled")


def test_what_is_due_first_is_the_shoppers_to_pay(app: Flask, shop: Shop, new_tab: NewTab) -> None:
    with app.app_context(), store_scope(shop.store_id):
        system = next(iter(GATEWAYS))
        db.session.add(Connector(store_id=shop.store_id, system=system, settings={}, created_at=NOW))
        db.session.commit()
        db.session.remove()
    tab = new_tab()
    public_id = act_for(tab, shop.order_id)
    choose_parka(tab, "XL")
    assert SHOPPER_PAYS in tab.html
    tab.press("Confirm exchange")
    assert (tab.status, heading(tab)) == (409, "Check your exchange")
    assert "submitted" not in [act for _, act in trail(app, shop.store_id, public_id)]
    tab.follow("Hand over")
    tab.press("Hand over")
    shopper = FormTab(app)
    shopper.open(urlsplit(text_of(tab, "link") or "").path)
    shopper.press("Continue")
    shopper.press("Continue")
    assert "Pay $21.00 and confirm" in shopper.html

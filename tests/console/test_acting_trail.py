"""T20: whoever acts for a shopper, and whoever looks, stands in the trail; and no page leads elsewhere."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from app.models import Role
from tests.console.acting_steps import act_for, choose_parka, full_trail, reference_of
from tests.console.acting_tab import NewTab, agent_of, new_tab
from tests.factories import ADA
from tests.shopper.form_tab import PARTIAL
from tests.web.conftest import Shop

__all__ = ["new_tab"]


def test_the_trail_names_the_agent_and_whom_for(app: Flask, shop: Shop, new_tab: NewTab) -> None:
    tab = new_tab("lea@acme.example", Role.LEAD)
    public_id = act_for(tab, shop.order_id)
    choose_parka(tab)
    tab.press("Confirm exchange")
    tab.open(f"/console/exchanges/{reference_of(app, shop.store_id, public_id)}/audit")
    assert "Lea for shopper" in tab.html
    assert "agent:" not in tab.html


def test_every_look_is_written_down(app: Flask, shop: Shop, new_tab: NewTab) -> None:
    tab = new_tab()
    public_id = act_for(tab, shop.order_id)
    before = len(full_trail(app, shop.store_id, public_id))
    tab.open(f"/console/acting/exchanges/{public_id}/exceptions")
    seen = full_trail(app, shop.store_id, public_id)[before:]
    assert [(agent_of(actor), act) for actor, act, _ in seen] == [("agent:N for shopper", "viewed")]


@pytest.mark.parametrize("headers", [{}, PARTIAL], ids=["page", "partial"])
@pytest.mark.parametrize(
    ("page", "act"),
    [("items", "viewed"), ("exceptions", "viewed"), ("address", "people shown"), ("review", "people shown")],
)
def test_no_header_looks_unseen(
    app: Flask, shop: Shop, new_tab: NewTab, page: str, act: str, headers: dict[str, str]
) -> None:
    """Whatever a program sends along: an address is written down as shown, all else as looked at."""
    tab = new_tab()
    public_id = act_for(tab, shop.order_id)
    choose_parka(tab)
    before = len(full_trail(app, shop.store_id, public_id))
    path = f"/console/acting/exchanges/{public_id}/{page}"
    answer = tab._client.get(path, headers=headers, base_url="http://127.0.0.1")
    assert answer.status_code == 200
    assert [act for _, act, _ in full_trail(app, shop.store_id, public_id)[before:]] == [act]


def test_an_address_that_is_refused_is_shown_as_well(app: Flask, shop: Shop, new_tab: NewTab) -> None:
    tab = new_tab()
    public_id = act_for(tab, shop.order_id)
    choose_parka(tab)
    before = len(full_trail(app, shop.store_id, public_id))
    tab.send(f"/console/acting/exchanges/{public_id}/address", {"name": "", "street1": ""})
    assert tab.status == 422
    assert [act for _, act, _ in full_trail(app, shop.store_id, public_id)[before:]] == ["people shown"]


def test_a_page_that_asks_by_itself_is_nobodys_look_and_no_click(
    app: Flask, shop: Shop, new_tab: NewTab, today: time_machine.Traveller
) -> None:
    tab = new_tab()
    public_id = act_for(tab, shop.order_id)
    choose_parka(tab)
    tab.press("Confirm exchange")
    assert 'data-hx-trigger="every 3s"' in tab.html
    before = len(full_trail(app, shop.store_id, public_id))
    for _ in range(2):
        today.shift(timedelta(minutes=14))
        moving = tab._client.get(tab.path, headers=PARTIAL, base_url="http://127.0.0.1").text
        assert 'id="status"' in moving
        assert ADA["street1"] not in moving
    assert len(full_trail(app, shop.store_id, public_id)) == before
    today.shift(timedelta(minutes=3))
    answer = tab._client.get(tab.path, headers=PARTIAL, base_url="http://127.0.0.1")
    assert (answer.headers.get("HX-Refresh"), answer.text) == ("true", "")  # to the sign-in, in the window
    tab.open(tab.path)
    assert tab.path == "/console/sign-in"


def test_no_address_of_these_pages_leaves_the_console(shop: Shop, new_tab: NewTab) -> None:
    tab = new_tab()
    act_for(tab, shop.order_id)
    pages = [tab.html]
    tab.tick("Ridge Parka")
    tab.press("Continue")
    pages.append(tab.html)
    tab.pick("What is wrong with it?", "It is too small")
    tab.pick("Size", "L")
    tab.press("Continue")
    pages.append(tab.html)
    tab.follow("Change the delivery address")
    pages.append(tab.html)
    tab.follow("Back")
    tab.press("Confirm exchange")
    pages.append(tab.html)
    for page in pages:
        addresses = re.findall(r'(?:href|action|data-hx-get|data-hx-post)="(/[^"]*)"', page)
        assert addresses
        elsewhere = [each for each in addresses if not each.startswith(("/console", "/static/"))]
        assert {each.partition("?")[0] for each in elsewhere} <= {"/acme/brand.css", "/assets/shopper.css"}

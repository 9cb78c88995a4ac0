"""An agent who makes exceptions at a tab, and what of them is kept."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.models import Role, RuleOverride, Store, db, store_scope
from tests.console.acting_steps import at_a_desk
from tests.console.cases import connect
from tests.factories import Bought, line_ids, make_order
from tests.pages.rules import assert_page
from tests.shopper.form_tab import FormTab
from tests.web.conftest import Shop

NewTab = Callable[..., FormTab]
SALE = ["final-sale"]
WHY = "The zip broke at once"


@pytest.fixture
def new_tab(app: Flask, shop: Shop) -> NewTab:
    """Somebody signed in at a tab of their own."""
    connect(app, shop.store_id)

    def made(email: str = "ana@acme.example", role: Role = Role.AGENT) -> FormTab:
        return at_a_desk(app, shop.store_id, email, role, lambda answer: assert_page(answer.text))

    return made


def sold(app: Flask, shop: Shop, *products: int, quantity: int = 1) -> int:
    """The order AC-6001 of parkas on final sale that were paid so much a line."""
    with app.app_context(), store_scope(shop.store_id):
        variant = shop.variants["Navy / M"]
        lines = [Bought(variant, product=paid, tags=SALE, quantity=quantity) for paid in products]
        order_id = make_order(shop.store_id, *lines, number="AC-6001")
        db.session.remove()
    return order_id


def lines_of(app: Flask, shop: Shop, order_id: int) -> list[int]:
    with app.app_context(), store_scope(shop.store_id):
        found = line_ids(order_id)
        db.session.remove()
    return found


def set_policy(app: Flask, shop: Shop, **fields: int) -> None:
    with app.app_context():
        store = db.session.get_one(Store, shop.store_id)
        store.policy_data = {**store.policy_data, **fields}
        db.session.commit()
        db.session.remove()


def overrides(app: Flask, shop: Shop) -> list[tuple[str, int, int, str]]:
    """State, cost, total and reason of every exception there is."""
    with app.app_context(), store_scope(shop.store_id):
        rows = db.session.scalars(select(RuleOverride).order_by(RuleOverride.id))
        found = [(row.state, row.cost, row.total, row.reason) for row in rows]
        db.session.remove()
    return found


def override(tab: FormTab, line_id: int, why: str = WHY) -> None:
    """From any page of the draft: an exception for this line."""
    if not tab.path.endswith("exceptions"):
        tab.follow("Rules and exceptions")
    tab.send(f"{tab.path}/{line_id}", {f"reason-{line_id}": why})
    if tab.status == 200:
        tab.open(tab.path.partition("#")[0])


def exchange_all(tab: FormTab, lines: int = 1, units: str = "1") -> None:
    """Tick every line, take a larger one for each, and confirm."""
    tab.follow("Choose")
    ticked = re.findall(r'name="line" value="([0-9]+)"', tab.html)
    tab._take(tab._post(tab.path, _items(tab, ticked, units)))
    for _ in range(lines):
        tab.pick("What is wrong with it?", "It is too small")
        tab.pick("Colour", "Navy")
        tab.pick("Size", "L")
        tab.press("Continue")
    tab.press("Confirm exchange")


def _items(tab: FormTab, lines: list[str], units: str) -> list[tuple[str, str]]:
    chosen = [("line", line) for line in lines] + [(f"quantity-{line}", units) for line in lines]
    return [("csrf_token", tab.token), *chosen]

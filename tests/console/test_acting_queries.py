"""Acting for a shopper: each page asks the database ten times at the most, whatever the number of lines."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from flask import Flask
from sqlalchemy import update

from app.models import Role, Variant, db, store_scope
from tests.console.acting_steps import act_for, at_a_desk
from tests.console.cases import connect
from tests.factories import Bought, Shelf, make_order, make_product
from tests.shopper.form_tab import FormTab
from tests.web.conftest import Shop
from tests.web.counting import queries
from tests.web.gift_cases import say_who

MOST_QUERIES = 10
CAP = Shelf("Trail Cap", ("Colour",), {"Red": (3500, 5)})


def choose_all_but_the_hat(tab: FormTab, lines: int) -> str:
    """Every parka for another size: the page of the last one."""
    for number in range(lines):
        tab.tick(f"Parka {number:02}")
    tab.press("Continue")
    item = tab.path
    for _ in range(lines):
        item = tab.path
        tab.pick("What is wrong with it?", "It is too small")
        tab.pick("Colour", "Navy")
        tab.pick("Size", "L")
        tab.press("Continue")
    return item


@pytest.mark.parametrize("lines", [1, 20])
def test_a_page_asks_ten_times_at_the_most(app: Flask, shop: Shop, lines: int) -> None:
    connect(app, shop.store_id)
    with app.app_context(), store_scope(shop.store_id):
        db.session.execute(update(Variant).values(stock=100))
        db.session.commit()
        variant = shop.variants["Navy / M"]
        bought = [Bought(variant, title=f"Parka {number:02}") for number in range(lines)]
        hat = Bought(make_product(shop.store_id, CAP)["Red"], title="Trail Cap", tags=["final-sale"])
        order_id = make_order(shop.store_id, *bought, hat, number="AC-7300")
        db.session.remove()
    tab = at_a_desk(app, shop.store_id, "ana@acme.example", Role.ADMIN)
    base = f"/console/acting/exchanges/{act_for(tab, order_id)}"
    item = choose_all_but_the_hat(tab, lines)
    tab.open(f"{base}/exceptions")
    tab.fill("Why make an exception", "She called")
    tab.press("Make an exception")
    asked: dict[str, list[str]] = {}

    def count(path: str) -> None:
        with queries(app) as asked[path]:
            tab.open(path)
        assert (tab.status, tab.path) == (200, path)

    pages = ("items", "review", "exceptions", "address", "hand-over", "review/sum.txt")
    for path in (*(f"{base}/{page}" for page in pages), item):
        count(path)
    tab.open(f"{base}/review")
    tab.press("Confirm exchange")
    count(base)
    assert_few(asked)


def test_so_do_the_pages_of_a_gift(app: Flask, shop: Shop) -> None:
    bought = [Bought(shop.variants["Navy / M"], title=f"Parka {number:02}") for number in range(20)]
    with app.app_context(), store_scope(shop.store_id):
        db.session.execute(update(Variant).values(stock=100))
        db.session.commit()
        order_id = make_order(shop.store_id, *bought, number="AC-7301", is_gift=True)
        db.session.remove()
    tab, asked = at_a_desk(app, shop.store_id, "ana@acme.example", Role.AGENT), dict[str, list[str]]()
    tab.open(f"/console/orders/{order_id}")
    order = tab.path
    tab.fill("Why you act for them", "She called")
    tab.press("Exchange for who received it")
    items = tab.path
    item = choose_all_but_the_hat(tab, 20)
    recipient = tab.path
    say_who(tab)
    for path in (order, items, item, recipient, tab.path):
        with queries(app) as asked[path]:
            tab.open(path)
        assert (tab.status, tab.path) == (200, path)
    assert_few(asked)


def assert_few(asked: Mapping[str, list[str]]) -> None:
    """Ten reads at the most for each page."""
    # What was shown of a person is written down besides: one INSERT, on the pages that show one.
    reads = {path: [each for each in seen if each.startswith("SELECT")] for path, seen in asked.items()}
    too_many = {path: seen for path, seen in reads.items() if len(seen) > MOST_QUERIES}
    assert {path: len(seen) for path, seen in too_many.items()} == {}, too_many

"""Finding anything: spellings, prefixes, order, masks, and nothing of another store; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.domain.search_words import asked
from app.models import Order, db, store_scope
from app.queries.search import found_orders
from tests.console.cases import connect, make_exchange
from tests.console.desk import Desk
from tests.factories import ADA, Bought, make_order, make_product, make_store
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.conftest import Shop

NewDesk = Callable[..., Desk]


@pytest.fixture
def database_url(either_database_url: str) -> str:
    return either_database_url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either_database_url(request: pytest.FixtureRequest) -> str:
    made: str = request.getfixturevalue(f"{request.param}_database_url")
    return made


def numbers(app: Flask, store_id: int, typed: str) -> list[str]:
    with app.app_context(), store_scope(store_id):
        found = [order.number for order in found_orders(asked(typed))]
        db.session.remove()
    return found


def test_a_telephone_number_as_people_say_it(app: Flask, shop: Shop) -> None:
    with app.app_context(), store_scope(shop.store_id):
        make_order(shop.store_id, Bought(title="Cap"), number="NW-80000", phone="+1 541 555-0142")
        make_order(shop.store_id, Bought(title="Cap"), number="NW-80001", phone="+1 541 556-0143")
        db.session.remove()
    for said in ("+1 541 555-0142", "541 555 0142", "(541) 555-0142", "555-0142", "5550142"):
        assert numbers(app, shop.store_id, said) == ["NW-80000"], said


def test_every_way_of_saying_it(app: Flask) -> None:
    with app.app_context():
        store_id = make_store()
        with store_scope(store_id):
            variants = make_product(store_id)
            address = ADA | {"name": "Zoë Müller-Lüdenscheidt"}
            make_order(
                store_id,
                Bought(variants["Navy / M"]),
                number="NW-70021",
                email="zoe.m@example.org",
                platform_id="gid-998877",
                phone="+1 (541) 555-0100",
                address=address,
            )
            make_order(store_id, Bought(title="Cap"), number="NW-80000", email="bo@example.com")
        db.session.remove()
    ways = [
        "NW-70021", "nw70021", "#nw 70021", "70021", "7002", "zoe.m@example.org", "ZOE.M@ex", "zoë", "Zoe",
        "mull", "müller", "ludensch", "zoe muller", "muller zoe", "gid-9988", "998877", "+1 541 555",
        "1541555", "RIDGE-PARKA-NAVY-M", "ridge parka navy", "ridge zoe", "ｎｗ－７００２１",
    ]  # fmt: skip
    for typed in ways:
        assert numbers(app, store_id, typed) == ["NW-70021"], typed
    nothing = [
        "0021",
        "uller",
        "zoe bo",
        "%",
        "_",
        "",
        "  ",
        "n",
        "zz\0",
        "NW-7002111",
        "'; --",
        "\U0010ffff",
    ]
    for typed in nothing:
        assert numbers(app, store_id, typed) == [], typed
    assert set(numbers(app, store_id, "nw")) == {"NW-70021", "NW-80000"}


def test_newest_first_and_never_more_than_fifty(app: Flask, shop: Shop) -> None:
    with app.app_context(), store_scope(shop.store_id):
        ids = [make_order(shop.store_id, Bought(), number=f"ZZ-{place}") for place in range(55)]
        for place, order_id in enumerate(ids):
            order = db.session.get_one(Order, order_id)
            order.placed_at -= timedelta(days=place * 7 % 55)
        db.session.commit()
        found = found_orders(asked("zz"))
        assert len(found) == 50
        dates = [order.placed_at for order in found]
        assert dates == sorted(dates, reverse=True)


def test_an_exchange_is_found_by_its_own_numbers(app: Flask, shop: Shop) -> None:
    connect(app, shop.store_id)
    reference = make_exchange(app, shop.store_id, "AC-3001")
    for typed in (reference, reference.lower(), reference.removeprefix("EX-"), f"RMA-{reference[3:]}"):
        assert numbers(app, shop.store_id, typed) == ["AC-3001"], typed


def test_results_are_masked(app: Flask, shop: Shop, desk: Desk, html_pages: HtmlPages) -> None:
    page = desk.get("/console/search?q=ada").text
    assert_page(page)
    html_pages.add("results", page)
    assert "AC-1001" in page
    assert "a•••@example.com" in page
    assert "A••• M•••" in page
    for secret in ("ada@example.com", "Moss", ADA["street1"]):
        assert secret not in page


@pytest.mark.parametrize("query", ["", "?q=", "?q=x", "?q=zzzz", "?q=%00", "?q=" + "a+" * 300])
def test_nothing_found_is_a_page(desk: Desk, html_pages: HtmlPages, query: str) -> None:
    answer = desk.get(f"/console/search{query}")
    assert answer.status_code == 200
    assert_page(answer.text)
    html_pages.add(f"search {query[:9]}", answer.text)


def test_a_store_finds_nothing_of_another(app: Flask, shop: Shop, new_desk: NewDesk) -> None:
    with app.app_context():
        kaze = make_store("kaze")
        db.session.remove()
    bo = new_desk("bo@kaze.example", store_id=kaze)
    assert numbers(app, kaze, "ada") == []
    assert "AC-1001" not in bo.get("/console/search?q=ada").text
    assert bo.get(f"/console/orders/{shop.order_id}").status_code == 404

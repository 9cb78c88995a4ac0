"""Finding anything: spellings, prefixes, order, masks, and nothing of another store; on both databases."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select
from werkzeug.test import TestResponse

from app.domain.search_words import asked
from app.models import AuditEntry, Base, Order, db, store_scope
from app.queries import search
from app.queries.search import found_orders
from tests.console.cases import connect, make_exchange
from tests.console.desk import Desk
from tests.factories import ADA, Bought, make_order, make_product, make_store
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.conftest import Shop

ROOT = Path(__file__).resolve().parents[2]
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
        found = [order.number for order in found_orders(asked(typed)).orders]
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
        found = found_orders(asked("zz")).orders
        assert len(found) == 50
        dates = [order.placed_at for order in found]
        assert dates == sorted(dates, reverse=True)


def find(desk: Desk, typed: str) -> TestResponse:
    """The form, and the page that it leads to."""
    return desk.get(desk.send("/console/search", {"q": typed}).location)


def test_an_exchange_is_found_by_its_own_numbers(app: Flask, shop: Shop) -> None:
    connect(app, shop.store_id)
    reference = make_exchange(app, shop.store_id, "AC-3001")
    for typed in (reference, reference.lower(), reference.removeprefix("EX-"), f"RMA-{reference[3:]}"):
        assert numbers(app, shop.store_id, typed) == ["AC-3001"], typed


def test_results_are_masked(app: Flask, shop: Shop, desk: Desk, html_pages: HtmlPages) -> None:
    page = find(desk, "ada").text
    assert_page(page)
    html_pages.add("results", page)
    assert "AC-1001" in page
    assert "a•••@example.com" in page
    assert "A••• M•••" in page
    for secret in ("ada@example.com", "Moss", ADA["street1"]):
        assert secret not in page


def test_of_what_many_orders_share_the_newest_are_found_and_the_page_says_so(
    app: Flask, shop: Shop, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever way the rows lie in the table."""
    for limit in ("MOST_OF_ONE", "MOST_OF_SEVERAL"):
        monkeypatch.setattr(search, limit, 10)
    with app.app_context(), store_scope(shop.store_id):
        for place in range(30):
            buyer = {
                "email": "many@example.com",
                "address": {**ADA, "name": "Olga" if place < 15 else "Inga"},
            }
            make_order(shop.store_id, Bought(), number=f"ZZ-{100 + place}", **buyer)
        table = Base.metadata.tables["search_key"]
        rows = [dict(row._mapping) for row in db.session.execute(select(table))]
        db.session.execute(delete(table))
        db.session.execute(insert(table), sorted(rows, key=lambda row: -row["order_id"]))
        db.session.commit()
        db.session.remove()
    newest = [f"ZZ-{place}" for place in range(120, 130)]
    for typed in ("many@example.com", "many@example.com inga"):
        assert sorted(numbers(app, shop.store_id, typed)) == newest, typed
        assert "10 orders; there may be more, so add a word" in find(desk, typed).text
    page = find(desk, "many@example.com olga").text  # fifteen have both, and none of them was looked at
    assert "Very many orders begin like that, so only some were looked at." in page
    assert_page(page)
    assert numbers(app, shop.store_id, "olga 103") == ["ZZ-103"]
    assert "may be more" not in find(desk, "olga 103").text
    assert "Nothing begins like that." in find(desk, "zz-99").text


@pytest.mark.parametrize("typed", ["", "x", "zzzz", "\0", "a " * 300])
def test_nothing_found_is_a_page(desk: Desk, html_pages: HtmlPages, typed: str) -> None:
    answer = find(desk, typed)
    assert answer.status_code == 200
    assert_page(answer.text)
    html_pages.add(f"search {typed[:9]}", answer.text)


def test_whom_somebody_looks_for_stands_in_no_address(
    app: Flask, shop: Shop, desk: Desk, new_desk: NewDesk
) -> None:
    """Nor in the trail, which says who looked, by which words again, and what it led to."""
    answer = desk.send("/console/search", {"q": "ada@example.com"})
    assert answer.status_code == 303
    assert "ada" not in answer.location
    for _ in range(2):
        assert "AC-1001" in desk.get(answer.location).text
    another = new_desk("bo@acme.example")  # an address is its person's
    assert "AC-1001" not in another.get(answer.location).text
    assert "AC-1001" not in desk.get("/console/search?s=made-up").text
    kept = desk.get("/console/search?q=ada@example.com")
    assert (kept.status_code, "ada" in kept.location) == (303, False)
    with app.app_context(), store_scope(shop.store_id):
        wanted = select(AuditEntry).where(AuditEntry.act == "searched")
        noted = [(row.chain, row.details) for row in db.session.scalars(wanted)]
        db.session.remove()
    assert len(noted) == 2
    assert noted[0] == noted[1]
    assert (noted[0][0], noted[0][1]["orders"]) == ("agent:1", [shop.order_id])
    assert "ada" not in str(noted)


def test_no_form_of_the_console_puts_a_search_into_an_address() -> None:
    for template in (ROOT / "templates").rglob("*.html"):
        forms = re.findall(r"<form[^>]*console\.(?:search|find)[^>]*>", template.read_text("utf-8"))
        assert all('method="post"' in form for form in forms), template.name


def test_a_store_finds_nothing_of_another(app: Flask, shop: Shop, new_desk: NewDesk) -> None:
    with app.app_context():
        kaze = make_store("kaze")
        db.session.remove()
    bo = new_desk("bo@kaze.example", store_id=kaze)
    assert numbers(app, kaze, "ada") == []
    assert "AC-1001" not in find(bo, "ada").text
    assert bo.get(f"/console/orders/{shop.order_id}").status_code == 404

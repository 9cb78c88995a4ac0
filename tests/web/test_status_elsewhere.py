"""A status page on another device (T1, T2, T12): one fact opens it, and nothing else tells anything."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.models import Exchange, Order, db, store_scope
from tests.factories import Bought, make_order
from tests.web.browsing import Browser
from tests.web.conftest import Shop

NewBrowser = Callable[..., Browser]
TRIES = 10
NOBODYS = "/acme/exchanges/AAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def status_page(shopper: Browser) -> str:
    """The path of a confirmed exchange's status page, open in the shopper's own browser."""
    return confirmed(shopper)


def confirmed(shopper: Browser, number: str = "AC-1001") -> str:
    draft = shopper.find(number).location
    line = shopper.get(draft).text.partition('name="line" value="')[2].partition('"')[0]
    item = shopper.send(draft, {"line": line, f"quantity-{line}": "1"}).location
    wish = {"reason": "too_small", "outcome": "variant", "option-0": "Navy", "option-1": "L"}
    review = shopper.send(item, wish | {"action": "continue"}).location
    seen = re.search(r'name="quote_hash" value="([^"]+)"', shopper.get(review).text)
    assert seen
    answer = shopper.send(review, {"quote_hash": seen[1]})
    assert answer.status_code == 303
    return answer.location


def plain(html: str) -> str:
    """The page without what differs from form to form: its token, and the address it posts to."""
    return re.sub(r'(name="csrf_token" value|action)="[^"]+"', "", html)


@pytest.mark.parametrize("fact", ["ada@example.com", " ADA@Example.com ", "97701", "97701-1234"])
def test_one_fact_opens_it_under_a_new_session(status_page: str, new_browser: NewBrowser, fact: str) -> None:
    phone = new_browser()
    asked = phone.get(status_page)
    assert asked.status_code == 200
    assert "EX-" not in asked.text
    before = phone.cookie
    answer = phone.send(status_page, {"email_or_postcode": fact})
    assert (answer.status_code, answer.location) == (303, status_page)
    assert phone.cookie not in (None, before)
    assert re.search(r"EX-[2-9A-Z]{6}", phone.get(status_page).text)


@pytest.mark.parametrize("fact", ["bob@example.com", "97702", "AC-1001", "x" * 300, "ada@example.com x"])
def test_a_wrong_fact_and_an_address_of_nobody_look_the_same(
    status_page: str, new_browser: NewBrowser, fact: str
) -> None:
    answers = []
    for path in (status_page, NOBODYS):
        browser = new_browser()
        empty = browser.get(path)
        told = browser.send(path, {"email_or_postcode": fact})
        answers.append((empty.status_code, plain(empty.text), told.status_code, plain(told.text)))
        assert "We could not match those details" in told.text
    assert answers[0] == answers[1]


def test_a_draft_is_opened_by_nobody_else(shopper: Browser, new_browser: NewBrowser) -> None:
    draft = shopper.find().location.removesuffix("/items")
    other = new_browser()
    assert other.send(draft, {"email_or_postcode": "ada@example.com"}).status_code == 422
    assert other.get(f"{draft}/items").status_code == 404


def test_tries_are_counted_with_the_orders_own(status_page: str, new_browser: NewBrowser) -> None:
    """Guesses on the status page and on the look-up fill the same two buckets."""
    for number in range(TRIES - 1):
        guesser = new_browser(address=f"198.51.100.{number}")
        assert guesser.send(status_page, {"email_or_postcode": "no"}).status_code == 422
    assert new_browser(address="198.51.100.80").find("AC-1001", "no@example.com").status_code == 422
    late = new_browser(address="198.51.100.90")
    refused = late.send(status_page, {"email_or_postcode": "ada@example.com"})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1


@pytest.mark.parametrize("found", [True, False], ids=["an exchange", "nobody's address"])
def test_one_source_has_ten_tries(status_page: str, new_browser: NewBrowser, found: bool) -> None:
    guesser = new_browser(address="198.51.100.7")
    path = status_page if found else NOBODYS
    answers = [guesser.send(path, {"email_or_postcode": "no"}).status_code for _ in range(TRIES + 1)]
    assert answers == [422] * TRIES + [429]


def test_finding_it_costs_no_try(status_page: str, new_browser: NewBrowser) -> None:
    for _ in range(TRIES + 2):
        browser = new_browser(address="198.51.100.7")
        assert browser.send(status_page, {"email_or_postcode": "97701"}).status_code == 303


def test_the_postcode_of_a_gift_opens_no_buyers_view(
    app: Flask, shop: Shop, shopper: Browser, new_browser: NewBrowser
) -> None:
    with app.app_context(), store_scope(shop.store_id):
        make_order(shop.store_id, Bought(shop.variants["Navy / M"]), number="GF-1", is_gift=True)
        db.session.remove()
    path = confirmed(shopper, "GF-1")
    assert new_browser().send(path, {"email_or_postcode": "97701"}).status_code == 422
    assert new_browser().send(path, {"email_or_postcode": "ada@example.com"}).status_code == 303


def test_a_recipients_exchange_is_not_opened_by_the_giver(
    app: Flask, shop: Shop, status_page: str, new_browser: NewBrowser
) -> None:
    with app.app_context(), store_scope(shop.store_id):
        db.session.scalars(select(Exchange)).one().gift_view = True
        db.session.commit()
    assert new_browser().send(status_page, {"email_or_postcode": "ada@example.com"}).status_code == 422


def test_an_order_without_email_or_postcode_opens_with_nothing(
    app: Flask, shop: Shop, status_page: str, new_browser: NewBrowser
) -> None:
    with app.app_context(), store_scope(shop.store_id):
        order = db.session.scalars(select(Order).where(Order.number == "AC-1001")).one()
        order.email_key = order.postcode_key = ""
        db.session.commit()
    for nothing in ("-", " ", "…", "\u200b"):
        assert new_browser().send(status_page, {"email_or_postcode": nothing}).status_code == 422


def test_a_part_that_asks_for_news_after_access_ended_gets_nothing(
    status_page: str, new_browser: NewBrowser
) -> None:
    part = {"HX-Request": "true", "HX-Request-Type": "partial"}
    assert new_browser().get(status_page, headers=part).status_code == 404

"""A shopper of a store that reads from Medusa: orders are found there, and what is shown is of the moment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
import time_machine
from flask import Flask

from app import Settings
from app.models import db
from app.sandbox import create_sandbox
from app.sandbox.serving import start
from app.services.connector_settings import connect_store
from tests.factories import NOW
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.browsing import Browser
from tests.web.conftest import Shop
from tests.web.counting import queries
from tests.web.test_lookup_answers import answer_to

SECRET = "sk_sandbox"
MOST_QUERIES = 10
SILENT = "We cannot look your order up at the moment. Please try again in a few minutes."
UNREAD = "We could not check prices and stock with the shop just now."
SENT_AT = "2026-11-18T10:00:00.000Z"
TEE = {"variant_id": "variant_tee-s", "quantity": 1}
FAILURES = {
    "neither": ("9999", "eve@example.com"),
    "no such order": ("9999", "ada@example.com"),
    "another's e-mail": ("2001", "eve@example.com"),
    "another's e-mail of an order that is here": ("AC-1001", "eve@example.com"),
}


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings under which a store may be connected to this machine."""
    environ = {"DATABASE_URL": database_url, "VAR_DIR": str(tmp_path / "var")}
    return Settings.from_environ(environ | {"ALLOW_LOOPBACK_CONNECTORS": "1"})


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    app = create_sandbox()
    running = start(app)
    yield running.url
    running.stop()
    app.close()


@pytest.fixture
def medusa(app: Flask, shop: Shop, sandbox: str) -> Iterator[httpx2.Client]:
    """A Medusa with order 2001 of a small tee, which the store reads from."""
    with httpx2.Client(base_url=sandbox, trust_env=False) as client:
        assert client.delete("/settings").status_code == 204
        assert client.delete("/ledger").status_code == 204
        assert client.delete("/faults").status_code == 204
        order = {"display_id": 2001, "email": "ada@example.com", "items": [TEE], "sent_at": SENT_AT}
        reply = client.post("/settings", json={"system": "medusa", "orders": [order]})
        assert reply.status_code == 200, reply.text
        wanted = {"url": f"{sandbox}/medusa", "shipping_option_id": "so_standard", "read_orders": True}
        wanted |= {"publishable": "pk_1", "region_id": "reg_1"}
        with app.app_context():
            connections = app.extensions["evenly.connections"]
            connect_store(connections, shop.store_id, "medusa", wanted, SECRET, NOW)
            db.session.remove()
        yield client


def fails(medusa: httpx2.Client) -> None:
    """Every request goes wrong from now on."""
    fault = {"system": "medusa", "kind": "status", "times": 100}
    assert medusa.post("/faults", json=fault).status_code == 201


def to_review(browser: Browser, number: str = "2001") -> str:
    """The address of Review, with every line's tee exchanged for an L."""
    page = browser.find(number).headers["Location"]
    lines = re.findall(r'name="line" value="([^"]+)"', browser.get(page).text)
    form = {"reason": "too_small", "outcome": "variant", "action": "continue", "option-0": "L"}
    page = browser.send(page, {"line": lines}).headers["Location"]
    while not page.endswith("/review"):
        page = browser.send(page, form).headers["Location"]
    return page


def seen(browser: Browser, app: Flask, review: str) -> tuple[str, list[int]]:
    """Review as a browser ends up with it, and what each answer on the way took in queries."""
    counts = []
    while True:
        with queries(app) as asked:
            page = browser.get(review)
        counts.append(len(asked))
        assert len(asked) <= MOST_QUERIES, asked
        if page.status_code != 303:
            assert page.status_code == 200
            return page.text, counts
        assert page.headers["Location"] == review


@pytest.mark.parametrize("lines", [1, 20])
def test_a_review_that_reads_takes_ten_queries_however_many_lines(
    app: Flask, medusa: httpx2.Client, shopper: Browser, today: time_machine.Traveller, lines: int
) -> None:
    order = {"display_id": 2002, "email": "ada@example.com", "items": [TEE] * lines, "sent_at": SENT_AT}
    assert medusa.post("/settings", json={"system": "medusa", "orders": [order]}).status_code == 200
    review = to_review(shopper, "2002")
    _, fresh = seen(shopper, app, review)
    assert len(fresh) == 1
    stock = [{"id": "variant_tee-l", "sku": "TEE-L", "title": "L", "price_cents": 2750}]
    assert medusa.post("/settings", json={"system": "medusa", "variants": stock}).status_code == 200
    today.shift(120)
    text, read = seen(shopper, app, review)
    assert len(read) == 2
    assert f'value="{lines * 750}"' in text
    today.shift(120)
    fails(medusa)
    assert UNREAD in shopper.get(review).text  # whoever finds out waits, and reads what is here
    text, silent = seen(shopper, app, review)
    assert len(silent) == 1
    assert UNREAD in text


def test_an_order_that_only_the_platform_has_is_exchanged(
    app: Flask, medusa: httpx2.Client, shopper: Browser, today: time_machine.Traveller, html_pages: HtmlPages
) -> None:
    review = to_review(shopper)
    with queries(app) as asked:
        page = shopper.get(review)
    assert page.status_code == 200
    assert len(asked) <= 10, asked
    assert 'value="500"' in page.text  # an L costs 5.00 more
    assert UNREAD not in page.text

    stock = [{"id": "variant_tee-l", "sku": "TEE-L", "title": "L", "price_cents": 2750}]
    assert medusa.post("/settings", json={"system": "medusa", "variants": stock}).status_code == 200
    today.shift(120)
    assert 'value="750"' in seen(shopper, app, review)[0]

    today.shift(120)
    fails(medusa)
    page = shopper.get(review)
    assert page.status_code == 200
    assert UNREAD in page.text
    assert_page(page.text)
    html_pages.add("review that could not be read", page.text)


def test_all_failures_answer_alike_and_ask_alike(
    app: Flask, medusa: httpx2.Client, new_browser: Callable[..., Browser]
) -> None:
    answers, asked = set(), set()
    for place, typed in enumerate(FAILURES.values()):
        browser = new_browser(address=f"198.51.100.{place + 1}")
        browser.get("/acme/")
        assert medusa.delete("/ledger").status_code == 204
        with queries(app) as statements:
            answers.add(answer_to(browser, *typed))
        paths = [entry["path"].partition("?")[0] for entry in medusa.get("/ledger").json()["requests"]]
        asked.add((*statements, *paths))
    ((status, text),) = answers
    assert (status, len(asked)) == (422, 1)
    assert "We could not match those details." in text


def test_a_platform_that_is_away_is_not_taken_for_an_order_that_is_not_there(
    medusa: httpx2.Client, new_browser: Callable[..., Browser], html_pages: HtmlPages
) -> None:
    fails(medusa)
    answers = {
        answer_to(new_browser(address=f"198.51.100.{place}"), *typed)
        for place, typed in enumerate(FAILURES.values())
    }
    ((status, text),) = answers
    assert status == 503
    assert SILENT in text
    page = new_browser().find("2001").text
    assert_page(page)
    html_pages.add("look-up while the platform is away", page)


def test_an_order_that_is_here_opens_while_the_platform_is_away(
    medusa: httpx2.Client, shopper: Browser
) -> None:
    fails(medusa)
    reply = shopper.find("AC-1001")
    assert reply.status_code == 303
    assert "Ridge Parka" in shopper.get(reply.headers["Location"]).text


def test_guesses_are_counted_while_the_platform_is_away(
    app: Flask, medusa: httpx2.Client, shopper: Browser
) -> None:
    fails(medusa)
    tries = app.extensions["evenly.settings"].lookup_tries
    statuses = [shopper.find("2001", "eve@example.com").status_code for _ in range(tries + 1)]
    assert statuses == [503] * tries + [429]

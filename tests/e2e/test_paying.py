"""A dearer swap paid in Chromium, with JavaScript and without: there, back, refresh, two tabs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from app.cli.demo.cases import Case
from app.cli.demo.seeding import CARDS_SECRET
from app.models import Movement, MovementKind, Payment, Store, db
from app.services.connector_settings import connect_store
from tests.e2e.chromium_tab import ChromiumTab
from tests.e2e.conftest import Portal
from tests.e2e.portal import running_portal
from tests.e2e.waiting import DEADLINE_SECONDS, platform_order
from tests.pages.axe import assert_accessible
from tests.setup.databases import copy_sqlite, sqlite_address
from tests.shopper.fixtures import demo_app
from tests.shopper.platform import Platform
from tests.shopper.shop import Shop, Ticket
from tests.shopper.tab import CHANGED_MIND, WISHES, heading, text_of, to_review

TOTE = WISHES["acme", Case.DEARER]
GOOD, DECLINED, ASKED = "4242 4242 4242 4242", "4000 0000 0000 0002", "4000 0025 0000 3155"
PAY = "Pay"


@pytest.fixture(scope="module")
def running(
    _migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, platform: Platform
) -> Iterator[Portal]:
    """The demo's stores in a database of this file's own, where acme takes payments."""
    folder = tmp_path_factory.mktemp("paying")
    copy_sqlite(_migrated_sqlite, folder / "demo.db")
    app = demo_app(sqlite_address(folder / "demo.db"), folder)
    shop = Shop(app, platform.url)
    with running_portal(app) as (url, tls_url, worker):
        settings = {"url": f"{platform.url}/cards", "webhook_url": f"{url}/hooks/v1/acme/cards"}
        with app.app_context():
            store_id = db.session.scalars(select(Store.id).where(Store.slug == "acme")).one()
            connections = app.extensions["evenly.connections"]
            connect_store(connections, store_id, "cards", settings, CARDS_SECRET, datetime.now(UTC))
        yield Portal(url, tls_url, shop, worker, platform)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def tab(shopper: Page, portal: Portal) -> Iterator[ChromiumTab]:
    """A tab that may go to the provider's page, and nowhere else."""
    driven = ChromiumTab(shopper, portal.url, (portal.platform.url,))
    yield driven
    driven.assert_quiet()


def to_provider(tab: ChromiumTab, portal: Portal) -> Ticket:
    """From the look-up to the provider's page."""
    ticket = portal.shop.order(Case.DEARER)
    to_review(tab, ticket, *TOTE)
    tab.press(PAY)
    assert tab.page.url.startswith(f"{portal.platform.url}/pay/")
    return ticket


def type_card(tab: ChromiumTab, card: str) -> None:
    tab.fill("Card number", card)
    tab.press("Pay")


def wait_for_confirmation(tab: ChromiumTab, javascript: bool) -> None:
    """It comes by itself, or by refreshing."""
    title = tab.page.get_by_role("heading", name="Your exchange is confirmed")
    if javascript:
        expect(title).to_be_visible(timeout=DEADLINE_SECONDS * 1000)
        return
    for _ in range(DEADLINE_SECONDS * 20):
        if title.count():
            return
        tab.page.reload()
    raise AssertionError("never confirmed")


def lines(portal: Portal, ticket: Ticket) -> dict[str, int]:
    """How many lines of each kind the ledger has for exchanges of this order."""
    with portal.shop.app.app_context():
        rows = db.session.execute(
            select(Movement.kind, func.count(Movement.id))
            .join(Payment, Payment.id == Movement.payment_id)
            .where(Payment.key.contains(f":{ticket.number}:"))
            .group_by(Movement.kind),
            execution_options={"all_stores": True},
        ).all()
    return {row.kind: row[1] for row in rows}


def test_a_dearer_swap_is_paid_and_placed(tab: ChromiumTab, portal: Portal, javascript: bool) -> None:
    ticket = to_provider(tab, portal)
    type_card(tab, GOOD)
    wait_for_confirmation(tab, javascript)
    tab.page.reload()
    assert heading(tab) == "Your exchange is confirmed"
    assert platform_order(tab, javascript)
    assert len(portal.platform.orders_for(ticket.number)) == 1
    tab.page.reload()
    expect(tab.page.locator("#status")).to_contain_text("Paid")
    assert lines(portal, ticket)[MovementKind.AUTHORISED] == 1


def test_the_bank_asks_and_the_shopper_answers(tab: ChromiumTab, portal: Portal, javascript: bool) -> None:
    """A no leaves the page open, and nothing reserved; a yes pays."""
    ticket = to_provider(tab, portal)
    for answer in ("No", "Yes"):
        type_card(tab, ASKED)
        assert tab.page.url.endswith("/challenge")
        expect(tab.page.get_by_text("Your bank asks: is this you?")).to_be_visible()
        if javascript:
            assert_accessible(tab.page)
        assert lines(portal, ticket) == {}
        tab.press(answer)
    wait_for_confirmation(tab, javascript)
    assert platform_order(tab, javascript)
    assert len(portal.platform.orders_for(ticket.number)) == 1
    assert lines(portal, ticket)[MovementKind.AUTHORISED] == 1


def test_declined_then_a_gift_card_instead(tab: ChromiumTab, portal: Portal, javascript: bool) -> None:
    ticket = to_provider(tab, portal)
    type_card(tab, DECLINED)
    tab.follow("Back to")
    assert "payment" in heading(tab)
    if javascript:
        assert_accessible(tab.page)
    tab.press("Back to my exchange")
    assert text_of(tab, "unpaid")
    tab.follow("Change the exchange of")
    tab.pick("What is wrong with it?", CHANGED_MIND)
    tab.pick("What would you like instead?", "A gift card")
    tab.press("Continue")
    tab.press("Confirm exchange")
    assert heading(tab) == "Your exchange is confirmed"
    assert platform_order(tab, javascript)
    assert lines(portal, ticket) == {}


def test_back_and_a_second_tab_show_the_one_true_state(
    tab: ChromiumTab, portal: Portal, javascript: bool, new_tab: Callable[..., ChromiumTab]
) -> None:
    to_provider(tab, portal)
    page = tab.page.url
    tab.page.go_back()
    tab.page.reload()
    assert heading(tab) == "Waiting for your payment"
    status = tab.path
    second = new_tab(beside=tab)
    second.open(f"{status}/review")
    assert (heading(second), second.path) == ("Waiting for your payment", status)
    tab.press(PAY)
    assert tab.page.url == page
    type_card(tab, GOOD)
    wait_for_confirmation(second, javascript)
    tab.open(status)
    assert heading(tab) == "Your exchange is confirmed"

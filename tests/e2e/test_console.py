"""The console in Chromium: a journey by keyboard, with scripts and without, and axe on every page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from app.cli.demo.cases import Case
from app.models import Role, db
from app.queries.stores import store_with
from tests.console.desk import PASSWORD, code_now, make_agent
from tests.e2e.chromium_tab import ChromiumTab
from tests.e2e.conftest import Portal
from tests.e2e.layout import assert_fits_the_window, assert_targets_can_be_hit
from tests.pages.axe import ALL_RULES, assert_accessible
from tests.shopper.form_tab import FormTab
from tests.shopper.scenes import Stage
from tests.shopper.scenes.afterwards import status_waits_for_a_person
from tests.shopper.tab import WISHES, heading, text_of, to_status

PHONE, DESK = ViewportSize(width=320, height=640), ViewportSize(width=1280, height=800)
COLOUR_RULES = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
PEOPLE = count(1)
NewTab = Callable[..., ChromiumTab]


@pytest.fixture
def stage(portal: Portal) -> Iterator[Stage]:
    with portal.worker.held():
        yield Stage(portal.shop, portal.platform)


def hire(portal: Portal, role: Role = Role.AGENT, *, ready: bool = True) -> tuple[str, str]:
    """A new agent of acme: e-mail and TOTP secret."""
    email = f"desk{next(PEOPLE)}@acme.example"
    app = portal.shop.app
    with app.app_context():
        store = store_with("acme")
        assert store is not None
        store_id = store.id
        db.session.remove()
    return email, make_agent(app, store_id, email, role, ready=ready)


def waiting(stage: Stage) -> str:
    """An exchange that waits for a person: its reference."""
    shopper = FormTab(stage.shop.app, lambda _answer: None)
    status_waits_for_a_person(shopper, stage)
    return text_of(shopper, "reference") or ""


def sign_in(tab: ChromiumTab, email: str, secret: str) -> None:
    tab.open("/console/")
    tab.fill("Email", email)
    tab.fill("Password", PASSWORD)
    tab.press("Continue")
    tab.fill("Code", code_now(secret))
    tab.press("Sign in")


def test_sign_in_search_open_and_decline_by_keyboard(
    tab: ChromiumTab, portal: Portal, stage: Stage, javascript: bool
) -> None:
    email, secret = hire(portal)
    reference = waiting(stage)
    keys = tab.page.keyboard
    tab.open("/console/")
    tab.page.get_by_label("Email").focus()
    keys.type(email)
    keys.press("Tab")
    keys.type(PASSWORD)
    with tab.next_page():
        keys.press("Enter")
    tab.page.get_by_label("Code").focus()
    keys.type(code_now(secret))
    with tab.next_page():
        keys.press("Enter")
    assert heading(tab) == "Waiting for a person"
    if javascript:
        keys.press("/")
        expect(tab.page.locator("#find-anything")).to_be_focused()
    tab.page.get_by_role("link", name="Find", exact=True).focus()
    with tab.next_page():
        keys.press("Enter")
    expect(tab.page.locator("#q")).to_be_focused()
    keys.type(reference.lower().replace("-", " "))
    with tab.next_page():
        keys.press("Enter")
    tab.page.get_by_role("link", name=reference).focus()
    with tab.next_page():
        keys.press("Enter")
    assert heading(tab) == f"Exchange {reference}"
    tab.page.get_by_label("Why no (for colleagues)").focus()
    keys.type("worn soles")
    keys.press("Tab")
    keys.type("The soles show wear, so we cannot take them back.")
    keys.press("Tab")
    expect(tab.button("Decline")).to_be_focused()
    with tab.next_page():
        keys.press("Enter")
    expect(tab.page.locator("#state")).to_have_text("declined")
    expect(tab.page.locator("#decisions")).to_contain_text("The soles show wear")


def refused_at_the_shop(stage: Stage) -> str:
    """An exchange whose message the shop's system said no to: its reference."""
    stage.send()  # what earlier tests left in the queue would take the answer that is meant for this one
    stage.platform.will("status", status=422)
    shopper = FormTab(stage.shop.app, lambda _answer: None)
    to_status(shopper, stage.shop.order(Case.EVEN), *WISHES["acme", Case.EVEN])
    stage.send()
    return text_of(shopper, "reference") or ""


def test_what_the_shop_refused_is_looked_at_sent_again_and_arrives(
    tab: ChromiumTab, portal: Portal, stage: Stage
) -> None:
    reference = refused_at_the_shop(stage)
    sign_in(tab, *hire(portal))
    tab.follow(reference)
    tab.page.locator("#step-1-1 summary").click()
    expect(tab.page.locator("#step-1-1")).to_contain_text("status 422")
    tab.fill("What you have found out (for colleagues)", "The shop has set its endpoint right.")
    tab.press("Send again")
    expect(tab.page.locator("#state")).to_have_text("being placed")
    expect(tab.button("Send again")).to_have_count(0)
    stage.send()
    tab.open(f"/console/exchanges/{reference}")
    expect(tab.page.locator("#state")).to_have_text("placed")
    tab.press("It has arrived")
    expect(tab.page.locator("#state")).to_have_text("shipped")


def judge(page: Page) -> None:
    """axe in both themes and on both windows; on a phone nothing is cut off or too small to hit."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for window in (DESK, PHONE):
            page.set_viewport_size(window)
            assert_accessible(page, ALL_RULES if scheme == "light" else COLOUR_RULES)
    assert_fits_the_window(page)
    assert_targets_can_be_hit(page)


def test_signing_in_is_accessible(portal: Portal, new_tab: NewTab) -> None:
    email, _ = hire(portal, ready=False)
    tab = new_tab(viewport=DESK)
    tab.open("/console/")
    judge(tab.page)
    tab.press("Continue")
    judge(tab.page)  # both fields left empty
    tab.fill("Email", email)
    tab.fill("Password", PASSWORD)
    tab.press("Continue")
    judge(tab.page)
    secret = (tab.page.locator("#key").text_content() or "").replace(" ", "")
    tab.fill("Code", "000000")
    tab.press("Continue")
    judge(tab.page)
    tab.fill("Code", code_now(secret))
    tab.press("Continue")
    judge(tab.page)
    tab.follow("I have kept them")
    tab.press("Sign out")
    tab.fill("Email", email)
    tab.fill("Password", PASSWORD)
    tab.press("Continue")
    judge(tab.page)
    tab.assert_quiet()


def test_every_page_of_the_console_is_accessible(portal: Portal, stage: Stage, new_tab: NewTab) -> None:
    reference, stuck = waiting(stage), refused_at_the_shop(stage)
    shopper = FormTab(stage.shop.app, lambda _answer: None)
    to_status(shopper, stage.shop.order(Case.DEARER), *WISHES["acme", Case.DEARER])
    placed = text_of(shopper, "reference") or ""
    stage.send()
    tab = new_tab(viewport=DESK)
    sign_in(tab, *hire(portal, Role.ADMIN))
    judge(tab.page)
    for path in (
        "/console/account",
        "/console/search",
        "/console/account/password",
        "/console/owed",
        "/console/search?q=zzzzzz",
        "/console/search?q=ac",
        "/console/overview?days=7",
        f"/console/exchanges/{placed}",
        f"/console/exchanges/{stuck}",
        f"/console/exchanges/{placed}/audit",
    ):
        tab.open(path)
        judge(tab.page)
    tab.open(f"/console/exchanges/{placed}")
    tab.page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
    assert re.search(r"status 20\d", tab.html)
    judge(tab.page)
    tab.page.locator("#order").click()
    tab.press("Show who it is")
    judge(tab.page)
    tab.open(f"/console/exchanges/{reference}")
    tab.press("I am working on this")
    tab.press("Decline")
    judge(tab.page)  # what is missing is asked for
    tab.fill("A note for colleagues", "Called her back. " * 20)
    tab.press("Add note")
    tab.page.locator("#cancel").click()
    judge(tab.page)
    tab.open("/console/")
    tab.page.goto(f"{portal.url}/console/exchanges/EX-NONE")
    judge(tab.page)
    tab.open("/console/people")
    with tab.next_page():
        tab.page.locator("[id^='reset-']").first.click()
    judge(tab.page)
    address = tab.page.locator("#link").text_content() or ""
    tab.open(urlsplit(address).path)
    tab.press("Save password")
    judge(tab.page)  # nothing was typed
    tab.assert_quiet()

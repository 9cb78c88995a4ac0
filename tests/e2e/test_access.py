"""Getting in and out: signed links, wrong details, too many tries, other people's browsers, leaving."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from app.cli.demo.cases import Case
from tests.e2e.chromium_tab import ChromiumTab
from tests.e2e.conftest import Portal
from tests.shopper.tab import WISHES, find, heading, text_of, to_review, to_status

PARKA = WISHES["acme", Case.EVEN]
NO_MATCH = "We could not match those details."


def test_a_signed_link_opens_the_order_on_the_second_step(
    tab: ChromiumTab, portal: Portal, new_tab: Callable[..., ChromiumTab]
) -> None:
    ticket = portal.shop.order(Case.EVEN)
    link = portal.shop.link(ticket)
    scanner = new_tab()
    for _ in range(3):
        scanner.open(link)  # looking uses nothing up and opens nothing
    assert not [cookie for cookie in scanner.page.context.cookies() if cookie["expires"] > 0]
    tab.open(link)
    assert heading(tab) == f"Exchange items from order {ticket.number}"
    tab.press("Continue")
    assert heading(tab) == "What would you like to exchange?"
    assert link.rpartition("/")[2] not in tab.page.url
    expect(tab.page.get_by_role("checkbox", name="Ridge Parka")).to_be_visible()


def test_an_expired_link_leads_to_the_look_up(tab: ChromiumTab, portal: Portal) -> None:
    tab.open(portal.shop.link(portal.shop.order(Case.EVEN), days=-1))
    assert heading(tab) == "This link has expired"
    tab.follow("Find my order")
    expect(tab.page.get_by_label("Order number")).to_be_visible()


def test_wrong_details_get_one_answer_and_keep_what_was_typed(tab: ChromiumTab, portal: Portal) -> None:
    ticket = portal.shop.order(Case.EVEN)
    said = set()
    for number, fact in [(ticket.number, "someone@else.example"), ("AC-9999999", ticket.email)]:
        tab.open(ticket.front)
        tab.fill("Order number", number)
        tab.fill("Email or postcode", fact)
        tab.press("Find my order")
        said.add(text_of(tab, "errors"))
        assert tab.page.title().startswith("Error: ")
        expect(tab.page.get_by_label("Order number")).to_have_value(number)
        expect(tab.page.get_by_label("Email or postcode")).to_have_value(fact)
    assert len(said) == 1
    assert NO_MATCH in (said.pop() or "")


def test_a_forgiving_look_up(tab: ChromiumTab, portal: Portal) -> None:
    ticket = portal.shop.order(Case.EVEN)
    tab.open(ticket.front)
    tab.fill("Order number", f"  # {ticket.number.lower().replace('-', ' ')} ")
    tab.fill("Email or postcode", f" {ticket.postcode} ")
    tab.press("Find my order")
    assert heading(tab) == "What would you like to exchange?"


def test_too_many_tries_are_stopped_but_a_link_still_passes(tab: ChromiumTab, portal: Portal) -> None:
    ticket = portal.shop.order(Case.EVEN)
    portal.shop.use_up_tries(ticket)
    find(tab, ticket)
    assert heading(tab) == "Too many tries"
    tab.open(portal.shop.link(ticket))
    tab.press("Continue")
    assert heading(tab) == "What would you like to exchange?"


def test_another_browser_sees_nothing_of_it(
    tab: ChromiumTab, portal: Portal, new_tab: Callable[..., ChromiumTab]
) -> None:
    to_review(tab, portal.shop.order(Case.EVEN), *PARKA)
    stranger = new_tab()
    find(stranger, portal.shop.order(Case.DEARER))
    for path in (tab.path, tab.path.replace("review", "items")):
        answer = stranger.page.goto(portal.url + path)
        assert answer is not None
        assert answer.status == 404
        assert heading(stranger) == "We could not find this page"


def test_looking_up_an_exchanged_order_leads_to_its_status(
    tab: ChromiumTab, portal: Portal, new_tab: Callable[..., ChromiumTab]
) -> None:
    ticket = portal.shop.order(Case.EVEN)
    to_status(tab, ticket, *PARKA)
    elsewhere = new_tab()
    find(elsewhere, ticket)
    assert elsewhere.path == tab.path
    assert text_of(elsewhere, "reference") == text_of(tab, "reference")


def test_leaving_closes_the_order_on_this_computer(tab: ChromiumTab, portal: Portal) -> None:
    to_review(tab, portal.shop.order(Case.EVEN), *PARKA)
    review = tab.path
    tab.press("Leave this order")
    assert tab.path == "/acme/"
    tab.open(review)
    assert heading(tab) == "We could not find this page"
    tab.page.go_back()
    expect(tab.page.get_by_role("button", name="Leave this order")).to_have_count(0)

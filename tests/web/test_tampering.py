"""Forms sent past the page: other people's things, forged tokens and sums, skipped steps. (T2, T6, T9, T13)

Nothing of it moves the sum or the exchange, and the answer is a page that says what happened.
"""

from __future__ import annotations

import pytest

from app.cli.demo.cases import Case
from app.cli.worker import dispatcher_of
from app.services.dispatching import send_all_due
from tests.shopper.amounts import assert_sent_as_reviewed
from tests.shopper.form_tab import FormTab
from tests.shopper.platform import Platform
from tests.shopper.refusals import chosen_for, value_of
from tests.shopper.shop import Shop
from tests.shopper.tab import TOO_SMALL, WISHES, Wish, find, heading, sum_rows, to_review, to_status

PARKA = WISHES["acme", Case.EVEN]
MEGABYTE = "x" * 1024 * 1024


@pytest.fixture
def tab(demo: Shop) -> FormTab:
    return FormTab(demo.app)


@pytest.mark.parametrize("seen", ["", "x", "🧥", "eyJ2ZXJzaW9uIjoieCJ9.forged", "x" * 3000])
def test_a_tampered_sum_is_asked_again(tab: FormTab, demo: Shop, seen: str) -> None:
    ticket = demo.order(Case.DEARER)
    to_review(tab, ticket, *WISHES["acme", Case.DEARER])
    rows = sum_rows(tab)
    tab.send(tab.path, {"quote_hash": seen})
    assert tab.status == 409
    assert sum_rows(tab) == rows
    assert chosen_for(demo, ticket).status == "draft"


def test_another_orders_sum_is_asked_again(tab: FormTab, demo: Shop) -> None:
    other = FormTab(demo.app)
    to_review(other, demo.order(Case.EVEN), *PARKA)
    theirs = value_of(other, "quote_hash")
    to_review(tab, demo.order(Case.DEARER), *WISHES["acme", Case.DEARER])
    tab.send(tab.path, {"quote_hash": theirs})
    assert tab.status == 409
    assert "The sum has changed" in tab.html


def test_no_field_of_a_form_moves_the_sum(tab: FormTab, demo: Shop, platform: Platform) -> None:
    ticket = demo.order(Case.DEARER)
    honest = FormTab(demo.app)
    to_review(honest, demo.order(Case.DEARER), *WISHES["acme", Case.DEARER])
    money = dict.fromkeys(("price", "product", "amount", "amount_due", "tax", "discount", "total"), "1")
    more = money | {
        "currency": "JPY",
        "store_id": "2",
        "order_id": "1",
        "status": "placed",
        "variant_id": "1",
    }
    find(tab, ticket)
    (line,) = demo.line_ids(ticket)
    tab.send(tab.path, {"line": str(line), **more})
    tab.send(
        tab.path,
        {"reason": "too_small", "outcome": "variant", "option-0": "Weekender", "action": "continue", **more},
    )
    assert sum_rows(tab) == sum_rows(honest)
    seen = value_of(tab, "quote_hash")
    tab.send(tab.path, {"quote_hash": seen, **more})
    with demo.app.app_context():
        send_all_due(dispatcher_of(demo.app))
    assert_sent_as_reviewed(platform.orders_for(ticket.number)[0], sum_rows(honest))


@pytest.mark.parametrize("path", ["/items", "/review", "/address"])
def test_somebody_elses_draft_is_not_found(tab: FormTab, demo: Shop, path: str) -> None:
    other, theirs = FormTab(demo.app), demo.order(Case.EVEN)
    to_review(other, theirs, *PARKA)
    before = chosen_for(demo, theirs)
    find(tab, demo.order(Case.EVEN))
    there = other.path.removesuffix("/review") + path
    tab.open(there)
    assert tab.status == 404
    tab.send(there, {"quote_hash": "x", "line": "1"})
    assert tab.status == 404
    assert chosen_for(demo, theirs) == before


def test_somebody_elses_status_page_tells_nothing_without_a_fact(tab: FormTab, demo: Shop) -> None:
    other, theirs = FormTab(demo.app), demo.order(Case.EVEN)
    to_status(other, theirs, *PARKA)
    find(tab, demo.order(Case.EVEN))
    tab.open(other.path)
    tab.fill("Email or postcode", "somebody@else.example")
    tab.press("Show my exchange")
    assert tab.status == 422
    assert theirs.number not in tab.html
    assert "EX-" not in tab.html


def test_a_form_without_its_token_is_refused_and_nothing_is_lost(tab: FormTab, demo: Shop) -> None:
    ticket = demo.order(Case.EVEN)
    to_review(tab, ticket, *PARKA)
    review, before = tab.path, chosen_for(demo, ticket)
    for token in ("", "forged", tab.token[:-1]):
        tab.send(review, {"csrf_token": token, "quote_hash": "x"})
        assert (tab.status, heading(tab)) == (400, "We could not read that")
    assert chosen_for(demo, ticket) == before
    tab.open(review)
    assert heading(tab) == "Check your exchange"


@pytest.mark.parametrize(
    ("screen", "field"),
    [
        ("front", "order_number"),
        ("items", "line"),
        ("replacement", "option-0"),
        ("review", "quote_hash"),
        ("address", "street1"),
    ],
)
def test_a_megabyte_in_a_field_is_refused(tab: FormTab, demo: Shop, screen: str, field: str) -> None:
    ticket = demo.order(Case.EVEN)
    to_review(tab, ticket, *PARKA)
    base = tab.path.removesuffix("/review")
    item = value_of(tab, "change-1")
    path = {"front": "/acme/", "replacement": item}.get(screen, f"{base}/{screen}")
    before = chosen_for(demo, ticket)
    tab.send(path, {field: MEGABYTE})
    assert (tab.status, heading(tab)) == (413, "That was too much to send")
    assert chosen_for(demo, ticket) == before


def test_steps_cannot_be_skipped(tab: FormTab, demo: Shop) -> None:
    ticket = demo.order(Case.EVEN)
    find(tab, ticket)
    base = tab.path.removesuffix("/items")
    tab.open(f"{base}/review")
    assert tab.path == f"{base}/items"
    tab.send(f"{base}/review", {"quote_hash": "x"})
    assert chosen_for(demo, ticket).status == "draft"
    tab.open(base)
    assert tab.path == f"{base}/items"


def test_after_confirming_every_form_leads_to_the_status(tab: FormTab, demo: Shop) -> None:
    ticket = demo.order(Case.EVEN)
    other_wish = Wish("Ridge Parka", TOO_SMALL, {"Colour": "Sand", "Size": "L"})
    to_review(tab, ticket, other_wish)
    item = value_of(tab, "change-1")
    tab.press("Confirm exchange")
    status, before = tab.path, chosen_for(demo, ticket)
    forms = {
        f"{status}/items": {"line": str(demo.line_ids(ticket)[0])},
        item: {"reason": "other", "outcome": "gift_card", "action": "continue"},
        f"{status}/review": {"quote_hash": "x"},
        f"{status}/address": {"name": "Somebody Else"},
    }
    for path, fields in forms.items():
        tab.send(path, fields)
        assert (tab.status, tab.path) == (200, status)
    assert chosen_for(demo, ticket) == before

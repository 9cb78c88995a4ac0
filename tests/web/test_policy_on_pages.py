"""What a policy does to the pages: fees and faster shipping on Review, the reasons of screen 3."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.cli.demo.cases import Case
from app.cli.worker import dispatcher_of
from app.domain.fees import FeeKind
from app.models import Exchange, db
from app.services.dispatching import send_all_due
from tests.pages.markup import parse
from tests.pages.rules import assert_fragment, assert_page
from tests.shopper.form_tab import FormTab
from tests.shopper.platform import Platform
from tests.shopper.shop import Shop, Ticket
from tests.shopper.tab import DAMAGED, WISHES, Wish, choose, find, heading, sum_rows, text_of, to_review

EVEN = WISHES["acme", Case.EVEN]
FASTER = 1_200


@pytest.fixture
def tab(demo: Shop) -> FormTab:
    return FormTab(demo.app)


def stored(demo: Shop, ticket: Ticket) -> Exchange:
    """The exchange of this order."""
    with demo.app.app_context():
        rows = select(Exchange).where(Exchange.order_id == demo.order_id(ticket))
        return db.session.scalars(rows.execution_options(all_stores=True)).one()


def test_the_sum_follows_the_tick(demo: Shop, tab: FormTab) -> None:
    to_review(tab, demo.order(Case.EVEN), *EVEN)
    assert "Faster shipping" not in tab.html
    tab.tick("Send it faster, +$12.00")
    tab.press("Update the sum")
    assert_page(tab.html)
    assert sum_rows(tab)["you pay"] == sum_rows(tab)["fee"] == FASTER
    untick(tab)
    tab.press("Update the sum")
    assert "fee" not in sum_rows(tab)
    assert sum_rows(tab)["nothing to pay"] == 0


def test_a_tick_that_nobody_priced_yet_is_asked_about(demo: Shop, tab: FormTab, platform: Platform) -> None:
    """Ticked and confirmed at once: nothing is confirmed that was not shown."""
    ticket = demo.order(Case.EVEN)
    to_review(tab, ticket, *EVEN)
    tab.tick("Send it faster")
    tab.press("Confirm exchange")
    assert tab.status == 409
    moved = text_of(tab, "moved") or ""
    assert "An even exchange: nothing to pay." in moved
    assert "You pay $12.00." in moved
    reviewed = sum_rows(tab)
    tab.press("Confirm exchange")
    assert heading(tab) == "Your exchange is confirmed"
    assert sum_rows(tab) == reviewed
    frozen = stored(demo, ticket).quote
    assert frozen is not None
    assert (frozen.amount_due, [fee.kind for fee in frozen.charges]) == (FASTER, [FeeKind.EXPEDITED])


def test_the_platform_is_sent_no_fee_and_that_is_no_drift(
    demo: Shop, tab: FormTab, platform: Platform
) -> None:
    ticket = demo.order(Case.EVEN)
    with demo.policy(shipping_fee=500):
        to_review(tab, ticket, *EVEN)
        tab.tick("Send it faster")
        tab.press("Update the sum")
        assert sum_rows(tab)["you pay"] == 500 + FASTER
        tab.press("Confirm exchange")
    with demo.app.app_context():
        send_all_due(dispatcher_of(demo.app))
    (sent,) = platform.orders_for(ticket.number)
    (item,) = sent["items"]
    assert item["product_amount_cents"] - item["discount_amount_cents"] < 500 + item["product_amount_cents"]
    exchange = stored(demo, ticket)
    assert (exchange.platform_order is not None, exchange.drift, exchange.attention_since) == (True, 0, None)


def test_what_is_not_offered_cannot_be_asked_for(demo: Shop, tab: FormTab) -> None:
    with demo.policy(expedited_fee=None):
        to_review(tab, demo.order(Case.EVEN), *EVEN)
        assert "Send it faster" not in tab.html
        tab.send(tab.path, {"faster_offered": "yes", "faster": "yes", "action": "update"})
        assert "fee" not in sum_rows(tab)
        kept = tab.path
    tab.open(kept)
    assert "fee" not in sum_rows(tab)  # priced again, it is still not asked for


def test_a_gift_card_is_not_sent_faster(demo: Shop, tab: FormTab) -> None:
    to_review(tab, demo.order(Case.GIFT_CARD), *WISHES["acme", Case.GIFT_CARD])
    assert "Send it faster" not in tab.html


def test_a_policy_that_changes_meanwhile_is_asked_about(demo: Shop, tab: FormTab) -> None:
    to_review(tab, demo.order(Case.EVEN), *EVEN)
    with demo.policy(shipping_fee=500):
        tab.press("Confirm exchange")
        assert tab.status == 409
        assert "You pay $5.00." in (text_of(tab, "moved") or "")


def test_htmx_gets_the_sum_alone(demo: Shop, tab: FormTab) -> None:
    to_review(tab, demo.order(Case.EVEN), *EVEN)
    tab.tick("Send it faster")
    part = tab.partial("Update the sum")
    assert_fragment(part)
    assert part.lstrip().startswith("<aside")
    assert 'id="summary"' in part
    assert 'name="quote_hash"' in part
    assert 'data-say="You pay $12.00."' in part


def test_a_reason_that_waives_fees_shows_them_at_nothing(demo: Shop, tab: FormTab) -> None:
    with demo.policy(shipping_fee=500):
        to_review(tab, demo.order(Case.EVEN), Wish("Ridge Parka", DAMAGED, {"Colour": "Moss", "Size": "L"}))
        assert sum_rows(tab)["fee"] == 0
        assert "(not charged)" in tab.html
        assert sum_rows(tab)["nothing to pay"] == 0


def test_a_card_that_fees_eat_up_is_not_offered_nor_taken(demo: Shop, tab: FormTab) -> None:
    with demo.policy():
        to_review(tab, demo.order(Case.GIFT_CARD), *WISHES["acme", Case.GIFT_CARD])
    with demo.policy(restocking_fee=10**9, fee_free_reasons=[]):
        tab.open(tab.path)
        tab.press("Confirm exchange")
        assert tab.status == 409
        assert "Nothing would be left for the gift card" in tab.html


def untick(tab: FormTab) -> None:
    tab._control("Send it faster").attributes.pop("checked")


def test_only_the_reasons_of_the_policy_are_offered_and_taken(demo: Shop, tab: FormTab) -> None:
    with demo.policy(reasons=["damaged", "too_small"], same_variant_reasons=[]):
        find(tab, demo.order(Case.EVEN))
        choose(tab, *EVEN)
        offered = [e.get("value") for e in parse(tab.html) if e.get("name") == "reason"]
        assert offered == ["too_small", "damaged"]
        tab.send(tab.path, {"reason": "changed_mind", "outcome": "variant", "action": "continue"})
        assert tab.status == 422
        assert "Tell us what is wrong with it." in tab.html

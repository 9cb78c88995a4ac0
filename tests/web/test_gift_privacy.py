"""A gift's exchange from every side: no page, part, error, address or header tells an amount or the giver.

The prices are such as nothing else looks like; everything that is answered on the way is searched.
"""

from __future__ import annotations

import json

import pytest

from app.models import Dispatch, Exchange
from app.services.portal_links import Purpose
from tests.shopper.form_tab import FormTab
from tests.shopper.tab import heading
from tests.web.gift_cases import (
    ABOUT_THE_GIVER,
    GIVER,
    Gift,
    assert_private,
    by_code,
    gift,
    part,
    say_who,
    to_review,
)

__all__ = ["gift"]


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def test_a_gift_exchange_from_its_code_to_its_status(gift: Gift) -> None:
    tab = gift.tab()
    by_code(tab)
    assert "/gifts/" in tab.path
    tab.press("Continue")  # nothing chosen
    tab.send(tab.path, {"line": "999999"})
    tab.tick("Ridge Parka")
    tab.press("Continue")
    tab.press("Continue")  # no reason
    assert "Gold" not in tab.html  # dearer than what goes back
    part(gift, tab)
    part(gift, tab, {"reason": "too_small", "outcome": "gift_card", "action": "update"})
    part(gift, tab, {"reason": "too_small", "outcome": "variant", "option-0": "Moss", "action": "update"})
    tab.open(tab.path)
    tab.pick("What is wrong with it?", "It is too small")
    tab.pick("What would you like instead?", "The same in another")
    tab.pick("Colour", "Moss")
    tab.update()
    tab.pick("Size", "M")
    tab.update()
    assert "Held for you until" in tab.html
    tab.press("Keep it longer for me")
    tab.press("Continue")
    assert "We will not tell the person who gave it." in tab.html
    tab.press("Continue")  # nothing typed
    say_who(tab)
    assert "We will not tell the person who gave it." in tab.html
    assert "rita@recipient.example" in tab.html
    assert "We e-mail it to you." in tab.html  # Moss is cheaper: what is left over becomes a card
    gift.change("Moss / M", price=5317900)
    tab.press("Confirm exchange")
    assert tab.status == 409
    tab.press("Confirm exchange")
    assert heading(tab) == "Your exchange is confirmed"
    part(gift, tab)
    tab.press("Cancel exchange")
    assert_private(gift)


def test_what_the_platform_is_sent(gift: Gift) -> None:
    tab = gift.tab()
    by_code(tab)
    to_review(tab, {"Colour": "Moss", "Size": "M"})
    tab.press("Confirm exchange")
    exchange = gift.rows(Exchange)[0]
    message = gift.rows(Dispatch)[0].message
    assert (exchange.amount_due, exchange.refund_due) == (0, 0)
    assert exchange.quote_data["charges"] == []
    assert exchange.card_total > 0
    assert message["is_gift"] is True
    assert message["customer"] == {
        "identifier": "cus_88",
        "email": "rita@recipient.example",
        "first_name": "Rita",
        "last_name": "Moss",
        "phone": "",
    }
    assert message["shipping_address"]["street1"] == "9 Quay St"
    assert message["billing_address"]["street1"] == GIVER["street1"]
    rest = json.dumps({key: value for key, value in message.items() if key != "billing_address"})
    assert [secret for secret in ABOUT_THE_GIVER if secret in rest] == []
    assert_private(gift)


@pytest.mark.parametrize("way", ["number and postcode", "front page with postcode", "signed link"])
def test_the_other_ways_in(gift: Gift, way: str) -> None:
    tab = gift.tab()
    if way == "signed link":
        tab.open(gift.link(Purpose.GIFT))
        tab.press("Continue")
    elif way == "number and postcode":
        tab.open("/acme/gift")
        tab.press("Find my gift")
        tab.fill("Order number", "gf 1001")
        tab.press("Find my gift")
        tab.fill("Your postcode", "80302")
        tab.press("Find my gift")
    else:
        tab.open("/acme/")
        tab.fill("Order number", "GF-1001")
        tab.fill("Email or postcode", "80302")
        tab.press("Find my order")
    assert "/gifts/" in tab.path
    to_review(tab)
    tab.press("Confirm exchange")
    assert heading(tab) == "Your exchange is confirmed"
    assert_private(gift)


@pytest.mark.parametrize("typed", [("Gift code", "ROSE-GOLD-8"), ("Gift code", "7")])
def test_a_code_that_is_none_opens_nothing(gift: Gift, typed: tuple[str, str]) -> None:
    tab = gift.tab()
    tab.open("/acme/gift")
    tab.fill(*typed)
    tab.press("Find my gift")
    assert tab.status == 422
    assert "We could not match those details." in tab.html


def test_the_buyers_pages_are_closed_to_the_recipient_and_theirs_to_the_buyer(gift: Gift) -> None:
    recipient, giver = gift.tab(), FormTab(gift.app, None, "http://localhost")
    by_code(recipient)
    to_review(recipient, {"Colour": "Moss", "Size": "M"})
    theirs = recipient.path.split("/")[3]
    for draft in (True, False):
        for tail in ("/items", "/review", "/review/sum.txt", "/address", "/sum.txt", "/cancel"):
            recipient.open(f"/acme/exchanges/{theirs}{tail}")
            assert recipient.status == 404, tail
        if draft:
            recipient.open(f"/acme/gifts/{theirs}/review")
            recipient.press("Confirm exchange")
    giver.open("/acme/")
    giver.fill("Order number", "GF-1001")
    giver.fill("Email or postcode", "gwen@giver.example")
    giver.press("Find my order")
    assert "/exchanges/" in giver.path
    assert "This order is already being exchanged" in giver.html
    told = [word for word in ("rita", "Rita", "Quay", theirs) if word in giver.html]
    assert told == []
    for tail in ("", "/items", "/review", "/recipient", "/cancel"):
        giver.open(f"/acme/gifts/{theirs}{tail}")
        assert "rita@" not in giver.html
        assert theirs not in giver.path or giver.status == 404
    assert_private(gift)


def test_a_recipient_after_the_giver_learns_nothing_of_that_exchange(gift: Gift) -> None:
    giver = FormTab(gift.app, None, "http://localhost")
    giver.open(gift.link(Purpose.BUYER))
    giver.press("Continue")
    giver.tick("Ridge Parka")
    giver.press("Continue")
    giver.pick("What is wrong with it?", "It is too small")
    giver.pick("What would you like instead?", "A gift card")
    giver.press("Continue")
    giver.press("Confirm exchange")
    reference = gift.rows(Exchange)[0].reference
    tab = gift.tab()
    by_code(tab)
    assert heading(tab) == "Nothing of this gift can be exchanged now"
    assert "This cannot be exchanged online." in tab.html
    assert reference not in tab.html
    by_code(tab)
    tab.open(tab.path)
    gift.seen = [answer for answer in gift.seen if "/gift" in answer.request.path]
    assert_private(gift)


def test_a_variant_that_became_dearer_is_not_sent(gift: Gift) -> None:
    tab = gift.tab()
    by_code(tab)
    to_review(tab, {"Colour": "Moss", "Size": "M"})
    gift.change("Moss / M", price=9999999)
    tab.press("Confirm exchange")
    assert tab.status == 409
    tab.press("Confirm exchange")
    assert tab.status == 409
    assert [exchange.submitted_at for exchange in gift.rows(Exchange)] == [None]
    assert_private(gift)


def test_a_foreign_browser_is_led_to_the_entrance_whatever_the_address(gift: Gift) -> None:
    tab = gift.tab()
    by_code(tab)
    known = tab.path.split("/")[3]
    stranger = FormTab(gift.app, None, "http://localhost")
    for public_id in (known, "nothing"):
        stranger.open(f"/acme/gifts/{public_id}")
        assert stranger.path == "/acme/gift"

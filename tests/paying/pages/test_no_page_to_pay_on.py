"""No page to pay on: refused, out of reach, tried too often or over. Nothing is charged, nothing is lost."""

from __future__ import annotations

import re
from html import unescape

import time_machine
from flask import Flask
from sqlalchemy import select

from app.models import Exchange, Payment, db, store_scope
from app.services.connector_settings import connect_store
from tests.factories import NOW, Bought, make_order, make_store
from tests.faults.peer import Peer
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.paying.pages.at_the_till import PAY_AND_CONFIRM, Now, press, to_review, watch
from tests.paying.shop_with_till import Provider
from tests.services.dispatch_cases import Acme
from tests.web.browsing import Browser


def test_an_amount_that_cannot_be_paid_is_said_before_confirm(
    app: Flask, today: time_machine.Traveller, peer: Peer, html_pages: HtmlPages
) -> None:
    """A dinar has a thousand fils, of which Stripe takes tens only: 1.022 are due."""
    connections = app.extensions["evenly.connections"]
    with app.app_context():
        store_id = make_store(currency="KWD")
        with store_scope(store_id):
            acme = Acme(store_id, peer, Now(), connections.box)
            connect_store(connections, store_id, "stripe", {}, "sk_test_1 whsec_1", NOW)
            bought = Bought(acme.parka["Navy / M"], discount=1290, tax=958)
            make_order(store_id, bought, currency="KWD")
        db.session.remove()
    ada = Browser(app)
    review = to_review(ada)
    shown = ada.get(review)
    said = "Exactly this amount cannot be paid on the payment provider's page."
    assert said in unescape(shown.text)
    assert ">Choose something else</a>" in shown.text
    assert "and confirm</button>" not in shown.text
    assert_page(shown.text)
    html_pages.add("review-unpayable", shown.text)
    seen = re.search(r'name="quote_hash" value="([^"]+)"', shown.text)
    assert seen
    refused = ada.send(review, {"quote_hash": seen[1]})
    assert (refused.status_code, unescape(refused.text).count(said)) == (409, 2)
    with app.app_context(), store_scope(store_id):
        assert db.session.scalars(select(Exchange.status)).all() == ["draft"]


def test_trouble_at_the_provider_charges_nothing_and_saves_the_exchange(
    ada: Browser, provider: Provider, html_pages: HtmlPages
) -> None:
    provider.will("status", status=503)
    status = press(ada, to_review(ada))
    trouble = ada.get(status)
    for words in ("The payment page could not be opened.", "Nothing was charged and your exchange is saved."):
        assert trouble.text.count(words) == 1
    assert "paid already" not in trouble.text
    assert_page(trouble.text)
    html_pages.add("paying-trouble", trouble.text)
    assert ada.send(status, {}, to=f"{status}/pay").location.startswith(provider.url)


def test_a_second_press_after_a_while_opens_another_page(
    app: Flask, ada: Browser, provider: Provider, today: time_machine.Traveller
) -> None:
    provider.will("status", status=503)
    status = press(ada, to_review(ada))
    today.shift(16 * 60)
    assert ada.send(status, {}, to=f"{status}/review").location.startswith(provider.url)
    with app.app_context():
        tries = db.session.scalars(select(Payment.attempt), execution_options={"all_stores": True})
        assert list(tries) == [1, 2]


def test_the_fourth_page_is_refused_in_plain_words(ada: Browser) -> None:
    review = to_review(ada)
    status = review.removesuffix("/review")
    for _ in range(3):
        press(ada, review)
        assert ada.send(status, {}, to=f"{status}/pay/back").location == review
    seen = re.search(r'name="quote_hash" value="([^"]+)"', ada.get(review).text)
    assert seen
    refused = ada.send(review, {"quote_hash": seen[1]})
    assert refused.status_code == 409
    assert "You have tried to pay several times within an hour. Nothing was charged" in refused.text
    assert_page(refused.text)


def test_stuck_at_the_provider_it_says_so_and_stays(ada: Browser, provider: Provider) -> None:
    review = to_review(ada)
    status = review.removesuffix("/review")
    press(ada, review)
    provider.will("status", status=503)
    provider.will("status", status=503)
    stuck = ada.send(status, {}, to=f"{status}/pay/back")
    assert stuck.status_code == 503
    assert "nothing was changed" in stuck.text
    assert "Waiting for your payment" in ada.get(status).text


def test_a_page_that_ended_leads_back_to_review(
    app: Flask, ada: Browser, today: time_machine.Traveller
) -> None:
    review = to_review(ada)
    status = review.removesuffix("/review")
    press(ada, review)
    watch(app, today, 46 * 60)
    assert ada.get(status).location == review
    assert "Nothing was charged" in ada.get(review).text


def test_a_page_that_ended_is_gone_on_with_on_another_device(
    app: Flask, ada: Browser, today: time_machine.Traveller
) -> None:
    review = to_review(ada)
    status = review.removesuffix("/review")
    phone, stranger = Browser(app), Browser(app)
    assert phone.send(status, {"email_or_postcode": "ada@example.com"}).status_code == 422  # never confirmed
    press(ada, review)
    watch(app, today, 46 * 60)
    assert stranger.send(status, {"email_or_postcode": "eve@example.com"}).status_code == 422
    assert phone.send(status, {"email_or_postcode": "ada@example.com"}).location == status
    assert phone.get(status).location == review
    assert PAY_AND_CONFIRM in phone.get(review).text
    assert Browser(app).find("AC-1001").location == f"{status}/items"
    assert stranger.get(review).status_code == 404

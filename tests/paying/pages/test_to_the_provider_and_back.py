"""Screen 5 in a browser: to the provider, back, refresh, a second tab; each shows the one true state."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import time_machine
from flask import Flask
from sqlalchemy import select

from app.models import Exchange, Payment, db, store_scope
from app.services.connector_settings import connect_store, disconnect_store
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_fragment, assert_page
from tests.paying.pages.at_the_till import PAY_AND_CONFIRM, POLLING, pay_there, press, to_review, watch
from tests.paying.shop_with_till import GOOD, PayingShop, Provider
from tests.payments.fake_stripe import fake_stripe
from tests.payments.mailbox import open_mailbox
from tests.payments.providers import PageShoppers
from tests.web.browsing import Browser


def test_from_review_over_the_provider_to_the_confirmation(
    app: Flask, ada: Browser, today: time_machine.Traveller, provider: Provider, html_pages: HtmlPages
) -> None:
    review = to_review(ada)
    shown = ada.get(review)
    assert PAY_AND_CONFIRM in shown.text
    assert "Confirm exchange" not in shown.text
    policy = shown.headers["Content-Security-Policy"]
    assert f"form-action 'self' {provider.url};" in policy
    page = press(ada, review)
    assert page.startswith(f"{provider.url}/pay/")
    back = pay_there(page)
    assert back == f"http://localhost{review.removesuffix('/review')}"
    waiting = ada.get(back)
    assert "Waiting for your payment" in waiting.text
    assert_page(waiting.text)
    html_pages.add("paying", waiting.text)
    poll = re.search(r'data-hx-get="([^"]+)"', waiting.text)
    assert poll
    part = ada.get(poll[1], headers=POLLING)
    assert_fragment(part.text)
    assert "HX-Refresh" not in part.headers
    watch(app, today)
    assert ada.get(poll[1], headers=POLLING).headers["HX-Refresh"] == "true"
    done = ada.get(back)
    assert "Your exchange is confirmed" in done.text
    said = "This amount is reserved. It is charged when the shop has taken the exchange."
    with app.app_context(), store_scope(1):
        reference = db.session.scalars(select(Exchange.reference)).one()
    statement = f"Your card's statement shows it with {reference}."
    assert f"{said} {statement}" in unescape(done.text)
    assert statement in unescape(waiting.text)
    assert "form-action 'self';" in done.headers["Content-Security-Policy"]


def test_looking_and_coming_back_change_nothing(app: Flask, ada: Browser, provider: Provider) -> None:
    status = to_review(ada).removesuffix("/review")
    press(ada, f"{status}/review")
    asked = len(provider.requests("/v1"))
    for _ in range(3):
        assert ada.get(status).status_code == 200
        assert ada.get(f"{status}?awaits=payment", headers=POLLING).status_code == 200
    assert len(provider.requests("/v1")) == asked


def test_every_page_of_the_draft_leads_to_the_frozen_one(ada: Browser) -> None:
    review = to_review(ada)
    status = review.removesuffix("/review")
    page = press(ada, review)
    for path in (review, f"{status}/items", ada.find("AC-1001").location):
        assert ada.get(path, follow_redirects=True).request.path == status, path
    again = ada.send(status, {}, to=review)
    assert again.location == page
    assert ada.send(status, {}, to=f"{status}/pay").location == page


def test_going_back_to_the_exchange_and_choosing_a_card_instead(ada: Browser, provider: Provider) -> None:
    review = to_review(ada)
    status = review.removesuffix("/review")
    press(ada, review)
    back = ada.send(status, {}, to=f"{status}/pay/back")
    assert back.location == review
    shown = ada.get(review)
    assert "You came back from paying. Nothing was charged" in shown.text
    assert PAY_AND_CONFIRM in shown.text
    assert_page(shown.text)
    item = re.search(r'href="([^"]+/replacement/\d+|[^"]+/items/\d+)"', shown.text)
    assert item
    done = ada.send(item[1], {"reason": "changed_mind", "outcome": "gift_card", "action": "continue"})
    status = press(ada, done.location)
    assert "Your exchange is confirmed" in ada.get(status).text


def test_the_sum_and_the_state_are_the_frozen_ones(app: Flask, ada: Browser, till: PayingShop) -> None:
    review = to_review(ada)
    press(ada, review)
    with app.app_context(), store_scope(till.acme.store_id):
        row = db.session.scalars(select(Exchange).where(Exchange.status == "awaiting_payment")).one()
        assert row.amount_due == 1022
    assert "You pay $10.22." in ada.get(review.removesuffix("/review")).text


def test_nobody_else_can_pay_or_leave(app: Flask, ada: Browser) -> None:
    status = to_review(ada).removesuffix("/review")
    press(ada, f"{status}/review")
    stranger = Browser(app)
    for act in ("pay", "pay/back"):
        answer = stranger.post(f"{status}/{act}", {"csrf_token": stranger.token("/acme/")})
        assert answer.status_code == 404


def test_without_anything_due_nothing_speaks_of_paying(ada: Browser, provider: Provider) -> None:
    review = to_review(ada, "L")
    shown = ada.get(review)
    assert "Confirm exchange" in shown.text
    assert provider.url not in shown.headers["Content-Security-Policy"]
    assert "Your exchange is confirmed" in ada.get(press(ada, review)).text


def test_stripe_is_paid_the_same_way(
    app: Flask, till: PayingShop, ada: Browser, today: time_machine.Traveller
) -> None:
    signing = "whsec_only_for_tests"
    with open_mailbox() as mailbox, fake_stripe("sk_test_only", signing, mailbox.url) as stripe:
        settings = {"url": stripe.url, "pages": stripe.url}
        with app.app_context():
            disconnect_store(till.acme.store_id, "cards", datetime.now(UTC))
            connections, secret = app.extensions["evenly.connections"], f"sk_test_only {signing}"
            connect_store(connections, till.acme.store_id, "stripe", settings, secret, datetime.now(UTC))
        page = press(ada, to_review(ada))
        assert page.startswith(stripe.url)
        PageShoppers().pay(page, GOOD)
        watch(app, today)
        with app.app_context(), store_scope(till.acme.store_id):
            till.send()
            row = db.session.scalars(select(Payment)).one()
            assert (row.gateway, row.state, row.captured) == ("stripe", "captured", 1022)

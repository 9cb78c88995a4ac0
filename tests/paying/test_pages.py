"""Screen 5 in a browser: to the provider, back, refresh, a second tab; each shows the one true state."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape

import httpx2
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.models import Exchange, Payment, db, store_scope
from app.sandbox.payments import WEBHOOK_SECRET
from app.services.agent_decisions import Decision, approve
from app.services.connector_settings import connect_store, disconnect_store
from app.services.moving import ask_for_attention
from app.services.payment_watch import look_at_all_due
from tests.console.desk import Desk, make_agent
from tests.factories import NOW, Bought, make_order, make_store
from tests.faults.behaviours import says
from tests.faults.peer import Peer
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_fragment, assert_page
from tests.paying.shop_with_till import GOOD, PayingShop, Provider, new_shop, running_provider
from tests.payments.fake_stripe import fake_stripe
from tests.payments.mailbox import open_mailbox
from tests.payments.providers import PageShoppers
from tests.services.dispatch_cases import Acme, Clock
from tests.web.browsing import Browser

POLLING = {"HX-Request": "true", "HX-Request-Type": "partial"}
PAY_AND_CONFIRM = "Pay $10.22 and confirm"


class Now(Clock):
    """The machine's own clock, which the test has set."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def today() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def provider(today: time_machine.Traveller) -> Iterator[Provider]:
    with running_provider(Now()) as running:
        yield running


@pytest.fixture
def till(app: Flask, peer: Peer, provider: Provider) -> PayingShop:
    """The store with its till, and order AC-1001 of ada@example.com."""
    with app.app_context():
        store_id = make_store()
        with store_scope(store_id):
            shop = new_shop(store_id, peer, provider, Now(), app.extensions["evenly.connections"].box)
            make_order(store_id, Bought(shop.acme.parka["Navy / M"], discount=1290, tax=958))
        db.session.remove()
    return shop


@pytest.fixture
def ada(app: Flask, till: PayingShop) -> Browser:
    return Browser(app)


def to_review(browser: Browser, size: str = "XL") -> str:
    draft = browser.find("AC-1001").location
    line = browser.get(draft).text.partition('name="line" value="')[2].partition('"')[0]
    item = browser.send(draft, {"line": line, f"quantity-{line}": "1"}).location
    wish = {"reason": "too_small", "outcome": "variant", "option-0": "Navy", "option-1": size}
    return browser.send(item, wish | {"action": "continue"}).location


def press(browser: Browser, review: str) -> str:
    """Confirm what Review shows: where that leads."""
    seen = re.search(r'name="quote_hash" value="([^"]+)"', browser.get(review).text)
    assert seen
    answer = browser.send(review, {"quote_hash": seen[1]})
    assert answer.status_code == 303, answer.text
    return answer.location


def pay_there(page: str) -> str:
    """Pay on the provider's page: where the provider sends the browser."""
    answer = httpx2.post(page, data={"card": GOOD}, trust_env=False)
    assert answer.status_code == 303
    return answer.headers["location"]


def watch(app: Flask, today: time_machine.Traveller, seconds: int = 6) -> None:
    today.shift(seconds)
    with app.app_context():
        look_at_all_due(app.extensions["evenly.cashier"], datetime.now(UTC))


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


@pytest.mark.parametrize(("policy", "words"), [({"collect": "later"}, "collects this amount later")])
def test_collected_later_is_said_before_and_after(
    app: Flask, till: PayingShop, ada: Browser, policy: dict[str, str], words: str
) -> None:
    with app.app_context(), store_scope(till.acme.store_id):
        till.acme.set_policy(**policy)
    review = to_review(ada)
    assert words in ada.get(review).text
    assert words in ada.get(press(ada, review)).text


def news(page: str, secret: str = WEBHOOK_SECRET) -> tuple[bytes, dict[str, str]]:
    """A message of the provider's about a page, signed with this secret."""
    body = json.dumps({"type": "page.authorised", "data": {"page": page}}).encode()
    stamp = str(int(datetime.now(UTC).timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = hmac.new(key, b".".join((b"msg_1", stamp.encode(), body)), hashlib.sha256).digest()
    return body, {
        "webhook-id": "msg_1",
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
        "content-type": "application/json",
    }


def test_a_signed_message_has_the_record_looked_at_and_a_forged_one_does_not(
    app: Flask, ada: Browser
) -> None:
    page = press(ada, to_review(ada)).rpartition("/")[2]
    pay_there_at = datetime.now(UTC)

    def due() -> bool:
        with app.app_context():
            found = db.session.scalars(select(Payment.next_look_at), execution_options={"all_stores": True})
            return (found.one() or pay_there_at) <= pay_there_at

    forged, headers = news(page, "whsec_" + base64.b64encode(b"somebody else entirely").decode())
    assert ada.client.post("/hooks/v1/acme/cards", data=forged, headers=headers).status_code == 401
    assert not due()
    body, headers = news(page)
    assert ada.client.post("/hooks/v1/acme/stripe", data=body, headers=headers).status_code == 404
    assert ada.client.post("/hooks/v1/nowhere/cards", data=body, headers=headers).status_code == 404
    for _ in range(2):
        told = ada.client.post("/hooks/v1/acme/cards", data=body, headers=headers)
        assert (told.status_code, told.json) == (200, {"outcome": "taken"})
        assert due()
    body, headers = news("pg_" + "0" * 32)
    told = ada.client.post("/hooks/v1/acme/cards", data=body, headers=headers)
    assert told.json == {"outcome": "ignored: it is about no payment of this store"}


def test_the_sum_and_the_state_are_the_frozen_ones(app: Flask, ada: Browser, till: PayingShop) -> None:
    review = to_review(ada)
    press(ada, review)
    with app.app_context(), store_scope(till.acme.store_id):
        row = db.session.scalars(select(Exchange).where(Exchange.status == "awaiting_payment")).one()
        assert row.amount_due == 1022
    assert "You pay $10.22." in ada.get(review.removesuffix("/review")).text


def test_an_agent_sees_all_money_of_an_exchange(
    app: Flask, till: PayingShop, ada: Browser, today: time_machine.Traveller, html_pages: HtmlPages
) -> None:
    status = to_review(ada).removesuffix("/review")
    pay_there(press(ada, f"{status}/review"))
    watch(app, today)
    with app.app_context(), store_scope(till.acme.store_id):
        till.send()
        row = db.session.scalars(select(Exchange)).one()
        reference, state = row.reference, row.status
    assert state == "placed"
    desk = Desk(app)
    desk.sign_in("agent@acme.example", make_agent(app, till.acme.store_id, "agent@acme.example"))
    page = desk.get(f"/console/exchanges/{reference}").text
    assert_page(page)
    html_pages.add("console-money", page)
    money = page.partition('id="money"')[2].partition("</section>")[0]
    told = " ".join(re.sub(r"<[^>]+>", " ", money).split())
    assert "$10.22 at cards: taken" in told
    assert told.index("Reserved: $10.22") < told.index("Taken: $10.22")
    assert "/pay/pg_" not in page
    assert "You have paid this amount." in ada.get(status).text


def test_what_came_to_nothing_is_told_to_the_shopper(
    app: Flask, till: PayingShop, ada: Browser, today: time_machine.Traveller
) -> None:
    with app.app_context(), store_scope(till.acme.store_id):
        till.acme.set_policy(undo_minutes=15)
    status = to_review(ada).removesuffix("/review")
    pay_there(press(ada, f"{status}/review"))
    watch(app, today)
    assert ada.send(status, {}, to=f"{status}/cancel").location == status
    assert "Nothing was charged and nothing needs to be sent back." in ada.get(status).text


def test_a_yes_is_paid_by_its_link(app: Flask, till: PayingShop, ada: Browser, provider: Provider) -> None:
    with app.app_context(), store_scope(till.acme.store_id):
        till.acme.set_policy(value_review_limit=5000)
    review = to_review(ada)
    assert "Once the shop has said yes you pay by a link" in ada.get(review).text
    status = press(ada, review)
    assert "by a link that we send you once the shop has said yes" in ada.get(status).text
    with app.app_context(), store_scope(till.acme.store_id):
        exchange_id = db.session.scalars(select(Exchange.id)).one()
        approve(exchange_id, Decision("desk", "fine"), datetime.now(UTC))
    page = ada.get(status)
    assert "The shop has said yes" in page.text
    assert_page(page.text)
    assert ada.send(status, {}, to=f"{status}/pay").location.startswith(provider.url)
    assert ada.send(status, {}, to=f"{status}/pay/back").location == status
    assert "This exchange was cancelled" in ada.get(status).text


def test_after_a_lapse_the_link_says_what_there_is_to_do(
    app: Flask, till: PayingShop, ada: Browser, today: time_machine.Traveller, peer: Peer
) -> None:
    peer.script.append(says(b"no", 422))
    review = to_review(ada)
    status = review.removesuffix("/review")
    pay_there(press(ada, review))
    watch(app, today)
    with app.app_context(), store_scope(till.acme.store_id):
        till.send()
    watch(app, today, int(timedelta(days=6, minutes=10).total_seconds()))
    with app.app_context(), store_scope(till.acme.store_id):
        exchange_id = db.session.scalars(select(Exchange.id)).one()
        approve(exchange_id, Decision("desk", "fine"), datetime.now(UTC))
        ask_for_attention(db.session.get_one(Exchange, exchange_id), "Something else.", "desk", NOW)
        db.session.commit()
    ada.find("AC-1001")
    page = ada.get(status).text
    assert "The shop has said yes" in page
    assert "needs a person" not in page
    assert "Pay $10.22" in page


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

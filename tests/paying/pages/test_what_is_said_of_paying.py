"""What shopper and agent read of money that is paid later, by a link, not at all, or has been taken."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.models import Exchange, db, store_scope
from app.services.agent_decisions import Decision, approve
from app.services.moving import ask_for_attention
from tests.console.desk import Desk, make_agent
from tests.factories import NOW
from tests.faults.behaviours import says
from tests.faults.peer import Peer
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.paying.pages.at_the_till import pay_there, press, to_review, watch
from tests.paying.shop_with_till import PayingShop, Provider
from tests.web.browsing import Browser


@pytest.mark.parametrize(("policy", "words"), [({"collect": "later"}, "collects this amount later")])
def test_collected_later_is_said_before_and_after(
    app: Flask, till: PayingShop, ada: Browser, policy: dict[str, str], words: str
) -> None:
    with app.app_context(), store_scope(till.acme.store_id):
        till.acme.set_policy(**policy)
    review = to_review(ada)
    assert words in ada.get(review).text
    assert words in ada.get(press(ada, review)).text


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

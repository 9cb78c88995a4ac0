"""The exchange page where mail is sent: what it shows of a mail, and sending one again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.exchange_status import Status
from app.domain.letter import MailKind
from app.models import Exchange, db, store_scope, writing
from app.services.mailing import enqueue_mail
from tests.console.cases import make_exchange
from tests.console.desk import Desk
from tests.faults.mail_server import MailServer
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.app_with_mail import app, post, send
from tests.web.conftest import Shop

__all__ = ["app", "post"]


SEEN = re.compile(r'name="seen" value="(\d+)"')


@pytest.fixture
def reference(app: Flask, shop: Shop) -> str:
    return make_exchange(app, shop.store_id, "AC-2001", review=True, email="canary@example.com")


def test_a_mail_is_sent_again_at_the_press_of_a_button(
    app: Flask, desk: Desk, reference: str, post: MailServer, html_pages: HtmlPages
) -> None:
    send(app)
    place = f"/console/exchanges/{reference}"
    page = desk.get(place).text
    assert_page(page)
    html_pages.add("exchange with a mail", page)
    assert "Confirmation mail" in page
    assert "We have your request" in page
    (seen,) = SEEN.findall(page)
    for _ in range(2):  # the second press comes when the mail has left already
        form = {"kind": "confirmation", "seen": seen}
        assert desk.send(place, form, to=f"{place}/mail").status_code == 303
        send(app)
    assert [mail.recipients for mail in post.mails] == [("canary@example.com",)] * 2
    asked_anew = {"kind": "confirmation", "seen": SEEN.findall(desk.get(place).text)[0]}
    assert desk.send(place, asked_anew, to=f"{place}/mail").status_code == 303
    send(app)
    assert len(post.mails) == 3


@pytest.mark.parametrize("kind", ["", "links", "shipped", "<b>"])
def test_only_what_is_offered_is_sent(kind: str, desk: Desk, reference: str) -> None:
    place = f"/console/exchanges/{reference}"
    answer = desk.send(place, {"kind": kind}, to=f"{place}/mail")
    assert answer.status_code == 422
    assert "Say which mail to send again." in answer.text


def test_a_card_that_was_not_given_from_here_is_refused_in_place(desk: Desk, reference: str) -> None:
    place = f"/console/exchanges/{reference}"
    answer = desk.send(place, {"kind": "gift_card"}, to=f"{place}/mail")
    assert answer.status_code == 409
    assert "has been given no gift card from here" in answer.text


@pytest.mark.parametrize("kind", ["pay_link", "payment_failed"])
def test_what_tells_of_paying_only_while_it_is_not_paid(desk: Desk, reference: str, kind: str) -> None:
    place = f"/console/exchanges/{reference}"
    answer = desk.send(place, {"kind": kind}, to=f"{place}/mail")
    assert answer.status_code == 409
    assert "this mail would tell what is not so" in answer.text


def test_the_link_to_pay_and_that_a_payment_failed(
    app: Flask, shop: Shop, desk: Desk, reference: str, post: MailServer
) -> None:
    send(app)
    with app.app_context(), store_scope(shop.store_id), writing():
        row = db.session.scalars(select(Exchange).where(Exchange.reference == reference)).one()
        row.status, row.amount_due = Status.AWAITING_PAYMENT, 2100
        until = row.pay_until = datetime.now(UTC) + timedelta(days=3)
        facts = {"amount": 2100, "until": until.isoformat()}
        enqueue_mail(row, MailKind.PAY_LINK, datetime.now(UTC), occasion="1", **facts)
        enqueue_mail(row, MailKind.PAYMENT_FAILED, datetime.now(UTC), occasion="1")
    send(app)
    place = f"/console/exchanges/{reference}"
    page = desk.get(place).text
    assert "Send the link to pay" in page
    assert "Send that the payment failed" in page
    for kind in ("pay_link", "payment_failed"):
        assert desk.send(place, {"kind": kind}, to=f"{place}/mail").status_code == 303
    send(app)
    subjects = [mail.message["Subject"] for mail in post.mails[1:]]
    assert len(subjects) == 4
    assert subjects[:2] == subjects[2:]

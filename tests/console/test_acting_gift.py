"""T10: an agent exchanges a gift for who received it, on screens without amounts; the giver is never told."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.domain.letter import MailKind
from app.models import Dispatch, Purpose, Role, db, store_scope
from app.services.mailing import turn_on
from tests.console.acting_steps import WHY, at_a_desk, full_trail, trail
from tests.factories import Bought, make_order
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.shopper.form_tab import FormTab
from tests.shopper.tab import heading, text_of
from tests.web.gift_cases import OWN, Gift, assert_private, by_code, gift, say_who, to_review

__all__ = ["gift"]
MOSS = {"Colour": "Moss", "Size": "M"}


@pytest.fixture
def desk(app: Flask, gift: Gift, html_pages: HtmlPages) -> FormTab:
    """Ana's tab; of its pages those of the recipient's view are searched for amounts and the giver."""

    def judge(answer: TestResponse) -> None:
        assert_page(answer.text)
        html_pages.add(answer.request.path, answer.text)
        if "/acting/gifts/" in answer.request.path:
            gift.seen.append(answer)

    with app.app_context():
        turn_on(db.engine)
    return at_a_desk(app, gift.store_id, "ana@acme.example", Role.AGENT, judge)


def act(tab: FormTab, order_id: int, button: str = "Exchange for who received it") -> str:
    """From the order's page to the recipient's screens: the draft's public id."""
    tab.open(f"/console/orders/{order_id}")
    tab.fill("Why you act for them", WHY)
    tab.press(button)
    assert tab.status == 200
    return tab.path.split("/")[4]


def mails(gift: Gift) -> list[tuple[str, str]]:
    """Kind and address of every mail that is queued."""
    with gift.app.app_context(), store_scope(gift.store_id):
        rows = db.session.scalars(select(Dispatch).where(Dispatch.purpose == Purpose.MAIL))
        return [(row.message["kind"], row.message["to"]) for row in rows]


def acts(gift: Gift, public_id: str) -> list[tuple[str, str]]:
    """The trail with agents named by no number."""
    done = trail(gift.app, gift.store_id, public_id)
    return [(re.sub(r"[0-9]+", "N", actor), act) for actor, act in done]


def giver(gift: Gift) -> FormTab:
    """Whoever bought it, looking at their order."""
    tab = FormTab(gift.app)
    tab.open("/acme/")
    tab.fill("Order number", "GF-1001")
    tab.fill("Email or postcode", "gwen@giver.example")
    tab.press("Find my order")
    return tab


def test_from_the_orders_page_to_its_end(gift: Gift, desk: FormTab) -> None:
    public_id = act(desk, gift.order_id)
    bar = text_of(desk, "acting") or ""
    assert all(words in bar for words in ("who received this gift", "GF-1001", "Hand over"))
    to_review(desk, MOSS)
    assert desk.path == f"/console/acting/gifts/{public_id}/review"
    for fact in ("rita@recipient.example", "9 Quay St"):
        assert fact in desk.html
    desk.press("Confirm exchange")
    assert heading(desk) == "Your exchange is confirmed"
    assert desk.path == f"/console/acting/gifts/{public_id}"
    assert_private(gift)
    agent = "agent:N for shopper"
    assert list(dict.fromkeys(acts(gift, public_id))) == [
        (agent, "acting for a gift's recipient"),
        (agent, "items chosen"),
        (agent, "replacement chosen"),
        (agent, "recipient named"),
        (agent, "submitted"),
    ]
    looked = [act for _, act, _ in full_trail(gift.app, gift.store_id, public_id)]
    assert {"viewed", "people shown"} <= set(looked)
    assert mails(gift) == [(MailKind.CONFIRMATION, OWN["Your email"])]
    bought = giver(gift)
    assert "This order is already being exchanged" in bought.html
    assert [word for word in ("rita", "Rita", "Quay", public_id) if word in bought.html] == []
    recipient = FormTab(gift.app)
    by_code(recipient)
    assert recipient.path.endswith(f"/gifts/{public_id}")  # what the agent confirmed is theirs


def test_each_view_opens_its_own_draft_and_no_other(gift: Gift, desk: FormTab) -> None:
    theirs = act(desk, gift.order_id)
    buyers = act(desk, gift.order_id, "Exchange for this shopper")
    assert buyers != theirs
    desk.open(f"/console/orders/{gift.order_id}")
    assert "for who received it" in (text_of(desk, "begun-1") or "")
    assert "for who received it" not in (text_of(desk, "begun-2") or "")
    assert act(desk, gift.order_id) == theirs  # colleagues go on with it
    wrong = (f"exchanges/{theirs}", f"gifts/{buyers}")
    for path in (f"{place}/{page}".rstrip("/") for place in wrong for page in ("items", "review", "")):
        desk.open(f"/console/acting/{path}")
        assert desk.status == 404, path
    for page in ("exceptions", "hand-over"):
        desk.open(f"/console/acting/exchanges/{theirs}/{page}")
        assert desk.status == 200


def test_it_is_handed_over_in_the_recipients_view_and_taken_back(gift: Gift, desk: FormTab) -> None:
    public_id = act(desk, gift.order_id)
    desk.follow("Hand over")
    desk.press("Hand over")
    assert "Send it to" not in desk.html.partition("Whoever has it")[0]  # nobody has said an address yet
    desk.press("Take it back")
    desk.follow("Go on choosing")
    to_review(desk, MOSS)
    desk.follow("Hand over")
    desk.press("Hand over")
    link = urlsplit(text_of(desk, "link") or "").path
    desk.press("Send it to")
    assert mails(gift) == [(MailKind.HAND_OVER, OWN["Your email"])]
    assert public_id not in giver(gift).path
    recipient = gift.tab()
    recipient.open(link)
    recipient.press("Continue")
    assert recipient.path == f"/acme/gifts/{public_id}/items"
    assert ("gift recipient", "opened by the recipient") in acts(gift, public_id)
    desk.open(f"/console/acting/gifts/{public_id}/review")
    assert desk.path.endswith("/hand-over")  # not the agent's to change
    desk.press("Take it back")
    recipient.open(f"/acme/gifts/{public_id}/review")
    assert heading(recipient) == "The shop is choosing for you"
    recipient.press("Choose for myself instead")
    assert recipient.path.startswith("/acme/gifts/")
    assert public_id not in recipient.path
    say = recipient.path.replace("/items", "/recipient")
    recipient.open(say)
    say_who(recipient)
    assert_private(gift)


def test_what_a_recipient_got_in_exchange_opens_in_their_view_alone(gift: Gift, desk: FormTab) -> None:
    with gift.app.app_context(), store_scope(gift.store_id):
        made = {"is_gift": True, "parent_id": gift.order_id, "email": OWN["Your email"]}
        child = make_order(gift.store_id, Bought(title="Field Cap", words="Red"), number="GF-1001-E", **made)
        db.session.remove()
    desk.open(f"/console/orders/{child}")
    assert "Exchange for this shopper" not in desk.html
    desk.send(f"{desk.path}/act-for", {"acting-reason": WHY})
    assert desk.status == 409
    act(desk, child)
    assert desk.path.startswith("/console/acting/gifts/")

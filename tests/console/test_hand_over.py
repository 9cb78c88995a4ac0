"""A draft goes to the shopper by a signed link and back: what either chose is kept, and told apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.cli.worker import dispatcher_of
from app.connectors.mail.connector import Post
from app.connectors.mail.server import MailServer as ServerAddress
from app.models import Dispatch, Exchange, Hold, LinkKey, Role, db, store_scope
from app.services.connector_settings import Connections
from app.services.dispatching import send_all_due
from app.services.mailing import turn_on
from app.web.mails import writer_of
from tests.console.acting_steps import act_for, at_a_desk, choose_parka, full_trail, trail
from tests.console.cases import connect
from tests.faults.mail_server import Arrived, MailServer
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.shopper.form_tab import FormTab
from tests.shopper.tab import heading, sum_rows, text_of
from tests.web.conftest import Shop


@dataclass(frozen=True)
class Both:
    """An agent's tab with a parka chosen, the shopper's empty one, and the draft they share."""

    agent: FormTab
    shopper: FormTab
    public_id: str

    def hand_over(self) -> str:
        """The path of the link that the agent copies."""
        self.agent.follow("Hand over")
        self.agent.press("Hand over")
        assert heading(self.agent) == "The shopper has it now"
        return urlsplit(text_of(self.agent, "link") or "").path

    def open_link(self, path: str) -> None:
        self.shopper.open(path)
        self.shopper.press("Continue")


@pytest.fixture
def both(app: Flask, shop: Shop, html_pages: HtmlPages) -> Both:
    connect(app, shop.store_id)

    def judge(answer: object) -> None:
        assert_page(answer.text)  # type: ignore[attr-defined]
        html_pages.add(answer.request.path, answer.text)  # type: ignore[attr-defined]

    agent = at_a_desk(app, shop.store_id, "ana@acme.example", Role.AGENT, judge)
    public_id = act_for(agent, shop.order_id)
    choose_parka(agent)
    return Both(agent, FormTab(app, judge), public_id)


def find(tab: FormTab) -> None:
    tab.open("/acme/")
    tab.fill("Order number", "AC-1001")
    tab.fill("Email or postcode", "ada@example.com")
    tab.press("Find my order")


def agents(entries: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The trail with agents named by no number."""
    return [(re.sub(r"[0-9]+", "N", actor), act) for actor, act in entries]


def sizes(app: Flask, shop: Shop) -> list[int]:
    """What is held, by variant."""
    with app.app_context(), store_scope(shop.store_id):
        found = list(db.session.scalars(select(Hold.variant_id)))
        db.session.remove()
    return found


def test_the_shopper_goes_on_where_the_agent_was_and_confirms(app: Flask, shop: Shop, both: Both) -> None:
    both.agent.open(f"/console/acting/exchanges/{both.public_id}/review")
    reviewed = sum_rows(both.agent)
    both.open_link(both.hand_over())
    assert both.shopper.path == f"/acme/exchanges/{both.public_id}/items"
    both.shopper.press("Continue")
    assert heading(both.shopper) == "Check your exchange"
    assert sum_rows(both.shopper) == reviewed
    both.shopper.press("Confirm exchange")
    assert heading(both.shopper) == "Your exchange is confirmed"
    assert agents(trail(app, shop.store_id, both.public_id)) == [
        ("agent:N for shopper", "acting for the shopper"),
        ("agent:N for shopper", "items chosen"),
        ("agent:N for shopper", "replacement chosen"),
        ("agent:N for shopper", "handed over"),
        ("shopper", "opened by the shopper"),
        ("shopper", "items chosen"),
        ("shopper", "submitted"),
    ]
    both.agent.open(f"/console/acting/exchanges/{both.public_id}/hand-over")
    assert heading(both.agent) == "Your exchange is confirmed"


def test_it_is_found_without_the_link_too(both: Both) -> None:
    both.hand_over()
    find(both.shopper)
    assert both.public_id in both.shopper.path


def test_before_it_is_handed_over_the_shopper_has_none_of_it(both: Both) -> None:
    find(both.shopper)
    assert both.public_id not in both.shopper.path


def test_what_is_handed_over_is_not_the_agents_to_change(app: Flask, shop: Shop, both: Both) -> None:
    both.agent.open(f"/console/acting/exchanges/{both.public_id}/items")
    items, token = both.agent.path, both.agent.token
    both.hand_over()
    before = trail(app, shop.store_id, both.public_id)
    for page in ("items", "review", "address", "exceptions", ""):
        both.agent.open(f"/console/acting/exchanges/{both.public_id}/{page}".rstrip("/"))
        assert both.agent.path.endswith("/hand-over")
    both.agent.send(items, {"csrf_token": token, "line": "1"})
    assert both.agent.path.endswith("/hand-over")
    assert trail(app, shop.store_id, both.public_id) == before


def test_taken_back_it_keeps_what_the_shopper_chose(app: Flask, shop: Shop, both: Both) -> None:
    both.open_link(both.hand_over())
    item = both.shopper.path.removesuffix("/items")
    both.shopper.press("Continue")
    both.shopper.follow("Change the exchange of Ridge Parka")
    both.shopper.pick("Size", "XL")
    both.shopper.press("Continue")
    both.agent.open(f"/console/acting/exchanges/{both.public_id}/hand-over")
    assert "opened it" in (text_of(both.agent, "who-has-it") or "")
    both.agent.press("Take it back")
    both.agent.open(f"/console/acting/exchanges/{both.public_id}/review")
    assert "Navy · XL" in both.agent.html
    assert sizes(app, shop) == [shop.variants["Navy / XL"]]
    both.shopper.open(f"{item}/review")
    assert (both.shopper.status, heading(both.shopper)) == (409, "The shop is choosing for you")
    both.agent.press("Confirm exchange")
    who = [actor for actor, act in agents(trail(app, shop.store_id, both.public_id)) if "replacement" in act]
    assert who == ["agent:N for shopper", "shopper"]


def test_a_page_that_was_open_changes_nothing_once_it_is_taken_back(
    app: Flask, shop: Shop, both: Both
) -> None:
    both.open_link(both.hand_over())
    both.shopper.press("Continue")
    both.agent.press("Take it back")
    both.shopper.press("Confirm exchange")
    assert (both.shopper.status, heading(both.shopper)) == (409, "The shop is choosing for you")
    both.shopper.press("Choose for myself instead")
    assert both.shopper.path.endswith("/items")
    assert both.public_id not in both.shopper.path
    assert "submitted" not in [act for _, act in trail(app, shop.store_id, both.public_id)]


def test_leaving_lets_go_of_nothing_that_an_agent_took_back(app: Flask, shop: Shop, both: Both) -> None:
    both.open_link(both.hand_over())
    both.agent.press("Take it back")
    find(both.shopper)
    both.shopper.press("Leave this order")
    assert sizes(app, shop) == [shop.variants["Navy / L"]]


def test_the_link_is_signed_by_the_stores_own_key(app: Flask, shop: Shop, both: Both) -> None:
    path = both.hand_over()
    assert path.startswith("/acme/l/v1.k1.AC-1001.buyer.")
    both.shopper.open(path.replace("buyer", "gift"))
    assert both.shopper.status == 404
    both.agent.press("Take it back")
    both.hand_over()
    with app.app_context(), store_scope(shop.store_id):
        assert db.session.scalar(select(func.count(LinkKey.id))) == 1
        db.session.remove()


def test_one_of_two_baskets_wins_and_the_other_sees_what_was_sent(app: Flask, shop: Shop, both: Both) -> None:
    """R2: the agent chose L, the shopper has a draft of their own with XL; the shopper presses first."""
    find(both.shopper)
    both.shopper.tick("Ridge Parka")
    both.shopper.press("Continue")
    both.shopper.pick("What is wrong with it?", "It is too small")
    both.shopper.pick("Colour", "Navy")
    both.shopper.pick("Size", "XL")
    both.shopper.press("Continue")
    both.shopper.press("Confirm exchange")
    sent = text_of(both.shopper, "reference")
    both.agent.press("Confirm exchange")
    assert heading(both.agent) == "Your exchange is confirmed"
    assert text_of(both.agent, "reference") == sent
    assert "Navy · XL" in both.agent.html
    with app.app_context(), store_scope(shop.store_id):
        assert db.session.scalar(select(func.count(Dispatch.id))) == 1
        occupying = select(func.count(Exchange.id)).where(Exchange.occupies_order)
        assert db.session.scalar(occupying) == 1
        db.session.remove()


def test_the_agent_wins_and_the_shopper_sees_what_was_sent(both: Both) -> None:
    find(both.shopper)
    both.shopper.tick("Ridge Parka")
    both.shopper.press("Continue")
    both.shopper.pick("What would you like instead?", "A gift card")
    both.shopper.pick("What is wrong with it?", "It is too small")
    both.shopper.press("Continue")
    both.agent.press("Confirm exchange")
    both.shopper.press("Confirm exchange")
    assert heading(both.shopper) == "Your exchange is confirmed"
    assert text_of(both.shopper, "reference") == text_of(both.agent, "reference")
    assert both.shopper.path.startswith("/acme/")


@pytest.fixture
def post() -> Iterator[MailServer]:
    with MailServer() as post:
        yield post


@pytest.fixture
def mailing(app: Flask, post: MailServer) -> Callable[[], list[Arrived]]:
    """The portal can send mail: what has gone out once a worker has been at it."""
    with app.app_context():
        turn_on(db.engine)
    before: Connections = app.extensions["evenly.connections"]
    server = ServerAddress.from_url(post.url())
    mailer = Post(server, "exchanges@shop.example", writer_of(app, "http://127.0.0.1"))
    app.extensions["evenly.connections"] = replace(before, post=mailer)

    def sent() -> list[Arrived]:
        with app.app_context():
            send_all_due(dispatcher_of(app))
            db.session.remove()
        return post.mails

    return sent


def test_the_link_goes_by_mail_to_the_shopper_alone(
    app: Flask, shop: Shop, both: Both, mailing: Callable[[], list[Arrived]]
) -> None:
    copied = both.hand_over()
    assert "ada@example.com" not in both.agent.html
    both.agent.press("Send it to a•••@example.com")
    assert "on its way to a•••@example.com" in (text_of(both.agent, "mailed") or "")
    (mail,) = mailing()
    assert mail.recipients == ("ada@example.com",)
    assert "Navy · L" in mail.body("plain")
    assert "$" not in mail.body("plain")
    found = re.search(r"http://127\.0\.0\.1(/acme/l/\S+)", mail.body("plain"))
    assert found
    assert found[1] == copied
    both.open_link(found[1])
    assert both.shopper.path == f"/acme/exchanges/{both.public_id}/items"
    acts = [act for _, act in trail(app, shop.store_id, both.public_id)]
    assert acts.count("link mailed") == 1


def test_pressed_twice_it_is_sent_once_and_once_more_after_taking_it_back(
    both: Both, mailing: Callable[[], list[Arrived]]
) -> None:
    both.hand_over()
    path, token = f"/console/acting/exchanges/{both.public_id}/mail-link", both.agent.token
    for _ in range(2):
        both.agent.send(path, {"csrf_token": token})
    assert len(mailing()) == 1
    both.agent.press("Take it back")
    both.agent.send(path, {"csrf_token": token})  # it is not the shopper's now
    both.hand_over()
    both.agent.press("Send it to")
    assert len(mailing()) == 2


def test_a_link_that_was_taken_back_opens_nothing(
    app: Flask, shop: Shop, both: Both, today: time_machine.Traveller
) -> None:
    first = both.hand_over()
    both.shopper.open(first)
    both.agent.press("Take it back")
    both.shopper.press("Continue")
    assert (both.shopper.status, heading(both.shopper)) == (410, "The shop took this link back")
    both.shopper.open(first)
    assert (both.shopper.status, heading(both.shopper)) == (410, "The shop took this link back")
    today.shift(timedelta(seconds=2))
    second = both.hand_over()
    both.shopper.open(first)
    assert both.shopper.status == 410
    both.open_link(second)
    assert both.shopper.path == f"/acme/exchanges/{both.public_id}/items"


def test_whoever_was_shown_the_link_was_shown_the_people(app: Flask, shop: Shop, both: Both) -> None:
    def times() -> int:
        return [act for _, act, _ in full_trail(app, shop.store_id, both.public_id)].count("people shown")

    before = times()
    both.hand_over()
    assert times() == before + 1
    both.agent.press("Take it back")
    assert times() == before + 1


def test_what_was_taken_back_or_confirmed_meanwhile_is_not_mailed(
    both: Both, mailing: Callable[[], list[Arrived]]
) -> None:
    both.hand_over()
    both.agent.press("Send it to")
    both.agent.press("Take it back")
    assert mailing() == []


def test_without_a_mail_server_there_is_the_link_to_copy_and_no_button(both: Both) -> None:
    both.hand_over()
    assert text_of(both.agent, "mail-link") is None
    both.agent.send(f"/console/acting/exchanges/{both.public_id}/mail-link", {"csrf_token": both.agent.token})
    assert heading(both.agent) == "The shopper has it now"

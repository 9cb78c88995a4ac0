"""The link of a hand-over: signed by the store's key, copied or mailed, and closed once it is taken back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.cli.worker import dispatcher_of
from app.connectors.mail.connector import Post
from app.connectors.mail.server import MailServer as ServerAddress
from app.models import DeskDraft, LinkKey, db, store_scope, writing
from app.services.connector_settings import Connections
from app.services.dispatching import send_all_due
from app.services.mailing import turn_on
from app.web.mails import writer_of
from tests.console.acting_steps import full_trail, trail
from tests.console.handing_over import Both
from tests.faults.mail_server import Arrived, MailServer
from tests.shopper.tab import heading, text_of
from tests.web.app_with_mail import post
from tests.web.conftest import Shop

__all__ = ["post"]


def test_the_link_is_signed_by_the_stores_own_key(app: Flask, shop: Shop, both: Both) -> None:
    path = both.hand_over()
    assert re.match(r"/acme/l/v1\.k1\.AC-1001\.buyer-[0-9a-f]{16}\.", path)
    both.shopper.open(path.replace("buyer", "gift"))
    assert both.shopper.status == 404
    both.agent.press("Take it back")
    both.hand_over()
    with app.app_context(), store_scope(shop.store_id):
        assert db.session.scalar(select(func.count(LinkKey.id))) == 1
        db.session.remove()


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


def test_a_link_that_was_taken_back_opens_nothing_though_the_next_is_of_the_same_second(
    both: Both, today: time_machine.Traveller
) -> None:
    today.move_to(datetime.now(UTC), tick=False)
    first = both.hand_over()
    both.shopper.open(first)
    both.agent.press("Take it back")
    both.shopper.press("Continue")
    assert (both.shopper.status, heading(both.shopper)) == (410, "The shop took this link back")
    both.shopper.open(first)
    assert (both.shopper.status, heading(both.shopper)) == (410, "The shop took this link back")
    second = both.hand_over()
    assert second != first
    both.shopper.open(first)
    assert both.shopper.status == 410
    both.open_link(second)
    assert both.shopper.path == f"/acme/exchanges/{both.public_id}/items"


def test_a_link_from_before_hand_overs_had_a_mark_is_told_by_its_end(
    app: Flask, shop: Shop, both: Both, today: time_machine.Traveller
) -> None:
    both.hand_over()
    with app.app_context(), store_scope(shop.store_id), writing():
        db.session.scalars(select(DeskDraft)).one().link_mark = None
    both.agent.open(f"/console/acting/exchanges/{both.public_id}/hand-over")
    old = urlsplit(text_of(both.agent, "link") or "").path
    assert old.startswith("/acme/l/v1.k1.AC-1001.buyer.")
    both.shopper.open(old)
    assert both.shopper.status == 200
    both.agent.press("Take it back")
    both.shopper.open(old)
    assert both.shopper.status == 410
    new = both.hand_over()
    both.shopper.open(old)
    assert both.shopper.status == 410
    both.shopper.open(new)
    assert both.shopper.status == 200


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


def test_the_mail_of_a_closed_link_does_not_leave_because_the_next_one_was_handed_over(
    both: Both, mailing: Callable[[], list[Arrived]], today: time_machine.Traveller
) -> None:
    today.move_to(datetime.now(UTC), tick=False)
    both.hand_over()
    both.agent.press("Send it to")
    both.agent.press("Take it back")
    second = both.hand_over()
    both.agent.press("Send it to")
    (mail,) = mailing()
    assert second in mail.body("plain")


def test_without_a_mail_server_there_is_the_link_to_copy_and_no_button(both: Both) -> None:
    both.hand_over()
    assert text_of(both.agent, "mail-link") is None
    both.agent.send(f"/console/acting/exchanges/{both.public_id}/mail-link", {"csrf_token": both.agent.token})
    assert heading(both.agent) == "The shopper has it now"

"""T11: another password by mail: one answer for every address, and a link for its owner alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app import Settings, create_app
from app.models import AuditEntry, Dispatch, DispatchStep, ResetLink, Role, db, store_scope
from app.services.agents.people import NewAgent, create_agent, disable_agent
from tests.console.desk import CODE, SIGN_IN, Desk, make_agent
from tests.factories import NOW, make_store
from tests.faults.mail_server import MailServer
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.app_with_mail import app, post, send
from tests.web.conftest import Shop

__all__ = ["app", "post"]


NewDesk = Callable[..., Desk]
FORGOTTEN = "/console/sign-in/forgotten"
BO = "bo@acme.example"
ANOTHER = "seven small grey stones"


def ask(app: Flask, email: str, address: str = "203.0.113.7") -> str:
    """Where the form leads to."""
    answer = Desk(app, address=address).send(FORGOTTEN, {"email": email})
    assert answer.status_code == 303
    return answer.location


def link_in(post: MailServer, number: int = 0) -> str:
    """The path of the link in a mail, the same in text and HTML."""
    found = [
        re.findall(r"http://[\w.:]+(/console/reset/[\w-]{43})(?![\w-])", post.mails[number].body(kind))
        for kind in ("plain", "html")
    ]
    assert found[0] == found[1]
    (path,) = found[0]
    return str(path)


def test_the_link_in_the_mail_gives_another_password_and_signs_out(
    app: Flask, shop: Shop, new_desk: NewDesk, post: MailServer, html_pages: HtmlPages
) -> None:
    signed_in = new_desk(BO)
    page = Desk(app).get(FORGOTTEN).text
    asked = Desk(app).get(ask(app, " BO@acme.example ")).text
    for name, text in (("forgotten", page), ("forgotten, asked", asked)):
        assert_page(text)
        html_pages.add(name, text)
    with app.app_context():
        assert db.session.scalars(select(ResetLink)).all() == []  # not before it is sent
    send(app)
    assert [mail.recipients for mail in post.mails] == [(BO,)]
    path = link_in(post)
    assert signed_in.get("/console/").status_code == 200  # until it is used all stays as it was
    assert Desk(app).send(path, {"password": ANOTHER}).status_code == 200
    assert signed_in.get("/console/").location == SIGN_IN
    assert Desk(app).password(BO, ANOTHER).location == CODE  # the authenticator is asked for still
    send(app)
    assert str(post.mails[-1].message["Subject"]).startswith("Your password was changed")
    assert Desk(app).get(path).status_code == 404
    with app.app_context(), store_scope(shop.store_id):
        trail = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    acts = [(row.actor, row.act) for row in trail if row.act in ("reset link made", "password chosen")]
    assert acts == [("mail", "reset link made"), ("agent:1", "password chosen")]


def test_nobody_learns_who_signs_in_here(app: Flask, shop: Shop, post: MailServer) -> None:
    make_agent(app, shop.store_id, BO)
    make_agent(app, shop.store_id, "gone@acme.example")
    with app.app_context():
        disable_agent("gone@acme.example", NOW)
    answers = {
        (answer := Desk(app).send(FORGOTTEN, {"email": email})).status_code: answer.headers["Location"]
        for email in (BO, "nobody@acme.example", "gone@acme.example", "no address at all")
    }
    assert answers == {303: f"{FORGOTTEN}/sent"}
    with app.app_context():
        rows = db.session.scalars(select(Dispatch).execution_options(all_stores=True)).all()
        assert len(rows) == 4  # as much is written for each of them
    send(app)
    assert [mail.recipients for mail in post.mails] == [(BO,)]
    with app.app_context():
        kept = [
            row.message for row in db.session.scalars(select(Dispatch).execution_options(all_stores=True))
        ]
    assert "nobody@" not in repr(kept)
    assert "gone@" not in repr(kept)


def test_what_is_stored_opens_nothing(app: Flask, shop: Shop, post: MailServer) -> None:
    make_agent(app, shop.store_id, BO)
    ask(app, BO)
    send(app)
    token = link_in(post).rpartition("/")[2]
    with app.app_context(), store_scope(shop.store_id):
        messages = [row.message for row in db.session.scalars(select(Dispatch))]
        bodies = [row.body for row in db.session.scalars(select(DispatchStep))]
    assert token not in repr(messages)
    assert token not in b"".join(bodies).decode().replace("=\r\n", "")


def test_a_link_goes_out_again_with_the_same_token_and_not_when_it_is_over(
    app: Flask, shop: Shop, post: MailServer, today: time_machine.Traveller
) -> None:
    make_agent(app, shop.store_id, BO)
    post.at_data.append("452 4.3.1 no room")
    ask(app, BO)
    send(app)
    with app.app_context():
        before = db.session.scalars(select(ResetLink.id)).all()
    today.shift(timedelta(minutes=50))
    send(app)
    with app.app_context():
        assert db.session.scalars(select(ResetLink.id)).all() == before
    assert Desk(app).get(link_in(post)).status_code == 200
    ask(app, BO)
    today.shift(timedelta(minutes=60))
    send(app)
    assert len(post.mails) == 1
    assert Desk(app).get(link_in(post)).status_code == 404


def test_asking_again_soon_sends_nothing_more_and_voids_nothing(
    app: Flask, shop: Shop, post: MailServer, today: time_machine.Traveller
) -> None:
    today.move_to(datetime(2026, 11, 22, 12, 0, tzinfo=UTC))
    make_agent(app, shop.store_id, BO)
    for _ in range(3):
        ask(app, BO)
    send(app)
    assert len(post.mails) == 1
    today.shift(timedelta(minutes=15))
    ask(app, BO)
    send(app)
    assert len(post.mails) == 2
    assert Desk(app).get(link_in(post, 0)).status_code == 404  # the later one counts
    assert Desk(app).get(link_in(post, 1)).status_code == 200


def test_one_source_asks_ten_times(app: Flask, shop: Shop) -> None:
    for number in range(10):
        ask(app, f"x{number}@acme.example")
    desk = Desk(app)
    refused = desk.send(FORGOTTEN, {"email": BO})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert ask(app, BO, "203.0.113.99")


@pytest.mark.parametrize("email", ["", "x" * 321])
def test_what_is_no_address_is_asked_for_again(app: Flask, shop: Shop, email: str) -> None:
    answer = Desk(app).send(FORGOTTEN, {"email": email})
    assert answer.status_code == 422
    assert_page(answer.text)


def test_it_is_written_in_the_name_of_their_own_store(app: Flask, shop: Shop, post: MailServer) -> None:
    with app.app_context():
        kaze = make_store("kaze")
        create_agent(kaze, NewAgent("kim@kaze.example", Role.AGENT, "Kim", "correct horse battery"), NOW)
        db.session.remove()
    ask(app, "kim@kaze.example")
    send(app)
    assert post.mails[0].message["From"].startswith("Kaze")
    with app.app_context(), store_scope(shop.store_id):
        assert db.session.scalars(select(Dispatch)).all() == []


def test_without_a_mail_server_it_says_whom_to_ask(
    settings: Settings, shop: Shop, html_pages: HtmlPages
) -> None:
    values = {name: getattr(settings, name) for name in ("database_url", "var_dir")}
    plain = create_app(Settings(**values))
    page = Desk(plain).get(FORGOTTEN).text
    assert_page(page)
    html_pages.add("forgotten, no mail", page)
    assert "An admin of your store" in page
    desk = Desk(plain)
    assert desk.post(FORGOTTEN, {"csrf_token": desk.token(SIGN_IN), "email": BO}).status_code == 422
    with plain.app_context():
        db.engine.dispose()

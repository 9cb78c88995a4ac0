"""T12: one session is ended from the list of them: one's own, or by an admin at a store that is theirs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.models import Agent, AgentSession, AuditEntry, Role, db, store_scope
from app.web.console.words import browser_words
from tests.console.desk import SIGN_IN, Desk
from tests.factories import make_store
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.conftest import Shop

NewDesk = Callable[..., Desk]
ACCOUNT, END = "/console/account", "/console/account/sessions/end"
PEOPLE, END_THEIRS = "/console/people", "/console/people/sessions/end"


def again(app: Flask, email: str) -> Desk:
    """The same person in another browser, by a recovery code that was put there for it."""
    from app.services.agents.secrets_of_agents import recovery_hash  # noqa: PLC0415

    with app.app_context():
        agent = db.session.scalars(select(Agent).where(Agent.email == email)).one()
        agent.recovery_codes = [recovery_hash("0123-4567-89ab")]
        db.session.commit()
    other = Desk(app)
    other.password(email)
    assert other.send(SIGN_IN + "/code", {"code": "0123-4567-89ab"}).location == "/console/"
    return other


def shown(page: str) -> list[str]:
    """The sessions that a page offers to end."""
    return re.findall(r'name="session" value="([0-9a-f]{64})"', page)


def test_one_of_ones_own(app: Flask, shop: Shop, desk: Desk) -> None:
    other = again(app, "ana@acme.example")
    page = desk.get(ACCOUNT).text
    assert_page(page)
    (theirs,) = shown(page)  # not this one
    assert desk.send(ACCOUNT, {"session": theirs}, to=END).location == ACCOUNT
    assert other.get("/console/").location == SIGN_IN
    assert desk.get("/console/").status_code == 200
    assert desk.send(ACCOUNT, {"session": theirs}, to=END).location == ACCOUNT  # over is over
    with app.app_context(), store_scope(shop.store_id):
        acts = [
            row.act
            for row in db.session.scalars(select(AuditEntry))
            if row.chain.startswith("store:") and row.act != "agent added"
        ]
    assert acts == ["session ended"]


def test_not_a_colleagues(app: Flask, desk: Desk, new_desk: NewDesk) -> None:
    bo = new_desk("bo@acme.example", Role.LEAD)
    with app.app_context():
        theirs = db.session.scalars(select(AgentSession.id).where(AgentSession.agent_id == 2)).one()
    for typed in (theirs, "", "x" * 500, "é"):
        assert desk.send(ACCOUNT, {"session": typed}, to=END).location == ACCOUNT
    assert bo.get("/console/").status_code == 200


def test_an_admin_ends_a_colleagues(
    app: Flask, shop: Shop, desk: Desk, new_desk: NewDesk, html_pages: HtmlPages
) -> None:
    max_ = new_desk("max@acme.example", Role.ADMIN)
    page = max_.get(PEOPLE).text
    assert_page(page)
    html_pages.add("people, sessions", page)
    with app.app_context():
        anas = db.session.scalars(select(AgentSession.id).where(AgentSession.agent_id == 1)).one()
    assert anas in shown(page)
    assert max_.send(PEOPLE, {"session": anas}, to=END_THEIRS).location == PEOPLE
    assert desk.get("/console/").location == SIGN_IN
    assert anas not in shown(max_.get(PEOPLE).text)
    with app.app_context(), store_scope(shop.store_id):
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "session ended")).one()
    assert (entry.actor, entry.details["agent"]) == ("agent:2", 1)


def test_what_was_idle_for_half_an_hour_is_listed_nowhere(
    app: Flask, desk: Desk, new_desk: NewDesk, today: time_machine.Traveller
) -> None:
    again(app, "ana@acme.example")
    max_ = new_desk("max@acme.example", Role.ADMIN)
    before = (len(shown(desk.get(ACCOUNT).text)), len(shown(max_.get(PEOPLE).text)))
    today.shift(timedelta(minutes=20))
    for each in (desk, max_):
        assert each.get("/console/").status_code == 200
    today.shift(timedelta(minutes=11))
    after = (len(shown(desk.get(ACCOUNT).text)), len(shown(max_.get(PEOPLE).text)))
    assert (before, after) == ((1, 3), (0, 2))  # Ana's other browser is over


def test_an_admin_elsewhere_neither_sees_nor_ends_it(app: Flask, desk: Desk, new_desk: NewDesk) -> None:
    with app.app_context():
        kaze = make_store("kaze")
        db.session.remove()
    kim = new_desk("kim@kaze.example", Role.ADMIN, kaze)
    with app.app_context():
        anas = db.session.scalars(select(AgentSession.id).where(AgentSession.agent_id == 1)).one()
    assert anas not in kim.get(PEOPLE).text
    assert kim.send(PEOPLE, {"session": anas}, to=END_THEIRS).location == PEOPLE
    assert desk.get("/console/").status_code == 200


@pytest.mark.parametrize(
    ("calls_itself", "words"),
    [
        ("(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36", "Chrome on Windows"),
        ("(Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0", "Edge on Windows"),
        ("(Macintosh; Intel Mac OS X 14_5) AppleWebKit/605 Version/18 Safari/605", "Safari on Mac"),
        ("(iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Safari/604", "Safari on iPhone"),
        ("(X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on Linux"),
        ("(Linux; Android 15) AppleWebKit/537.36 Chrome/141.0 Safari/537.36", "Chrome on Android"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "unknown"),
    ],
)
def test_browsers_in_words(calls_itself: str, words: str) -> None:
    assert browser_words(calls_itself) == words

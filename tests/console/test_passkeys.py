"""T11, T12: passkeys, with a device that speaks for itself: what opens the door, and all that does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.models import Agent, AgentSession, AuditEntry, Role, db, store_scope
from app.services.agents.passkeys import MOST, place_of
from app.services.agents.people import disable_agent, reset_agent
from tests.console.desk import SIGN_IN, Desk
from tests.console.passkey_device import Device
from tests.console.passkey_steps import ACCOUNT, ADD, HERE, USE, add, asked, here, kept, use
from tests.factories import NOW
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.conftest import Shop

__all__ = ["here"]


NewDesk = Callable[..., Desk]


def test_one_is_added_signs_in_without_password_and_code_and_is_removed(
    app: Flask, shop: Shop, desk: Desk, html_pages: HtmlPages
) -> None:
    device = Device(HERE)
    assert add(desk, device).location == ACCOUNT
    page = desk.get(ACCOUNT).text
    assert_page(page)
    html_pages.add("account, a passkey", page)
    assert "Work laptop" in page
    assert "not used yet" in page

    other = Desk(app)
    first_page = other.get(SIGN_IN).text
    assert_page(first_page)
    html_pages.add("sign in, passkeys", first_page)
    before = other.cookie
    assert use(other, device).location == "/console/"
    assert other.cookie != before  # a new session
    assert other.get("/console/").status_code == 200
    assert kept(app)[0].counter == 1
    assert "last used" in other.get(ACCOUNT).text

    number = re.search(r'action="(/console/account/passkeys/\d+/remove)"', page)
    assert number
    assert desk.send(ACCOUNT, {}, to=number[1]).location == ACCOUNT
    assert desk.send(ACCOUNT, {}, to=number[1]).location == ACCOUNT  # gone is gone
    assert kept(app) == []
    refused = use(Desk(app), device)
    assert refused.status_code == 422
    assert_page(refused.text)
    html_pages.add("sign in, passkey refused", refused.text)
    with app.app_context(), store_scope(shop.store_id):
        acts = [row.act for row in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert [act for act in acts if act != "signed in"] == ["agent added", "passkey added", "passkey removed"]
    assert acts.count("signed in") >= 2  # with a code, and with the passkey


def test_a_question_is_answered_once(app: Flask, desk: Desk, today: time_machine.Traveller) -> None:
    device, other = Device(HERE), Desk(app)
    add(desk, device)
    question = asked(other, SIGN_IN, USE)
    said = device.sign(question)
    copy, late = Desk(app), Desk(app)
    copy.carry(other.cookie or "", "evenly-console")
    assert other.send(SIGN_IN, {"answer": said}, to=USE).location == "/console/"
    assert copy.send(SIGN_IN, {"answer": said}, to=USE).status_code == 422
    assert copy.send(SIGN_IN, {"answer": device.sign(question)}, to=USE).status_code == 422
    # A wrong answer uses it up too, and five minutes do.
    question = asked(late, SIGN_IN, USE)
    assert late.send(SIGN_IN, {"answer": "{}"}, to=USE).status_code == 422
    assert late.send(SIGN_IN, {"answer": device.sign(question)}, to=USE).status_code == 422
    question = asked(late, SIGN_IN, USE)
    today.shift(timedelta(minutes=5))
    assert late.send(SIGN_IN, {"answer": device.sign(question)}, to=USE).status_code == 422


def test_a_question_belongs_to_the_session_that_asked(app: Flask, desk: Desk) -> None:
    device, mine, theirs = Device(HERE), Desk(app), Desk(app)
    add(desk, device)
    said = device.sign(asked(theirs, SIGN_IN, USE))
    asked(mine, SIGN_IN, USE)
    assert mine.send(SIGN_IN, {"answer": said}, to=USE).status_code == 422
    assert Desk(app).send(SIGN_IN, {"answer": said}, to=USE).status_code == 422


def test_a_device_adds_one_key_and_a_person_so_many(app: Flask, desk: Desk) -> None:
    device = Device(HERE)
    add(desk, device)
    assert add(desk, device).status_code == 422  # the same credential again
    for number in range(1, MOST):
        assert add(desk, Device(HERE, credential=bytes([number, 7]))).location == ACCOUNT
    assert desk.send(ACCOUNT, {}, to=f"{ADD}/ask").status_code == 409
    assert len(kept(app)) == MOST


def test_it_wants_a_name(app: Flask, desk: Desk) -> None:
    refused = add(desk, Device(HERE), "")
    assert refused.status_code == 422
    assert "Give it a name." in refused.text
    assert_page(refused.text)


def test_only_who_has_just_signed_in_adds_one(app: Flask, desk: Desk, today: time_machine.Traveller) -> None:
    said = Device(HERE).make(asked(desk, ACCOUNT, ADD))
    today.shift(timedelta(minutes=10, seconds=1))
    page = desk.get(ACCOUNT).text
    assert_page(page)
    assert "sign in anew" in page
    form = {"passkey_name": "x", "answer": said}
    assert desk.send(ACCOUNT, form, to=ADD).status_code == 409
    assert desk.send(ACCOUNT, {}, to=f"{ADD}/ask").status_code == 409
    assert kept(app) == []


def test_nobody_removes_anothers(app: Flask, desk: Desk, new_desk: NewDesk) -> None:
    add(desk, Device(HERE))
    bo = new_desk("bo@acme.example", Role.ADMIN)
    assert bo.send(ACCOUNT, {}, to=f"{ADD}/{kept(app)[0].id}/remove").location == ACCOUNT
    assert len(kept(app)) == 1


def test_who_is_disabled_or_reset_does_not_come_in(app: Flask, desk: Desk, new_desk: NewDesk) -> None:
    ana, bo = Device(HERE), Device(HERE, credential=b"bo")
    add(desk, ana)
    add(new_desk("bo@acme.example"), bo)
    with app.app_context():
        disable_agent("ana@acme.example", NOW)
        reset_agent("bo@acme.example", "another long password", NOW)
    assert use(Desk(app), ana).status_code == 422
    assert use(Desk(app), bo).status_code == 422
    assert len(kept(app)) == 1  # an authenticator that is set up anew voids the passkeys


def test_ten_tries_of_one_source_and_no_more(app: Flask, desk: Desk) -> None:
    device = Device(HERE)
    add(desk, device)
    for _ in range(12):
        assert use(Desk(app), device).location == "/console/"  # who comes in is not counted
    for _ in range(10):
        asked(Desk(app), SIGN_IN, USE)
    refused = Desk(app).send(SIGN_IN, {}, to=f"{USE}/ask")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


@pytest.mark.usefixtures("either")
def test_one_answer_given_twice_at_once_opens_one_session(app: Flask, desk: Desk) -> None:
    device, together = Device(HERE), Barrier(2)
    add(desk, device)
    desks = [Desk(app), Desk(app)]
    said = device.sign(asked(desks[0], SIGN_IN, USE))
    desks[1].carry(desks[0].cookie or "", "evenly-console")
    tokens = [one.token(SIGN_IN) for one in desks]

    def press(number: int) -> int:
        together.wait(30)
        form = {"csrf_token": tokens[number], "answer": said}
        return desks[number].post(USE, form).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, (0, 1))) == [303, 422]
    with app.app_context():
        sessions = db.session.scalars(select(AgentSession).join(Agent)).all()
    assert len(sessions) == 2


@pytest.mark.parametrize(
    ("address", "name", "origin"),
    [
        ("https://swap.example/", "swap.example", "https://swap.example"),
        ("https://Swap.example:443", "swap.example", "https://swap.example"),
        ("https://swap.example:8443/shop", "swap.example", "https://swap.example:8443"),
        ("http://localhost:5000", "localhost", "http://localhost:5000"),
        ("http://swap.example", None, None),
        ("https://192.0.2.7", None, None),
        ("http://127.0.0.1:5000", None, None),
        ("https://[2001:db8::1]", None, None),
        ("", None, None),
    ],
)
def test_where_passkeys_are_good_for(address: str, name: str | None, origin: str | None) -> None:
    place = place_of(address)
    assert (place.name, place.origin) == (name, origin) if place else name is None


def test_a_portal_without_a_name_has_none(app: Flask, desk: Desk) -> None:
    settings = app.extensions["evenly.settings"]
    app.extensions["evenly.settings"] = replace(settings, public_url="http://127.0.0.1:5000")
    page = desk.get(ACCOUNT).text
    assert_page(page)
    assert "passkeys.js" not in page + Desk(app).get(SIGN_IN).text
    assert desk.send(ACCOUNT, {}, to=f"{ADD}/ask").status_code == 404
    assert Desk(app).send(SIGN_IN, {"answer": "{}"}, to=USE).status_code == 404

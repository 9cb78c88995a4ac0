"""T11, T12: password, recovery codes and authenticator, changed on one's own page with the password."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import NamedTuple

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.models import AuditEntry, db, store_scope
from app.services.agents.own_sign_in import SCAN_WITHIN
from app.services.agents.reset_links import make_link
from tests.console.desk import CODE, PASSWORD, SIGN_IN, Desk, code_now, make_agent
from tests.faults.mail_server import MailServer
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.app_with_mail import app, post, send
from tests.web.conftest import Shop

__all__ = ["app", "post"]


ACCOUNT = "/console/account"
CHANGE, CODES, REPLACE = f"{ACCOUNT}/password", f"{ACCOUNT}/recovery-codes", f"{ACCOUNT}/authenticator"
SCAN = f"{REPLACE}/new"
ANA, ANOTHER = "ana@acme.example", "seven small grey stones"


class Ana(NamedTuple):
    """Ana at her desk, signed in on her telephone too."""

    desk: Desk
    phone: Desk
    secret: str


@pytest.fixture
def ana(app: Flask, shop: Shop, today: time_machine.Traveller) -> Ana:
    secret = make_agent(app, shop.store_id, ANA)
    desk, phone = Desk(app), Desk(app)
    assert phone.sign_in(ANA, secret).location == "/console/"
    today.shift(timedelta(seconds=30))
    assert desk.sign_in(ANA, secret).location == "/console/"
    today.shift(timedelta(seconds=30))
    return Ana(desk, phone, secret)


def told(app: Flask, post: MailServer) -> list[str]:
    """What the mails to Ana were about."""
    send(app)
    assert all(mail.recipients == (ANA,) for mail in post.mails)
    return [str(mail.message["Subject"]).partition(":")[0] for mail in post.mails]


def acts(app: Flask, shop: Shop, chain: str) -> list[str]:
    with app.app_context(), store_scope(shop.store_id):
        rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [row.act for row in rows if row.chain == chain and row.actor == "agent:1"]


def proved(desk: Desk, path: str) -> None:
    assert desk.send(path, {"own_password": PASSWORD}).status_code in (200, 303)


def new_secret(desk: Desk) -> str:
    found = re.search(r'id="key">([A-Z2-7 ]+)<', desk.get(SCAN).text)
    assert found
    return found[1].replace(" ", "")


def test_another_password(app: Flask, shop: Shop, ana: Ana, post: MailServer, html_pages: HtmlPages) -> None:
    with app.app_context():
        link = make_link(ANA, datetime.now(UTC))
    refused = ana.desk.send(CHANGE, {"own_password": "not this one at all", "password": ANOTHER})
    short = ana.desk.send(CHANGE, {"own_password": PASSWORD, "password": "too short"})
    copied = ana.desk.cookie
    done = ana.desk.send(CHANGE, {"own_password": PASSWORD, "password": ANOTHER})
    pages = {"account": ana.desk.get(ACCOUNT), "password": ana.desk.get(CHANGE), "refused": refused}
    for name, answer in (pages | {"short": short, "changed": done}).items():
        assert_page(answer.text)
        html_pages.add(f"own sign-in, {name}", answer.text)
    assert [refused.status_code, short.status_code, done.status_code] == [422, 422, 200]
    assert "That is not your password." in refused.text
    assert "A password has 12 to 200 characters." in short.text
    assert ana.phone.get("/console/").location == SIGN_IN
    assert ana.desk.cookie != copied
    thief = Desk(app)
    thief.carry(str(copied), "evenly-console")
    assert thief.get("/console/").location == SIGN_IN
    assert thief.get(f"/console/reset/{link}").status_code == 404
    assert thief.password(ANA).status_code == 422
    assert thief.password(ANA, ANOTHER).location == CODE
    assert acts(app, shop, f"store:{shop.store_id}") == ["password changed"]
    assert "password refused" in acts(app, shop, "agent:1")
    assert told(app, post) == ["Your password was changed"]


def test_new_recovery_codes(
    app: Flask, shop: Shop, ana: Ana, post: MailServer, html_pages: HtmlPages
) -> None:
    html_pages.add("codes, asked for", ana.desk.get(CODES).text)
    lists, shown = [], ana.desk.get(CODES)
    for _ in range(2):
        shown = ana.desk.send(CODES, {"own_password": PASSWORD})
        assert_page(shown.text)
        lists.append(re.findall(r"<code>([0-9a-f-]{14})</code>", shown.text))
    html_pages.add("codes, anew", shown.text)
    assert [len(set(codes)) for codes in lists] == [10, 10]
    assert "10 left" in ana.desk.get(ACCOUNT).text
    assert ana.desk.send(CODES, {"own_password": "wrong"}).status_code == 422
    elsewhere = Desk(app)
    elsewhere.password(ANA)
    assert elsewhere.send(CODE, {"code": lists[0][0]}).status_code == 422
    assert elsewhere.send(CODE, {"code": lists[1][0]}).location == "/console/"
    assert "9 left" in ana.desk.get(ACCOUNT).text
    assert ana.phone.get("/console/").status_code == 200
    assert acts(app, shop, f"store:{shop.store_id}") == ["recovery codes made"] * 2
    assert told(app, post) == ["You have new recovery codes"] * 2


def test_another_authenticator_takes_over_with_its_first_code(
    app: Flask,
    shop: Shop,
    ana: Ana,
    post: MailServer,
    today: time_machine.Traveller,
    html_pages: HtmlPages,
) -> None:
    assert ana.desk.get(SCAN).location == REPLACE  # not without the password
    assert ana.desk.send(REPLACE, {"own_password": "wrong"}).status_code == 422
    proved(ana.desk, REPLACE)
    assert ana.phone.get(SCAN).location == REPLACE  # not in another browser
    secret, page = new_secret(ana.desk), ana.desk.get(SCAN).text
    for text in (ana.desk.get(REPLACE).text, page):
        assert_page(text)
    html_pages.add("authenticator, to scan", page)
    assert ana.desk.send(SCAN, {"code": code_now(ana.secret)}).status_code == 422  # the old one's
    other = Desk(app)
    assert other.sign_in(ANA, ana.secret).location == "/console/"  # it is asked for until then
    done = ana.desk.send(SCAN, {"code": code_now(secret)})
    assert_page(done.text)
    assert "Your authenticator is replaced" in done.text
    assert [each.get("/console/").location for each in (ana.phone, other)] == [SIGN_IN, SIGN_IN]
    assert ana.desk.get(SCAN).location == REPLACE  # used up
    today.shift(timedelta(seconds=60))
    again = Desk(app)
    again.password(ANA)
    assert again.send(CODE, {"code": code_now(ana.secret)}).status_code == 422
    assert again.send(CODE, {"code": code_now(secret)}).location == "/console/"
    assert acts(app, shop, f"store:{shop.store_id}") == ["authenticator replaced"]
    assert told(app, post) == ["Your authenticator was replaced"]


def test_what_was_begun_is_over_after_ten_minutes(ana: Ana, today: time_machine.Traveller) -> None:
    proved(ana.desk, REPLACE)
    secret, token = new_secret(ana.desk), ana.desk.token(SCAN)
    today.shift(SCAN_WITHIN)
    late = ana.desk.post(SCAN, {"csrf_token": token, "code": code_now(secret)})
    assert late.location == REPLACE


@pytest.mark.parametrize("path", [CHANGE, CODES, REPLACE])
def test_ten_guesses(ana: Ana, path: str) -> None:
    typed = {"own_password": "not this one at all", "password": ANOTHER}
    token = ana.desk.token(path)
    answers = [ana.desk.post(path, {"csrf_token": token, **typed}).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


@pytest.mark.usefixtures("either")
def test_two_changes_at_once_are_one(app: Flask, ana: Ana) -> None:
    browsers, together = (ana.desk, ana.phone), Barrier(2)
    tokens = [each.token(CHANGE) for each in browsers]
    chosen = ["seven small grey stones", "eleven large red apples"]

    def press(place: int) -> int:
        typed = {"csrf_token": tokens[place], "own_password": PASSWORD, "password": chosen[place]}
        together.wait(30)
        return browsers[place].post(CHANGE, typed).status_code

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, (0, 1)))
    assert answers.count(200) == 1
    winner = answers.index(200)
    assert browsers[winner].get("/console/").status_code == 200
    assert browsers[1 - winner].get("/console/").location == SIGN_IN
    assert Desk(app).password(ANA, chosen[winner]).location == CODE
    assert Desk(app).password(ANA, chosen[1 - winner]).status_code == 422

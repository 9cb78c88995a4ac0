"""T11, T12: signing in to the console: two questions, new ids, throttles, time-outs, and taking it back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.models import Agent, AuditEntry, Role, db, store_scope
from app.services.agents.people import NewAgent, create_agent, disable_agent
from app.services.agents.secrets_of_agents import matching_step, new_totp_secret, password_hash
from tests.console.desk import CODE, PASSWORD, SET_UP, SIGN_IN, Desk, code_now, make_agent
from tests.factories import NOW, make_store
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.conftest import Shop

ANA = "ana@acme.example"
NewDesk = Callable[..., Desk]


def test_password_and_code_each_give_a_new_session(app: Flask, shop: Shop) -> None:
    secret, desk = make_agent(app, shop.store_id, ANA), Desk(app)
    desk.get(SIGN_IN)
    ids = [desk.cookie]
    assert desk.password("ANA@acme.example ").location == CODE
    ids.append(desk.cookie)
    assert desk.get("/console/").location == SIGN_IN  # the password alone opens nothing
    assert desk.send(CODE, {"code": code_now(secret)}).location == "/console/"
    ids.append(desk.cookie)
    assert len(set(ids)) == 3
    assert desk.get("/console/").status_code == 200
    for old in ids[:2]:
        thief = Desk(app)
        thief.carry(old or "", "evenly-console")
        assert thief.get("/console/").location == SIGN_IN


def test_the_first_time_sets_the_authenticator_up(app: Flask, shop: Shop, html_pages: HtmlPages) -> None:
    make_agent(app, shop.store_id, ANA, ready=False)
    desk = Desk(app)
    assert desk.password(ANA).location == SET_UP
    page = desk.get(SET_UP).text
    assert_page(page)
    html_pages.add("set up", page)
    found = re.search(r'id="key">([A-Z2-7 ]+)<', page)
    assert found
    key = found[1].replace(" ", "")
    wrong = desk.send(SET_UP, {"code": "000000"})
    assert wrong.status_code == 422
    html_pages.add("set up, wrong", wrong.text)
    shown = desk.send(SET_UP, {"code": code_now(key)})
    assert shown.status_code == 200
    assert_page(shown.text)
    html_pages.add("recovery codes", shown.text)
    codes = re.findall(r"<code>([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})</code>", shown.text)
    assert len(set(codes)) == 10
    assert desk.get("/console/").status_code == 200
    other = Desk(app)
    other.password(ANA)
    assert other.get(SET_UP).location == CODE  # never shown again
    assert other.send(CODE, {"code": codes[3].upper().replace("-", " ")}).location == "/console/"
    third = Desk(app)
    third.password(ANA)
    assert third.send(CODE, {"code": codes[3]}).status_code == 422  # used up
    with app.app_context():
        agent = db.session.scalars(select(Agent)).one()
        assert key not in (agent.totp_secret or "")
        assert not set(codes) & set(agent.recovery_codes)


def test_every_failure_reads_alike(app: Flask, shop: Shop, html_pages: HtmlPages) -> None:
    make_agent(app, shop.store_id, ANA)
    make_agent(app, shop.store_id, "gone@acme.example")
    with app.app_context():
        disable_agent("gone@acme.example", NOW)
    desk = Desk(app)
    answers = [
        desk.password(ANA, "wrong password here"),
        desk.password("nobody@acme.example"),
        desk.password("gone@acme.example"),
    ]
    bodies = set()
    for answer in answers:
        assert answer.status_code == 422
        assert_page(answer.text)
        bodies.add(
            re.sub(r'(name="csrf_token"|id="email"[^>]*) value="[^"]*"|value="[^"]*@[^"]*"', "", answer.text)
        )
    assert len(bodies) == 1
    html_pages.add("not matched", answers[0].text)


def test_a_code_is_taken_once(app: Flask, shop: Shop, today: time_machine.Traveller) -> None:
    secret = make_agent(app, shop.store_id, ANA)
    code = code_now(secret)
    assert Desk(app).sign_in(ANA, secret).status_code == 303
    second = Desk(app)
    second.password(ANA)
    assert second.send(CODE, {"code": code}).status_code == 422
    assert second.send(CODE, {"code": code_now(secret, -1)}).status_code == 422  # nor an earlier one
    today.shift(timedelta(seconds=30))
    assert second.send(CODE, {"code": code_now(secret)}).status_code == 303


@pytest.mark.parametrize(("steps", "taken"), [(-3, False), (-1, True), (0, True), (1, True), (3, False)])
def test_a_clock_may_be_one_step_off(steps: int, taken: bool) -> None:
    secret = new_totp_secret()
    with time_machine.travel(NOW, tick=False):
        code = code_now(secret, steps)
    assert (matching_step(secret, code, None, NOW) is not None) is taken


@pytest.mark.parametrize("code", ["", "abc", "12345", "1234567", "９" * 6, "-1", "0" * 40])
def test_what_is_no_code_is_refused(code: str) -> None:
    assert matching_step(new_totp_secret(), code, None, NOW) is None


@pytest.mark.parametrize("bucket", ["one address", "one source"])
def test_ten_guesses_and_no_more(app: Flask, shop: Shop, bucket: str) -> None:
    make_agent(app, shop.store_id, ANA)
    for place in range(10):
        source = f"203.0.113.{place}" if bucket == "one address" else "203.0.113.7"
        email = ANA if bucket == "one address" else f"x{place}@acme.example"
        assert Desk(app, address=source).password(email, "a guess").status_code == 422
    desk = Desk(app, address="203.0.113.200" if bucket == "one address" else "203.0.113.7")
    refused = desk.password(ANA)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_guesses_at_the_code_are_counted_too(app: Flask, shop: Shop) -> None:
    secret, desk = make_agent(app, shop.store_id, ANA), Desk(app)
    desk.password(ANA)
    for _ in range(10):
        assert desk.send(CODE, {"code": "000000"}).status_code == 422
    assert desk.send(CODE, {"code": code_now(secret)}).status_code == 429


def test_over_https_the_cookie_is_bound_to_host_and_tls(app: Flask, shop: Shop) -> None:
    desk = Desk(app, "https://swap.example")
    cookie = desk.get(SIGN_IN).headers["Set-Cookie"]
    assert cookie.startswith("__Host-evenly-console=")
    for flag in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert flag in cookie


def test_somebody_who_serves_two_stores_chooses(app: Flask, shop: Shop, new_desk: NewDesk) -> None:
    desk = new_desk()
    with app.app_context():
        kaze = make_store("kaze")
        foreign = make_store("plain")
        db.session.remove()
    make_second_membership(app, kaze)
    assert "Kaze" in desk.get("/console/account").text
    assert desk.send("/console/account", {"store": str(foreign)}, to="/console/store").status_code == 404
    assert desk.send("/console/account", {"store": "x"}, to="/console/store").status_code == 404
    before = desk.cookie
    assert desk.send("/console/account", {"store": str(kaze)}, to="/console/store").location == "/console/"
    assert "Kaze console" in desk.get("/console/").text
    thief = Desk(app)  # whoever had the id of before has none of the other store
    thief.client.set_cookie("evenly-console", before or "", domain="127.0.0.1")
    assert before != desk.cookie
    assert thief.get("/console/").location == SIGN_IN
    with app.app_context(), store_scope(kaze):
        acts = [
            (row.chain, row.act) for row in db.session.scalars(select(AuditEntry)) if row.actor == "agent:1"
        ]
        db.session.remove()
    assert acts == [("agent:1", "serves store")]


def make_second_membership(app: Flask, store_id: int) -> None:
    from app.services.agents.people import NewAgent, create_agent  # noqa: PLC0415

    with app.app_context():
        create_agent(store_id, NewAgent(ANA, Role.LEAD), NOW)
        db.session.remove()


def test_passwords_are_argon2id_at_the_cost_that_we_promise() -> None:
    assert password_hash(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def trail(app: Flask, shop: Shop) -> list[tuple[str, str, dict[str, object]]]:
    """What the store's trail says of people coming and going: chain, act, details."""
    with app.app_context(), store_scope(shop.store_id):
        rows = db.session.scalars(
            select(AuditEntry).where(AuditEntry.chain.startswith("agent:")).order_by(AuditEntry.id)
        )
        found = [(row.chain, row.act, dict(row.details)) for row in rows]
        db.session.remove()
    return found


def test_who_came_in_how_and_who_did_not_stands_in_the_trail(
    app: Flask, shop: Shop, today: time_machine.Traveller
) -> None:
    make_agent(app, shop.store_id, ANA, ready=False)
    desk = Desk(app)
    desk.password(ANA, "wrong wrong wrong")
    Desk(app).password("nobody@acme.example")
    desk.password(ANA)
    key = (re.search(r'id="key">([A-Z2-7 ]+)<', desk.get(SET_UP).text) or [""])[1].replace(" ", "")
    desk.send(SET_UP, {"code": "000000"})
    shown = desk.send(SET_UP, {"code": code_now(key)}).text
    recovery = re.findall(r"<code>([0-9a-f-]{14})</code>", shown)[0]
    desk.send("/console/", {}, to="/console/sign-out")
    today.shift(timedelta(minutes=1))
    desk.password(ANA)
    desk.send(CODE, {"code": "000000"})
    desk.send(CODE, {"code": recovery})
    desk.send("/console/account", {}, to="/console/account/sign-out-everywhere")
    desk.sign_in(ANA, key)
    ana = "agent:1"
    assert trail(app, shop) == [
        (ana, "password refused", {}),
        ("agent:nobody", "password refused", {}),
        (ana, "code refused", {}),
        (ana, "signed in", {"with": "first code"}),
        (ana, "signed out", {}),
        (ana, "code refused", {}),
        (ana, "signed in", {"with": "recovery code"}),
        (ana, "signed out everywhere", {}),
        (ana, "signed in", {"with": "code"}),
    ]


def test_a_role_that_changed_stands_in_the_trail(app: Flask, shop: Shop) -> None:
    make_agent(app, shop.store_id, ANA)
    with app.app_context():
        create_agent(shop.store_id, NewAgent(ANA, Role.ADMIN), NOW)
        with store_scope(shop.store_id):
            entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
            assert entry is not None
            assert (entry.act, entry.details) == (
                "role changed",
                {"agent": 1, "role": "admin", "from": "agent"},
            )

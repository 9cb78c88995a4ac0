"""T11, T12: what ends a session of the console, and that it is no shopper's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import time_machine
from flask import Flask
from sqlalchemy import select

from app.models import Agent, AgentSession, db
from app.services.agents.people import disable_agent, reset_agent
from tests.console.desk import CODE, SET_UP, SIGN_IN, Desk, code_now, make_agent
from tests.factories import NOW
from tests.pages.rules import assert_page
from tests.web.browsing import Browser
from tests.web.conftest import Shop

ANA = "ana@acme.example"
NewDesk = Callable[..., Desk]


def test_half_an_hour_without_a_click_ends_it(desk: Desk, today: time_machine.Traveller) -> None:
    for _ in range(3):
        today.shift(timedelta(minutes=29))
        assert desk.get("/console/").status_code == 200
    today.shift(timedelta(minutes=31))
    assert desk.get("/console/").location == SIGN_IN


def test_twelve_hours_end_it_in_any_case(desk: Desk, today: time_machine.Traveller) -> None:
    for _ in range(36):
        assert desk.get("/console/").status_code == 200
        today.shift(timedelta(minutes=20))
    assert desk.get("/console/").location == SIGN_IN


def test_ten_minutes_to_type_the_code(app: Flask, shop: Shop, today: time_machine.Traveller) -> None:
    secret, desk = make_agent(app, shop.store_id, ANA), Desk(app)
    desk.password(ANA)
    token = desk.token(CODE)
    today.shift(timedelta(minutes=11))
    answer = desk.post(CODE, {"csrf_token": token, "code": code_now(secret)})
    assert answer.location == SIGN_IN


def test_signing_out_ends_a_copy_of_the_cookie_too(app: Flask, desk: Desk) -> None:
    copy = Desk(app)
    copy.carry(desk.cookie or "", "evenly-console")
    assert copy.get("/console/").status_code == 200
    assert desk.send("/console/", {}, to="/console/sign-out").location == SIGN_IN
    assert copy.get("/console/").location == SIGN_IN


def test_signing_out_everywhere(app: Flask, desk: Desk, today: time_machine.Traveller) -> None:
    with app.app_context():
        agent = db.session.scalars(select(Agent)).one()
        secret = app.extensions["evenly.connections"].box.decrypt(agent.totp_secret)
    today.shift(timedelta(minutes=1))
    other = Desk(app)
    other.sign_in(ANA, secret)
    page = other.get("/console/account").text
    assert_page(page)
    assert page.count("<tr>") == 3  # the head and two sessions
    other.send("/console/account", {}, to="/console/account/sign-out-everywhere")
    assert desk.get("/console/").location == SIGN_IN
    with app.app_context():
        assert db.session.scalars(select(AgentSession)).all() == []


def test_disabling_and_resetting_sign_out(app: Flask, shop: Shop, new_desk: NewDesk) -> None:
    ana, bo = new_desk(), new_desk("bo@acme.example")
    with app.app_context():
        disable_agent(ANA, NOW)
        reset_agent("bo@acme.example", "another long password", NOW)
    assert ana.get("/console/").location == SIGN_IN
    assert bo.get("/console/").location == SIGN_IN
    assert bo.password("bo@acme.example").status_code == 422
    assert bo.password("bo@acme.example", "another long password").location == SET_UP


def test_the_shoppers_session_is_another_one(desk: Desk) -> None:
    desk.get("/acme/")
    assert desk.find().status_code == 303
    shopper_cookie = desk.client.get_cookie("evenly", domain="localhost")
    assert shopper_cookie
    assert shopper_cookie.value != desk.cookie
    thief = Browser(desk.client.application)
    thief.carry(shopper_cookie.value, "evenly-console")
    assert thief.get("/console/").location == SIGN_IN

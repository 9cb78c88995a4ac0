"""T11: another password by a link: once, within the hour, nothing given away, nobody of another store."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.models import Agent, AuditEntry, ResetLink, Role, db, store_scope
from app.services.agents.people import NewAgent, create_agent, disable_agent
from app.services.agents.reset_links import make_link
from app.services.agents.secrets_of_agents import password_fits
from tests.console.desk import CODE, PASSWORD, SET_UP, SIGN_IN, Desk, make_agent
from tests.factories import NOW, make_store
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.conftest import Shop

NewDesk = Callable[..., Desk]
BO = "bo@acme.example"
ANOTHER = "seven small grey stones"


@pytest.fixture
def bo(app: Flask, shop: Shop) -> int:
    """Bo, who has forgotten the password: their id."""
    make_agent(app, shop.store_id, BO)
    with app.app_context():
        return db.session.scalars(select(Agent.id).where(Agent.email == BO)).one()


def link(app: Flask, *, authenticator: bool = False) -> str:
    with app.app_context():
        token = make_link(BO, datetime.now(UTC), authenticator=authenticator)
        db.session.remove()
    return f"/console/reset/{token}"


def made_on_the_page(answer_text: str) -> str:
    found = re.search(r'id="link">http://127\.0\.0\.1:\d+(/console/reset/[\w-]{43})<', answer_text)
    assert found, answer_text
    return found[1]


def acts(app: Flask, shop: Shop) -> list[tuple[str, str]]:
    with app.app_context(), store_scope(shop.store_id):
        rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [
            (row.actor, row.act)
            for row in rows
            if row.chain.startswith("store:") and row.act != "agent added"
        ]


@pytest.mark.usefixtures("bo")
def test_a_link_gives_another_password_once(
    app: Flask, shop: Shop, new_desk: NewDesk, html_pages: HtmlPages
) -> None:
    path, desk = link(app), Desk(app)
    assert desk.password(BO).location == CODE  # until it is used all stays as it was
    page = desk.get(path)
    for _ in range(2):  # looking into a mail changes nothing
        page = desk.get(path)
        assert page.status_code == 200
        assert_page(page.text)
    html_pages.add("reset", page.text)
    short = desk.send(path, {"password": "too short"})
    assert short.status_code == 422
    assert "A password has 12 to 200 characters." in short.text
    assert_page(short.text)
    html_pages.add("reset, too short", short.text)
    done = desk.send(path, {"password": ANOTHER})
    assert done.status_code == 200
    assert_page(done.text)
    html_pages.add("reset, done", done.text)
    assert Desk(app).password(BO).status_code == 422
    assert Desk(app).password(BO, ANOTHER).location == CODE  # the authenticator stays
    used = desk.get(path)
    form = {"csrf_token": desk.token(SIGN_IN), "password": "x" * 20}
    for answer in (used, desk.post(path, form)):
        assert answer.status_code == 404
        assert_page(answer.text)
    html_pages.add("reset, over", used.text)
    with app.app_context():
        assert db.session.scalars(select(ResetLink)).all() == []
    assert acts(app, shop) == [("operator", "reset link made"), ("agent:1", "password chosen")]


def test_it_signs_out_everywhere(app: Flask, new_desk: NewDesk) -> None:
    signed_in = new_desk(BO)
    path = link(app)
    assert Desk(app).send(path, {"password": ANOTHER}).status_code == 200
    assert signed_in.get("/console/").location == SIGN_IN


@pytest.mark.usefixtures("bo")
def test_a_lost_authenticator_is_set_up_anew(app: Flask) -> None:
    assert Desk(app).send(link(app, authenticator=True), {"password": ANOTHER}).status_code == 200
    assert Desk(app).password(BO, ANOTHER).location == SET_UP


@pytest.mark.usefixtures("bo")
@pytest.mark.parametrize("why", ["an hour", "a later link", "disabled", "another one", "shortened"])
def test_what_opens_nothing(app: Flask, today: time_machine.Traveller, why: str) -> None:
    path = link(app)
    if why == "an hour":
        today.shift(timedelta(hours=1, seconds=1))
    elif why == "a later link":
        link(app)
    elif why == "disabled":
        with app.app_context():
            disable_agent(BO, NOW)
    elif why == "another one":
        path = "/console/reset/" + "A" * 43
    else:
        path = path[:-1]
    desk = Desk(app)
    seen = desk.get(path)
    assert (seen.status_code, "This link no longer works" in seen.text) == (404, True)
    assert BO not in seen.text
    form = {"csrf_token": desk.token(SIGN_IN), "password": ANOTHER}
    assert desk.post(path, form).status_code == 404
    with app.app_context():
        assert password_fits(PASSWORD, db.session.scalars(select(Agent.password_hash)).one())


@pytest.mark.usefixtures("bo", "either")
def test_two_who_use_it_at_once_are_one(app: Flask) -> None:
    path, together = link(app), Barrier(2)
    desks = [Desk(app), Desk(app)]
    tokens = [desk.token(path) for desk in desks]

    def press(number: int) -> int:
        together.wait(30)
        form = {"csrf_token": tokens[number], "password": f"{ANOTHER} {number}"}
        return desks[number].post(path, form).status_code

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, (0, 1)))
    assert sorted(answers) == [200, 404]
    with app.app_context():
        stored = db.session.scalars(select(Agent.password_hash)).one()
        assert password_fits(f"{ANOTHER} {answers.index(200)}", stored)


def test_an_admin_makes_links_for_people_of_the_store(
    app: Flask, shop: Shop, new_desk: NewDesk, bo: int, html_pages: HtmlPages
) -> None:
    max_ = new_desk("max@acme.example", Role.ADMIN)
    page = max_.get("/console/people").text
    assert_page(page)
    html_pages.add("people", page)
    assert BO in page
    answer = max_.send("/console/people", {}, to=f"/console/people/{bo}/reset")
    assert_page(answer.text)
    html_pages.add("people, link", answer.text)
    path = made_on_the_page(answer.text)
    assert path not in max_.get("/console/people").text  # shown once
    assert Desk(app).send(path, {"password": ANOTHER}).status_code == 200
    assert Desk(app).password(BO, ANOTHER).location == CODE
    assert acts(app, shop) == [("agent:2", "reset link made"), ("agent:1", "password chosen")]
    both = max_.send("/console/people", {"authenticator": "yes"}, to=f"/console/people/{bo}/reset")
    assert Desk(app).send(made_on_the_page(both.text), {"password": ANOTHER}).status_code == 200
    assert Desk(app).password(BO, ANOTHER).location == SET_UP


def test_an_admin_is_none_in_another_store(app: Flask, shop: Shop, new_desk: NewDesk, bo: int) -> None:
    """Bo serves Kaze too: no admin of one store gets into the other as Bo."""
    with app.app_context():
        kaze, third = make_store("kaze"), make_store("plain")
        create_agent(kaze, NewAgent(BO, Role.ADMIN), NOW)
        db.session.remove()
    max_ = new_desk("max@acme.example", Role.ADMIN)
    foreign = new_desk("kim@plain.example", Role.ADMIN, third)
    refused = max_.send("/console/people", {"authenticator": "yes"}, to=f"/console/people/{bo}/reset")
    assert refused.status_code == 409
    assert_page(refused.text)
    assert "They serve other stores too" in refused.text
    assert foreign.send("/console/people", {}, to=f"/console/people/{bo}/reset").status_code == 404
    assert BO not in foreign.get("/console/people").text
    with app.app_context():
        assert db.session.scalars(select(ResetLink)).all() == []
    # A password alone opens nothing without the authenticator.
    assert max_.send("/console/people", {}, to=f"/console/people/{bo}/reset").status_code == 200


def test_on_the_command_line(app: Flask, bo: int) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        told = app.test_cli_runner().invoke(args=["agents", "reset", *arguments])
        return told.exit_code, told.output

    code, told = run(BO, "--link")
    assert code == 0
    path = re.fullmatch(r"http://127\.0\.0\.1:\d+(/console/reset/[\w-]{43})\n", told)
    assert path
    assert Desk(app).send(path[1], {"password": ANOTHER}).status_code == 200
    assert Desk(app).password(BO, ANOTHER).location == CODE
    assert run("nobody@acme.example", "--link")[0] == 2
    assert run(BO, "--authenticator")[0] == 2

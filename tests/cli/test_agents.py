"""`agents …` and `demo agents`: who may sign in, with nothing secret on a command line."""

from __future__ import annotations

import json

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.cli.demo.agents import agents_of, seed_agents
from app.cli.demo.stores import ACME, STORES
from app.models import Agent, AuditEntry, Membership, db, store_scope
from app.services.agents.secrets_of_agents import password_fits
from tests.console.desk import CODE, Desk, code_now
from tests.factories import NOW, make_store

PASSWORD = "correct horse battery"
ALL = {"all_stores": True}


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def acme(app: Flask) -> int:
    with app.app_context():
        return make_store()


def run(app: Flask, *arguments: str, typed: str | None = None) -> Result:
    return app.test_cli_runner().invoke(args=["agents", *arguments], input=typed)


def create(app: Flask, *more: str, typed: str | None = f"{PASSWORD}\n") -> Result:
    return run(app, "create", "ana@acme.example", "--store", "acme", "--role", "agent", *more, typed=typed)


def test_an_agent_from_the_first_day_to_the_last(app: Flask, acme: int) -> None:
    assert create(app, "--name", "Ana Ruiz").output == "ana@acme.example serves acme as agent.\n"
    listed = run(app, "list").output
    assert listed == "acme  agent  ana@acme.example  Ana Ruiz  not signed in yet\n"
    assert run(app, "reset", "ANA@acme.example", typed="another long one\n").exit_code == 0
    with app.app_context():
        stored = db.session.scalars(select(Agent.password_hash)).one()
    assert password_fits("another long one", stored)
    assert not password_fits(PASSWORD, stored)
    assert run(app, "disable", "ana@acme.example").exit_code == 0
    assert "disabled" in run(app, "list").output
    with app.app_context(), store_scope(acme):
        acts = [(entry.act, entry.details) for entry in db.session.scalars(select(AuditEntry))]
    assert acts == [
        ("agent added", {"agent": 1, "role": "agent"}),
        ("agent reset", {"agent": 1}),
        ("agent disabled", {"agent": 1}),
    ]


def test_a_second_store_and_another_role_without_a_password(app: Flask, acme: int) -> None:
    with app.app_context():
        make_store("kaze")
    create(app)
    more = ("create", "ana@acme.example", "--store", "kaze", "--role", "lead", "--known")
    assert run(app, *more).exit_code == 0
    assert run(app, *more[:-2], "admin", "--known").exit_code == 0
    with app.app_context():
        query = select(Membership.role).order_by(Membership.store_id).execution_options(**ALL)
        assert db.session.scalars(query).all() == ["agent", "admin"]
        assert len(db.session.scalars(select(Agent)).all()) == 1


@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        (
            ("create", "ana", "--store", "acme", "--role", "agent"),
            f"{PASSWORD}\n",
            "is not an e-mail address",
        ),
        (("create", "a@b.cd", "--store", "acme", "--role", "agent"), "short\n", "12 to 200 characters"),
        (("create", "a@b.cd", "--store", "nowhere", "--role", "agent"), f"{PASSWORD}\n", "no store"),
        (("create", "a@b.cd", "--store", "acme", "--role", "agent", "--known"), "", "needs a password"),
        (("disable", "nobody@b.cd"), "", "Nobody has the address"),
        (("reset", "nobody@b.cd"), f"{PASSWORD}\n", "Nobody has the address"),
    ],
)
def test_refusals(app: Flask, acme: int, arguments: tuple[str, ...], typed: str, said: str) -> None:
    result = run(app, *arguments, typed=typed)
    assert result.exit_code == 2
    assert said in result.output
    with app.app_context():
        assert db.session.scalars(select(Agent)).all() == []


def test_a_password_is_never_given_twice_by_creating(app: Flask, acme: int) -> None:
    create(app)
    again = create(app, typed="quite another one\n")
    assert again.exit_code == 2
    assert "agents reset" in again.output


def test_the_demos_agents_can_sign_in_and_are_made_once(app: Flask, acme: int) -> None:
    box = app.extensions["evenly.connections"].box
    with app.app_context():
        for _ in range(2):
            seed_agents(ACME, box, NOW)
        assert len(db.session.scalars(select(Agent)).all()) == 3
        db.session.remove()
    listed = json.loads(app.test_cli_runner().invoke(args=["demo", "agents", "--json"]).output)
    assert [(entry["store"], entry["role"]) for entry in listed] == [
        (agent.store, str(agent.role)) for agent in agents_of(STORES)
    ]
    mine = listed[0]
    desk = Desk(app)
    assert desk.password(mine["email"], mine["password"]).location == CODE
    assert desk.send(CODE, {"code": code_now(mine["totp_secret"])}).location == "/console/"
    assert len(listed[0]["code"]) == 6
    table = app.test_cli_runner().invoke(args=["demo", "agents"]).output
    assert mine["email"] in table

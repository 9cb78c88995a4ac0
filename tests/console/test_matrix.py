"""T2, T3, T10: every route of the console and everybody who may come along. A route that is missing fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.models import Agent, Passkey, Role, db, store_scope
from app.services.agents.reset_links import make_link
from tests.console.cases import connect, flag, make_desk_draft, make_exchange, make_gift_draft
from tests.console.desk import Desk
from tests.console.matrix import ACTORS, IN, MATRIX, OUT
from tests.factories import Bought, make_order, make_product, make_store
from tests.web.browsing import Browser
from tests.web.conftest import Shop
from tests.web.snapshots import everything

NewDesk = Callable[..., Desk]
OURS = ("canary@example.com", "Canary laptop", "lea@acme.example", "ada@example.com", "Ridge Parka, Navy")
TRIES = frozenset({"agent_session", "throttle_try", "passkey_challenge"})


@pytest.fixture(autouse=True)
def named(app: Flask) -> None:
    """The portal has a name, without which it can have no passkeys."""
    settings = app.extensions["evenly.settings"]
    app.extensions["evenly.settings"] = replace(settings, public_url="https://swap.example")


@pytest.fixture
def reference(app: Flask, shop: Shop) -> str:
    connect(app, shop.store_id)
    return make_exchange(app, shop.store_id, "AC-4001", review=True, email="canary@example.com")


@pytest.fixture
def other_store(app: Flask, shop: Shop) -> int:
    with app.app_context():
        kaze = make_store("kaze")
        with store_scope(kaze):
            make_product(kaze)
            make_order(kaze, Bought(), number="KZ-1", email="bo@example.com")
        db.session.remove()
    return kaze


@pytest.fixture
def people(app: Flask, shop: Shop, other_store: int, new_desk: NewDesk) -> dict[str, Browser]:
    """Everybody at a place of their own, at the beginning of what they may do."""
    shopper = Desk(app)
    shopper.find()
    return {
        "anonymous": Desk(app),
        "shopper": shopper,
        "agent": new_desk("ana@acme.example", Role.AGENT),
        "lead": new_desk("lea@acme.example", Role.LEAD),
        "admin": new_desk("max@acme.example", Role.ADMIN),
        "foreign": new_desk("kim@kaze.example", Role.ADMIN, other_store),
    }


@pytest.fixture
def known(app: Flask, shop: Shop, people: dict[str, Browser], reference: str) -> dict[str, object]:
    """What acme has, for the addresses of its pages."""
    with app.app_context():
        token = make_link("ana@acme.example", datetime.now(UTC))
        passkey = Passkey(agent_id=1, name="Canary laptop", credential="AQ", public_key=b"", counter=0)
        passkey.created_at = datetime.now(UTC)
        db.session.add(passkey)
        db.session.commit()
        lea = db.session.scalars(select(Agent.id).where(Agent.email == "lea@acme.example")).one()
        db.session.remove()
    draft = make_desk_draft(app, shop.store_id, "AC-4101")
    ours = {
        "reference": reference,
        "order_id": shop.order_id,
        "agent_id": lea,
        "reset_token": token,
        "passkey_id": 1,
        "flag_id": flag(app, shop.store_id, reference, "Look there."),
    }
    gift = make_gift_draft(app, shop.store_id, "AC-4102")
    return ours | draft | gift


def places(app: Flask, known: dict[str, object]) -> list[tuple[str, str, str]]:
    """Every route under /console/: endpoint, method, address of something that acme has."""
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/console"):
            method = "POST" if "POST" in (rule.methods or set()) else "GET"
            ours = "gift " if "/gifts/" in rule.rule else ""
            values = {name: known[ours + name] for name in rule.arguments}
            found.append((rule.endpoint, method, adapter.build(rule.endpoint, values, method=method)))
    return found


def test_every_route_stands_in_the_matrix(app: Flask) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.startswith("/console")}
    assert routes == set(MATRIX)


@pytest.mark.parametrize("actor", ACTORS)
def test_route_by_actor(
    app: Flask, shop: Shop, people: dict[str, Browser], known: dict[str, object], actor: str
) -> None:
    person, place = people[actor], ACTORS.index(actor)
    found = places(app, known)
    # Signing out comes last, as nothing answers afterwards.
    for endpoint, method, path in sorted(found, key=lambda entry: "sign_out" in entry[0]):
        assert outcome(person, shop, endpoint, method, path) == MATRIX[endpoint][place], (actor, endpoint)


def outcome(person: Browser, shop: Shop, endpoint: str, method: str, path: str) -> str:
    data = None
    if method == "POST":
        signed_in = person.get("/console/").status_code == 200
        data = {"csrf_token": person.token("/console/" if signed_in else "/console/sign-in")}
        data["store"] = str(shop.store_id)
    answer = person._open(method, path, data=data)
    if answer.status_code in (403, 404):
        return str(answer.status_code)
    assert answer.status_code in (200, 303, 409, 422), (endpoint, answer.status_code)
    leads_out = answer.status_code == 303 and answer.location == "/console/sign-in"
    return OUT if leads_out else IN


@pytest.mark.parametrize("actor", ["anonymous", "shopper", "foreign"])
def test_who_does_not_belong_changes_nothing_and_sees_nothing(
    app: Flask, shop: Shop, people: dict[str, Browser], known: dict[str, object], actor: str
) -> None:
    person = people[actor]
    before = everything(app, but=TRIES)
    for endpoint, method, path in places(app, known):
        if "sign_out" in endpoint:
            continue
        page = "/console/" if actor == "foreign" else "/console/sign-in"
        data = {"csrf_token": person.token(page)} if method == "POST" else None
        answer = person._open(method, path, data=data)
        for secret in ("AC-4001", "AC-4101", "AC-1001", str(known["reference"]), *OURS):
            assert secret not in answer.text, (endpoint, secret)
    assert everything(app, but=TRIES) == before


def test_looking_leaves_a_trace_in_the_audit_trail_and_nowhere_else(
    app: Flask, people: dict[str, Browser], known: dict[str, object]
) -> None:
    seen = frozenset({"audit_entry", "agent_session"})
    before = everything(app, but=seen)
    for endpoint, method, path in places(app, known):
        if method == "GET":
            for way in ("GET", "HEAD", "OPTIONS"):
                assert people["admin"]._open(way, path).status_code < 400, endpoint
    assert everything(app, but=seen) == before


def test_every_act_refuses_a_form_of_another_site(
    app: Flask, people: dict[str, Browser], known: dict[str, object]
) -> None:
    admin = people["admin"]
    before = everything(app, but=frozenset({"agent_session"}))
    token = admin.token("/console/")
    for endpoint, method, path in places(app, known):
        if method == "POST":
            assert admin.post(path, {}).status_code == 400, endpoint
            elsewhere = {"Origin": "https://evil.example"}
            assert admin.post(path, {"csrf_token": token}, headers=elsewhere).status_code == 400, endpoint
    assert everything(app, but=frozenset({"agent_session"})) == before

"""T2, T3: every route and everybody who may come along, in one table. A route that stands in none fails.

What the people of a store's console get on its pages is `tests.console.matrix`; this table has the doors
of all routes, and everybody at each of them: agents at the shopper's pages, programs at the console.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

import pytest
from flask import Flask
from standardwebhooks import Webhook

from app.models import Role, db, store_scope
from app.services.api_keys import Scope, make_key
from app.services.callback_tokens import make_callback_token
from app.services.connector_settings import connect_store
from app.services.webhook_secrets import make_secret
from tests.console.desk import Desk, make_agent
from tests.console.matrix import EVERYBODY, MATRIX
from tests.factories import NOW, Bought, make_order, make_store
from tests.web.browsing import Browser
from tests.web.conftest import Shop
from tests.web.every_route import Place, examples, places
from tests.web.snapshots import everything
from tests.web.test_routes import BY_LINK, GIFT_ENTRANCE, OPEN, refused

NewDesk = Callable[..., Desk]


class Door(StrEnum):
    OPEN = "anybody"
    LINK = "whoever has the link"
    ORDER = "whoever found the order"
    CONSOLE = "people who are signed in"
    API = "programs with a key of the store"
    HOOK = "systems with the store's signature"


ACTORS = (
    *("anonymous", "shopper", "neighbour", "agent", "lead", "admin", "foreign"),
    *("key", "foreign key", "webhook", "foreign webhook", "forged webhook"),
)
PEOPLE = {"agent", "lead", "admin", "foreign"}
COMES_IN = {"shopper.find", "shopper.leave"}
API = {"api.exchange", "api.news", "api.order", "api.product"}
HOOKS = {"hooks.take_late_decision", "hooks.take_message", "hooks.take_payment_news"}
DOORS = (
    dict.fromkeys(OPEN | GIFT_ENTRANCE | COMES_IN | {"api.description"}, Door.OPEN)
    | dict.fromkeys(MATRIX, Door.CONSOLE)
    | dict.fromkeys(BY_LINK, Door.LINK)
    | dict.fromkeys(API, Door.API)
    | dict.fromkeys(HOOKS, Door.HOOK)
)
PROGRAMS = {"slug": "acme", "reference": "EX-222222", "number": "AC-1", "product": "p", "system": "ravelin"}
KEPT_BESIDES = frozenset({"agent_session", "throttle_try", "audit_entry", "api_key", "heard_webhook"})
FORGED = {"webhook-id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}


@dataclass(frozen=True)
class Actor:
    """Somebody with a browser, or a program with headers."""

    browser: Browser
    headers: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def new_desk(app: Flask, shop: Shop) -> NewDesk:
    def made(email: str, role: Role, store_id: int) -> Desk:
        secret, desk = make_agent(app, store_id, email, role), Desk(app)
        assert desk.sign_in(email, secret).location == "/console/"
        return desk

    return made


@pytest.fixture
def kaze(app: Flask) -> int:
    with app.app_context():
        made = make_store("kaze")
        db.session.remove()
    return made


def door_of(endpoint: str) -> Door | None:
    """Pages of an order are all those of the shopper that are not said to be something else."""
    return DOORS.get(endpoint, Door.ORDER if endpoint.startswith("shopper.") else None)


def come(app: Flask, shop: Shop, kaze: int, shopper: Browser, new_desk: NewDesk, name: str) -> Actor:
    if name == "shopper":
        return Actor(shopper)
    if name == "neighbour":
        with app.app_context(), store_scope(shop.store_id):
            make_order(
                shop.store_id, Bought(shop.variants["Navy / L"]), number="AC-7", email="bo@example.com"
            )
            db.session.remove()
        neighbour = Browser(app)
        assert neighbour.find("AC-7", "bo@example.com").status_code == 303
        return Actor(neighbour)
    if name in PEOPLE:
        at = (Role.ADMIN, kaze) if name == "foreign" else (Role(name), shop.store_id)
        return Actor(new_desk(f"{name}@example.com", *at))
    if name in ("key", "foreign key"):
        with app.app_context():
            key = make_key(shop.store_id if name == "key" else kaze, "till", tuple(Scope), NOW)
            db.session.remove()
        return Actor(Browser(app), {"Authorization": f"Bearer {key.token}"})
    if name in ("webhook", "foreign webhook"):
        return Actor(Browser(app), signed(app, shop.store_id if name == "webhook" else kaze))
    return Actor(Browser(app), FORGED if name == "forged webhook" else {})


def signed(app: Flask, store_id: int) -> dict[str, str]:
    """An empty message as this store's own systems send it: signed, or with the token that was agreed on."""
    connections, at = app.extensions["evenly.connections"], datetime.now(UTC)
    with app.app_context():
        secret = make_secret(connections.box, store_id, at)
        settings = {"url": "https://ravelin.example", "refund_abuse": "yes"}
        connect_store(connections, store_id, "ravelin", settings, "sk_test_example", at)
        token = make_callback_token(connections.box, store_id, "ravelin", at)
        db.session.remove()
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", at, ""),
        "Authorization": f"token {token}",
    }


def test_every_route_has_a_door(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {each for each in endpoints if door_of(each) is None} == set()
    assert set(DOORS) - endpoints == set()
    of_orders = [rule for rule in app.url_map.iter_rules() if door_of(rule.endpoint) is Door.ORDER]
    assert [rule.rule for rule in of_orders if "public_id" not in rule.arguments] == []


@pytest.mark.parametrize("name", ACTORS)
def test_who_gets_in_at_which_door(
    app: Flask, shop: Shop, kaze: int, shopper: Browser, new_desk: NewDesk, name: str
) -> None:
    known = examples(app, shop, shopper)
    actor = come(app, shop, kaze, shopper, new_desk, name)
    before = everything(app, but=KEPT_BESIDES)
    for place in every_place(app, known):
        door = door_of(place.endpoint)
        if door is Door.CONSOLE and name in PEOPLE:
            continue  # tests.console.test_matrix
        assert gets(actor, place, door) == expected(name, place, door), (name, place)
    if name not in ("shopper", "key"):
        assert everything(app, but=KEPT_BESIDES) == before


def every_place(app: Flask, known: dict[str, str | int]) -> list[Place]:
    """All but those that end a session, or that open the order to whoever comes."""
    adapter = app.url_map.bind("localhost")
    programs = [
        Place(rule.endpoint, method, adapter.build(rule.endpoint, values, method=method))
        for rule in app.url_map.iter_rules()
        if door_of(rule.endpoint) in (Door.API, Door.HOOK)
        for values in [{name: PROGRAMS[name] for name in rule.arguments}]
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT"})
    ]
    skipped = {"shopper.open_link", "shopper.leave"}
    skipped |= {"console.ask_sign_in_passkey", "console.sign_in_with_passkey"}  # not at this test's address
    found = [place for place in places(app, known, "GET", "POST") if place.endpoint not in skipped]
    return [*(place for place in found if door_of(place.endpoint) is not None), *programs]


def expected(name: str, place: Place, door: Door | None) -> bool:
    if door in (Door.OPEN, Door.LINK):
        return True
    if door is Door.ORDER:
        return name == "shopper" and place.endpoint != "shopper.open_exchange"  # which asks strangers only
    if door is Door.CONSOLE:
        return MATRIX[place.endpoint] is EVERYBODY
    if door is Door.HOOK:  # a payment provider signs in its own way: tests.paying
        return name == "webhook" and place.endpoint != "hooks.take_payment_news"
    return door is Door.API and name == "key"


def gets(actor: Actor, place: Place, door: Door | None) -> bool:
    """Whether they get something there: neither a no nor the way to the sign-in."""
    if door is Door.ORDER and not actor.headers:
        return not refused(actor.browser, place)
    page = "/console/sign-in" if place.path.startswith("/console/") else "/acme/"
    form = place.method == "POST" and door not in (Door.API, Door.HOOK)
    data = {"csrf_token": actor.browser.token(page)} if form else None
    answer = actor.browser._open(place.method, place.path, data=data, headers=actor.headers)
    assert answer.status_code < 500, place
    if door is Door.API:
        return answer.status_code not in (401, 403) and "no such store for this key" not in answer.text
    if door is Door.ORDER:
        return answer.status_code < 400 and "AC-1001" in answer.text
    to_sign_in = answer.status_code == 303 and answer.location == "/console/sign-in"
    return not to_sign_in and answer.status_code not in (400, 401, 403, 404)

"""Every route of the application with an address that exists, so that tests reach those added later.

A route with a new kind of part in its address takes the example of its converter; where that does not
lead to a real page the tests still run, and `EXAMPLES` is the place to say better. The doors for programs
are no pages and have tests of their own (tests/api).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Flask
from werkzeug.routing import Rule

from app.models import db, store_scope
from app.services import portal_links
from app.services.agents.reset_links import make_link
from app.services.portal_links import Purpose
from app.web.csrf import BEARER_ONLY
from tests.console.desk import make_agent
from tests.factories import NOW, Bought, make_order
from tests.web.browsing import Browser
from tests.web.conftest import Shop


@dataclass(frozen=True)
class Place:
    """A method and a real address of one route."""

    endpoint: str
    method: str
    path: str


def examples(app: Flask, shop: Shop, shopper: Browser) -> dict[str, str | int]:
    """Values for the parts of addresses; the shopper has a draft with one item chosen afterwards."""
    draft = shopper.find().location
    line = shopper.get(draft).text.partition('name="line" value="')[2].partition('"')[0]
    chosen = shopper.send(draft, {"line": line, f"quantity-{line}": "1"})
    item = chosen.location.rpartition("/")[2]
    gift, gift_item = _gift(app, shop, shopper)
    box = app.extensions["evenly.connections"].box
    make_agent(app, shop.store_id, "ana@acme.example")
    with app.app_context():
        reset_token = make_link("ana@acme.example", datetime.now(UTC))
        portal_links.make_key(box, shop.store_id, NOW)
        expires_at = NOW + timedelta(days=30)
        token = portal_links.sign(box, shop.store_id, "AC-1001", Purpose.BUYER, expires_at)
        db.session.remove()
    return {
        "store_slug": "acme",
        "public_id": draft.split("/")[3],
        "item_id": int(item),
        "token": token,
        "reset_token": reset_token,
        "filename": "js/evenly.js",
        "sheet_name": "shopper",
        "gift public_id": gift,
        "gift item_id": gift_item,
    }


def _gift(app: Flask, shop: Shop, shopper: Browser) -> tuple[str, int]:
    """A draft in the gift view, of another order, with its one item chosen."""
    with app.app_context(), store_scope(shop.store_id):
        make_order(shop.store_id, Bought(shop.variants["Navy / M"]), number="GF-7", is_gift=True)
        db.session.remove()
    draft = shopper.send("/acme/gift", {"order_number": "GF-7", "postcode": "97701"}).location
    line = shopper.get(draft).text.partition('name="line" value="')[2].partition('"')[0]
    chosen = shopper.send(draft, {"line": line})
    return draft.split("/")[3], int(chosen.location.rpartition("/")[2])


def places(app: Flask, known: dict[str, str | int], *methods: str) -> Iterator[Place]:
    """Every route that takes one of these methods."""
    adapter = app.url_map.bind("localhost")
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        if rule.endpoint.partition(".")[0] in BEARER_ONLY:
            continue
        for method in sorted((rule.methods or set()) & set(methods)):
            ours = "gift " if "/gifts/" in rule.rule else ""
            values = {
                name: known.get(ours + name, known.get(name, _plain(rule, name))) for name in rule.arguments
            }
            yield Place(rule.endpoint, method, adapter.build(rule.endpoint, values, method=method))


def _plain(rule: Rule, name: str) -> str | int:
    return 1 if type(rule._converters[name]).__name__ in ("IntegerConverter", "FloatConverter") else "x"

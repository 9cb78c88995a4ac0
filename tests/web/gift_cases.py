"""A gift and who is in it, with prices such as nothing else looks like; and what no answer may hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.models import Exchange, LineItem, Order, Variant, db, store_scope, writing
from app.services import portal_links
from app.services.portal_links import Purpose
from app.web.filters import money
from tests.factories import NOW, Bought, Shelf, make_order, make_product, make_store
from tests.shopper.form_tab import PARTIAL, FormTab

GIVER = {
    "name": "Gwendolyn Giverton",
    "street1": "77 Secretgiver Road",
    "city": "Giverville",
    "province": "NE",
    "postal_code": "68131",
    "country_code": "US",
    "phone": "+1 402 555 0119",
}
DELIVERED_TO = {
    "name": "Rita from Gwendolyn",
    "street1": "615 Pearl Street",
    "city": "Boulder",
    "province": "CO",
    "postal_code": "80302",
    "country_code": "US",
}
ABOUT_THE_GIVER = (
    "Gwendolyn",
    "Giverton",
    "gwen@giver.example",
    "Secretgiver",
    "Giverville",
    "68131",
    "5550119",
)
OWN = {
    "Full name": "Rita Moss",
    "Your email": "rita@recipient.example",
    "Street and house number": "9 Quay St",
    "City": "Boulder",
    "State, province": "CO",
    "Postcode": "80302",
}
SHELF = Shelf(
    "Ridge Parka",
    ("Colour", "Size"),
    {
        "Navy / M": (8642753, 5),
        "Navy / L": (8642753, 5),
        "Moss / M": (5317961, 5),
        "Gold / M": (9753197, 5),
    },
)


@dataclass
class Gift:
    """The order, its app, and every answer that anybody who received it was given."""

    app: Flask
    store_id: int
    order_id: int
    seen: list[TestResponse] = field(default_factory=list)

    def tab(self) -> FormTab:
        return FormTab(self.app, self.seen.append, "http://localhost")

    def link(self, purpose: Purpose, number: str = "GF-1001") -> str:
        box = self.app.extensions["evenly.connections"].box
        with self.app.app_context():
            if not portal_links.keys_of(self.store_id):
                portal_links.make_key(box, self.store_id, NOW)
            token = portal_links.sign(box, self.store_id, number, purpose, NOW + timedelta(days=30))
            db.session.remove()
        return portal_links.address_of("", "acme", token)

    def change(self, words: str, **values: Any) -> None:
        with self.app.app_context(), store_scope(self.store_id), writing():
            variant = db.session.scalars(select(Variant).where(Variant.title == words)).one()
            for name, value in values.items():
                setattr(variant, name, value)

    def rows(self, what: type[Any]) -> list[Any]:
        with self.app.app_context(), store_scope(self.store_id):
            found = list(db.session.scalars(select(what)))
            db.session.remove()
        return found


@pytest.fixture
def gift(app: Flask, today: object) -> Gift:
    policy = {"undo_minutes": 15, "shipping_fee": 7127, "restocking_fee": 3313, "bonus_percent": 10}
    with app.app_context():
        store_id = make_store(policy_data=policy)
        with store_scope(store_id):
            variants = make_product(store_id, SHELF)
            navy = variants["Navy / M"]
            order_id = make_order(
                store_id,
                Bought(navy, product=17285506, discount=1234568, tax=1412131, quantity=2),
                Bought(navy, product=6271819, tax=517425, title="Cellar Lamp", words=""),
                number="GF-1001",
                email="gwen@giver.example",
                address=DELIVERED_TO,
                is_gift=True,
                gift_code="Rose-Gold 7",
                phone="+1 402 555 0119",
            )
            with writing():
                order = db.session.get_one(Order, order_id)
                order.billing_address, order.first_name, order.last_name = GIVER, "Gwendolyn", "Giverton"
        db.session.remove()
    return Gift(app, store_id, order_id)


def by_code(tab: FormTab) -> None:
    tab.open("/acme/")
    tab.follow("I received this as a gift")
    tab.fill("Gift code", "rose gold-7")
    tab.press("Find my gift")


def to_review(tab: FormTab, options: dict[str, str] | None = None) -> None:
    """From the items to Review, with one parka."""
    tab.tick("Ridge Parka")
    tab.select("How many of Ridge Parka", "1")
    tab.press("Continue")
    tab.pick("What is wrong with it?", "It is too small")
    if not options:
        tab.pick("What would you like instead?", "A gift card")
    for group, value in (options or {}).items():
        tab.pick(group, value)
        tab.update()
    tab.press("Continue")
    if "recipient" in tab.path:
        say_who(tab)


def say_who(tab: FormTab) -> None:
    for label, text in OWN.items():
        tab.fill(label, text)
    tab.press("Continue")


def part(gift: Gift, tab: FormTab, fields: dict[str, str] | None = None) -> None:
    """The same address as htmx asks for it."""
    if fields is None:
        gift.seen.append(tab._client.get(tab.path, headers=PARTIAL, base_url="http://localhost"))
    else:
        data = {"csrf_token": tab.token, **fields}
        gift.seen.append(tab._client.post(tab.path, data=data, headers=PARTIAL, base_url="http://localhost"))


def amounts_in(data: Any) -> Iterator[int]:
    """Every number of a frozen sum that looks like money."""
    if isinstance(data, dict):
        for value in data.values():
            yield from amounts_in(value)
    elif isinstance(data, list):
        for value in data:
            yield from amounts_in(value)
    elif isinstance(data, int) and not isinstance(data, bool) and data >= 1000:
        yield data


def spellings(amount: int) -> set[str]:
    """An amount in minor units in all the ways that it may be written."""
    whole, cents = divmod(amount, 100)
    plain = {str(amount), f"{whole}.{cents:02}", f"{whole},{cents:02}", f"{whole:,}.{cents:02}"}
    grouped = f"{whole:,}"
    local = {money(amount, "USD", locale) for locale in ("en_US", "de_DE", "fr_FR", "en_IN")}
    if whole > 9999:
        plain |= {str(whole), grouped, grouped.replace(",", "."), grouped.replace(",", " ")}
    return plain | local


def assert_private(gift: Gift) -> None:
    """Nothing that was answered holds an amount of the order, the catalogue or the sums, or the giver."""
    secrets = set(ABOUT_THE_GIVER)
    amounts = {7127, 3313, 9999999} | {price for price, _ in SHELF.variants.values()}
    for line in gift.rows(LineItem):
        amounts |= {line.product, line.discount, line.tax, line.list_price, line.product // line.quantity}
    amounts |= {variant.price for variant in gift.rows(Variant)}
    for exchange in gift.rows(Exchange):
        amounts |= set(amounts_in(exchange.quote_data or {}))
        secrets |= {exchange.quote_version} if exchange.quote_version else set()
    for amount in amounts - {0}:
        secrets |= spellings(amount)
    assert len(gift.seen) > 3
    for answer in gift.seen:
        text = unquote(f"{answer.request.url}\n{answer.headers}\n{answer.text}")
        found = [secret for secret in secrets if secret in text]
        assert not found, (answer.request.path, answer.status_code, found)

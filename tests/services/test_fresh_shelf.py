"""What the shop says of a product goes into the catalogue, when it is time to ask and at no other time."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.connectors.base import Request, Sent
from app.connectors.http import HttpSender, Limits
from app.models import AuditEntry, Connector, Store, Variant, db, store_scope
from app.services.connected_systems import placing_system
from app.services.connector_roles import does_what
from app.services.connector_settings import Connections, connect_store
from app.services.fresh_shelf import REST, read_shelf
from app.services.platform_reading import Reader
from app.services.secret_box import SecretBox
from tests.factories import NOW, make_product, make_store
from tests.faults import behaviours as does
from tests.faults.peer import Behaviour, Peer
from tests.services.dispatch_cases import Acme

SYSTEM = "optoro-variants"
LATER = NOW + timedelta(minutes=2)


@dataclass
class Watched:
    """The network, with a look at the database before every request."""

    open_transactions: list[bool] = field(default_factory=list)
    sender: HttpSender = field(default_factory=lambda: HttpSender(Limits(10, 30), allow_loopback=True))

    def within(self, seconds: float) -> Watched:
        return Watched(self.open_transactions, self.sender.within(seconds))

    def send(self, request: Request, credentials: Mapping[str, str]) -> Sent:
        self.open_transactions.append(db.session().in_transaction())
        return self.sender.send(request, credentials)


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def reader(shop: Acme, watched: Watched) -> Reader:
    """Acme's shop says what is on its shelf."""
    connect(shop, shop.peer.url)
    return Reader(shop.connections, lambda: watched, 30)


def connect(shop: Acme, url: str, **settings: str) -> None:
    known = {"url": url, "optiturn_id": "Modrno"} | settings
    connect_store(shop.connections, shop.store_id, SYSTEM, known, None, NOW)


def variant(sku: str, price: int = 12900, stock: int = 5) -> dict[str, object]:
    return {
        "attributes": [],
        "unit_price_amount_cents": price,
        "quantity_in_stock": stock,
        "sku": f"RIDGE-PARKA-{sku}",
        "title": sku,
    }


def shelf(*variants: Mapping[str, object]) -> Behaviour:
    return does.status(200, json.dumps({"variants": variants}).encode())


def parka(shop: Acme) -> int:
    db.session.rollback()
    return db.session.get_one(Variant, shop.parka["Navy / M"]).product_id


def rows() -> dict[str, tuple[int, int | None]]:
    """Price and stock of each variant, by what its SKU ends in."""
    db.session.expunge_all()
    db.session.rollback()
    found = db.session.scalars(select(Variant).order_by(Variant.id))
    return {row.sku.removeprefix("RIDGE-PARKA-"): (row.price, row.stock) for row in found}


def notes() -> Sequence[str]:
    found = select(AuditEntry.act).where(AuditEntry.act.like("shelf%")).order_by(AuditEntry.id)
    return list(db.session.scalars(found))


def row_of_connector() -> Connector:
    db.session.expunge_all()
    return db.session.scalars(select(Connector).where(Connector.system == SYSTEM)).one()


def test_price_and_stock_are_taken_over(shop: Acme, peer: Peer, reader: Reader, watched: Watched) -> None:
    peer.script.append(shelf(variant("NAVY-L", 13500, 2), variant("NAVY-M", stock=0), variant("PINK-M")))
    assert read_shelf(reader, parka(shop), NOW)
    assert peer.requests[0].path == "/merchant/sku/RIDGE-PARKA/variants"
    assert rows() == {
        "NAVY-M": (12900, 0),
        "NAVY-L": (13500, 2),
        "NAVY-XL": (13950, 0),  # left out: cannot be had now
        "MOSS-M": (10900, 0),
        "MOSS-S": (12900, 0),
    }
    read_at = db.session.scalars(select(Variant.stock_read_at).distinct()).all()
    assert read_at == [NOW]
    assert watched.open_transactions == [False]


def test_prices_without_tax_are_shown_with_it_where_the_store_shows_it(
    shop: Acme, peer: Peer, reader: Reader
) -> None:
    store = db.session.get_one(Store, shop.store_id)
    store.tax_mode, store.tax_rate_ppm = "inclusive", 200_000
    db.session.commit()
    peer.otherwise = shelf(variant("NAVY-L", 10000))
    read_shelf(reader, parka(shop), NOW)
    assert rows()["NAVY-L"] == (12000, 5)
    connect(shop, peer.url, prices="shown")
    read_shelf(reader, parka(shop), LATER)
    assert rows()["NAVY-L"] == (10000, 5)


def test_it_is_not_asked_again_while_the_answer_is_fresh(shop: Acme, peer: Peer, reader: Reader) -> None:
    peer.otherwise = shelf(variant("NAVY-L"))
    asked = [read_shelf(reader, parka(shop), NOW + timedelta(seconds=each)) for each in (0, 59, 60)]
    assert asked == [True, False, True]
    assert len(peer.requests) == 2


@pytest.mark.parametrize(
    "fault",
    [
        does.status(503),
        does.status(404),
        does.status(200, b"{}"),
        does.status(200, b'{"variants": [{"sku": "RIDGE-PARKA-NAVY-L"}]}'),
        does.reset,
    ],
    ids=["away", "unknown", "nothing", "half a variant", "cut off"],
)
def test_a_failure_keeps_what_is_there_and_is_noted_once(
    shop: Acme, peer: Peer, reader: Reader, fault: Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    before = rows()
    peer.otherwise = fault
    assert read_shelf(reader, parka(shop), NOW)
    assert not read_shelf(reader, parka(shop), NOW + REST - timedelta(seconds=1))
    assert read_shelf(reader, parka(shop), NOW + REST)
    assert rows() == before
    assert (row_of_connector().failures, notes()) == (2, ["shelf not read"])
    assert "optoro-variants could not be read" in caplog.text
    peer.otherwise = shelf(variant("NAVY-L", stock=1))
    assert read_shelf(reader, parka(shop), NOW + 2 * REST)
    assert rows()["NAVY-L"] == (12900, 1)
    row = row_of_connector()
    assert (row.failures, row.closed_until) == (0, None)
    assert notes() == ["shelf not read", "shelf read again"]


def test_an_import_that_came_in_between_is_newer(shop: Acme, peer: Peer, reader: Reader) -> None:
    peer.otherwise = shelf(variant("NAVY-L", stock=1))
    row = db.session.get_one(Variant, shop.parka["Navy / L"])
    product_id, row.stock_read_at = row.product_id, NOW + timedelta(seconds=1)
    db.session.commit()
    read_shelf(reader, product_id, NOW + timedelta(hours=1))
    assert rows()["NAVY-L"] == (12900, 1)
    row = db.session.get_one(Variant, shop.parka["Navy / L"])
    row.stock, row.stock_read_at = 9, NOW + timedelta(hours=3)
    db.session.commit()
    connect(shop, peer.url, fresh_seconds="0")
    read_shelf(reader, product_id, NOW + timedelta(hours=3, seconds=-1))
    assert rows()["NAVY-L"] == (12900, 9)


def test_a_store_that_asks_nobody_and_a_product_that_is_none(acme: int, peer: Peer) -> None:
    bare = Acme(acme, peer)
    reader = Reader(bare.connections, Watched)
    assert not read_shelf(reader, parka(bare), NOW)
    connect(bare, peer.url)
    assert not read_shelf(reader, None, NOW)
    assert not read_shelf(reader, 999_999, NOW)
    assert peer.requests == []


def test_another_stores_connector_and_products_are_out_of_reach(
    shop: Acme, peer: Peer, reader: Reader
) -> None:
    product_id = parka(shop)
    other = make_store("globex")
    with store_scope(other):
        make_product(other)
        assert not read_shelf(reader, product_id, NOW)
    assert peer.requests == []


def test_a_secret_that_cannot_be_read_any_more_is_logged(
    shop: Acme, peer: Peer, reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    settings = {"url": peer.url, "optiturn_id": "Modrno", "auth": "bearer"}
    connect_store(shop.connections, shop.store_id, SYSTEM, settings, "s3cret", NOW)
    stranger = Connections(SecretBox("x" * 43 + "="), allow_loopback=True)
    assert not read_shelf(Reader(stranger, Watched), parka(shop), NOW)
    assert "who should be asked cannot be" in caplog.text
    assert peer.requests == []


def test_a_secret_that_the_platform_quotes_is_not_logged(
    shop: Acme, peer: Peer, reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    settings = {"url": peer.url, "optiturn_id": "Modrno", "auth": "bearer"}
    connect_store(shop.connections, shop.store_id, SYSTEM, settings, "s3cret", NOW)
    peer.otherwise = does.quotes_our_credential(422)
    assert read_shelf(reader, parka(shop), NOW)
    assert "could not be read" in caplog.text
    assert "s3cret" not in caplog.text


def test_a_token_is_fetched_for_it_too(shop: Acme, peer: Peer, reader: Reader) -> None:
    oauth = {"auth": "oauth2", "oauth_url": f"{peer.url}/token", "oauth_client_id": "evenly"}
    settings = {"url": peer.url, "optiturn_id": "Modrno"} | oauth
    connect_store(shop.connections, shop.store_id, SYSTEM, settings, "s3cret", NOW)
    peer.script.append(does.status(200, b'{"access_token": "tok-1", "expires_in": 600}'))
    peer.otherwise = shelf(variant("NAVY-L", stock=4))
    for at in (NOW, LATER):
        assert read_shelf(reader, parka(shop), at)
    assert [heard.headers["authorization"] for heard in peer.requests[1:]] == ["Bearer tok-1"] * 2
    assert rows()["NAVY-L"] == (12900, 4)


def test_it_stands_beside_the_platform(shop: Acme, reader: Reader) -> None:
    assert placing_system() == "optoro"
    assert does_what(shop.connections, SYSTEM) == "says what is on the shelf"

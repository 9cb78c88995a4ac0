"""The gift card that Medusa makes: its code is mailed once, to the right person, and stands nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.letter import MailKind
from app.models import Exchange, Variant, db, writing
from app.queries.exchanges import card_given_at
from app.services.connector_settings import connect_store
from app.services.mailing import turn_on
from app.services.mailing_again import send_again
from app.services.payment_ledger import movements_of
from app.web.mails import writer_of
from tests.factories import Bought, make_order
from tests.faults.mail_server import MailServer
from tests.faults.peer import Peer
from tests.services.dispatch_cases import TO_CARD, exchange_of
from tests.services.gift_cards.card_cases import everything_stored, with_code
from tests.services.mail_cases import MailingAcme
from tests.services.test_dispatch_medusa import SECRET, configure, medusa, sandbox

__all__ = ["medusa", "sandbox"]


@pytest.fixture
def post() -> Iterator[MailServer]:
    with MailServer() as post:
        yield post


@pytest.fixture
def mailing(app: Flask, acme: int, peer: Peer, post: MailServer, medusa: httpx2.Client) -> MailingAcme:
    """The store, which has its cards made by Medusa."""
    shop = MailingAcme(acme, peer, mail=post, write=writer_of(app, "https://exchanges.acme.example"))
    at_medusa(shop, medusa)
    return shop


def at_medusa(shop: MailingAcme, medusa: httpx2.Client, **more: str) -> None:
    url = f"{str(medusa.base_url).rstrip('/')}/medusa"
    settings = {"url": url, "shipping_option_id": "so_standard", "gift_cards": "loyalty", **more}
    turn_on(db.engine)
    connect_store(shop.connections, shop.store_id, "medusa", settings, SECRET, shop.clock())
    rows = db.session.scalars(select(Variant)).all()
    variants = [{"id": row.platform_id, "sku": row.sku, "price_cents": row.price} for row in rows]
    configure(medusa, variants=variants, loyalty_plugin=True)


def swapped(shop: MailingAcme, medusa: httpx2.Client) -> int:
    """Order 7 of one parka, given for a card and confirmed."""
    item = {"variant_id": "RIDGE-PARKA-0", "quantity": 1}
    configure(medusa, orders=[{"display_id": 7, "email": "ada@example.com", "items": [item]}])
    bought = Bought(shop.parka["Navy / M"])
    return shop.confirm_order(
        make_order(shop.store_id, bought, number="7", platform_id="order_000007"), TO_CARD
    )


def code_at(medusa: httpx2.Client, exchange_id: int) -> str:
    found = medusa.get(f"/medusa/admin/gift-cards?reference_id={exchange_of(exchange_id).reference}")
    (card,) = found.json()["gift_cards"]
    return str(card["code"])


def test_its_code_stands_in_the_mail_alone(
    mailing: MailingAcme, post: MailServer, medusa: httpx2.Client, caplog: pytest.LogCaptureFixture
) -> None:
    exchange_id = swapped(mailing, medusa)
    mailing.send()
    code = code_at(medusa, exchange_id)
    assert with_code(post, code) == [("ada@example.com",)]
    exchange = exchange_of(exchange_id)
    assert exchange.attention is None
    assert code not in everything_stored() + caplog.text
    assert movements_of(exchange_id) == []  # the portal has given nothing
    assert card_given_at(exchange_id) == mailing.clock()
    send_again(exchange_id, MailKind.GIFT_CARD, "agent:1", mailing.clock())
    mailing.send()
    assert with_code(post, code) == [("ada@example.com",)] * 2


def test_of_a_gift_only_its_recipient_gets_it(
    mailing: MailingAcme, post: MailServer, medusa: httpx2.Client
) -> None:
    exchange_id = swapped(mailing, medusa)
    with writing():
        exchange = db.session.get_one(Exchange, exchange_id)
        exchange.gift_view, exchange.recipient_email = True, "gia@example.com"
    mailing.send()
    assert with_code(post, code_at(medusa, exchange_id)) == [("gia@example.com",)]


@pytest.mark.parametrize("kind", ["lost_answer", "status"])
def test_asked_for_again_it_is_mailed_once(
    mailing: MailingAcme, post: MailServer, medusa: httpx2.Client, kind: str
) -> None:
    exchange_id = swapped(mailing, medusa)
    medusa.post("/faults", json={"system": "medusa", "kind": "delay", "delay_ms": 0, "times": 8})
    medusa.post("/faults", json={"system": "medusa", "kind": kind, "times": 3})
    for _ in range(6):
        mailing.send()
        mailing.clock.forward(minutes=30)
    assert exchange_of(exchange_id).attention is None
    assert with_code(post, code_at(medusa, exchange_id)) == [("ada@example.com",)]


def test_with_nobody_to_mail_it_to_a_person_is_asked(mailing: MailingAcme, medusa: httpx2.Client) -> None:
    exchange_id = swapped(mailing, medusa)
    with writing():
        order = db.session.get_one(Exchange, exchange_id).order
        order.email = ""
    mailing.send()
    tail = code_at(medusa, exchange_id)[-4:]
    assert f"which ends in {tail}, could not be mailed" in (exchange_of(exchange_id).attention or "")


def test_where_the_portal_gives_the_card_the_platforms_is_not_mailed(
    mailing: MailingAcme, post: MailServer, medusa: httpx2.Client
) -> None:
    mailing.set_policy(gift_card_issuer="portal")
    exchange_id = swapped(mailing, medusa)
    mailing.send()
    assert with_code(post, code_at(medusa, exchange_id)) == []

"""The store acme, which gives its gift cards itself: from its pool, or made by the shop's own program."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.services.connector_settings import connect_store
from app.web.mails import writer_of
from tests.faults.mail_server import MailServer
from tests.faults.peer import Peer
from tests.services.gift_cards.card_cases import SECRET, CardShop
from tests.services.mail_cases import MailingAcme


@pytest.fixture
def post() -> Iterator[MailServer]:
    with MailServer() as post:
        yield post


@pytest.fixture
def mailing(app: Flask, acme: int, peer: Peer, post: MailServer) -> MailingAcme:
    """The store, which gives the gift cards itself and writes mails with the true words."""
    shop = MailingAcme(acme, peer, mail=post, write=writer_of(app, "https://exchanges.acme.example"))
    shop.set_up()
    shop.set_policy(gift_card_issuer="portal")
    return shop


@pytest.fixture
def cards() -> Iterator[CardShop]:
    with CardShop() as cards:
        yield cards


@pytest.fixture
def made_by_the_shop(mailing: MailingAcme, cards: CardShop) -> None:
    """The store's cards are made by its own program."""
    settings = {"url": cards.url}
    connect_store(mailing.connections, mailing.store_id, "gift-cards", settings, SECRET, mailing.clock())

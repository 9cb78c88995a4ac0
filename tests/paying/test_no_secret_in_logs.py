"""No secret stands in the log, down to its last level, nor in the database, however a run ended."""

from __future__ import annotations

import logging
import re
from base64 import b64encode
from collections.abc import Iterator

import pytest
from flask import Flask

from app.models import DispatchState, PaymentState, Purpose, store_scope
from app.sandbox.payments import WEBHOOK_SECRET
from app.services.gift_card_pool import fill_pool
from app.web.mails import writer_of
from tests.factories import make_store
from tests.faults.behaviours import lost_answer, quotes_our_credential
from tests.faults.mail_server import MailServer
from tests.faults.peer import Peer
from tests.paying.relay import RelayedShop
from tests.paying.shop_with_till import states
from tests.paying.stripe_till import KEY, SIGNING
from tests.services.dispatch_cases import TO_CARD, Clock, dispatch_of, exchange_of
from tests.services.everything import everything_stored
from tests.services.mail_cases import MailingAcme

PASSWORD, CODE = "platform-canary-7f1d", "GC-AAAA-1111"
BASIC = b64encode(f"evenly:{PASSWORD}".encode()).decode()
SECRETS = ("sk_test_key", KEY, WEBHOOK_SECRET, SIGNING, PASSWORD, BASIC, CODE)
SECRET_LIKE = re.compile(r"sk_\w+|whsec_\w+|(?:Basic|Bearer) [\w+/=.-]{8,}", re.IGNORECASE)


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture(autouse=True)
def everything_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


def secrets_in(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Those in the log or the database. The mail server that writes its own log is the outside world's."""
    ours = [record for record in caplog.records if record.name != "mail.log"]
    logged, kept = "\n".join(map(logging.Formatter().format, ours)), everything_stored()
    return SECRET_LIKE.findall(logged) + [each for each in SECRETS if each in logged or each in kept]


def test_paid(relayed_shop: RelayedShop, caplog: pytest.LogCaptureFixture) -> None:
    exchange_id = relayed_shop.paid()
    relayed_shop.settle()
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)
    assert secrets_in(caplog) == []


def test_failed_at_every_call(relayed_shop: RelayedShop, caplog: pytest.LogCaptureFixture) -> None:
    exchange_id = relayed_shop.confirm()
    for fault in (quotes_our_credential(422), quotes_our_credential(503), lost_answer):
        relayed_shop.goes_wrong("open", fault)
        assert relayed_shop.open(exchange_id) is None
    relayed_shop.pay(relayed_shop.open(exchange_id))
    relayed_shop.goes_wrong("look", quotes_our_credential(500))
    relayed_shop.watch()
    relayed_shop.goes_wrong("capture", quotes_our_credential(400))
    relayed_shop.settle()
    assert dispatch_of(exchange_id, Purpose.CAPTURE).state == DispatchState.FAILED
    assert "Not with ***" in (exchange_of(exchange_id).attention or "")
    for told in ("No page could be opened", "could not be looked at", "Not with ***"):
        assert told in caplog.text
    assert secrets_in(caplog) == []


@pytest.fixture
def mailing(app: Flask, peer: Peer, clock: Clock) -> Iterator[MailingAcme]:
    """A store that gives cards out of its pool, and signs in at its platform with a password."""
    with MailServer() as post, app.app_context():
        store_id = make_store()
        with store_scope(store_id):
            write = writer_of(app, "https://exchanges.acme.example")
            shop = MailingAcme(store_id, peer, clock, mail=post, write=write)
            shop.set_up()
            shop.connect(secret=PASSWORD, auth="basic", auth_user="evenly")
            shop.set_policy(gift_card_issuer="portal")
            yield shop


def test_a_gift_card_given(mailing: MailingAcme, peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
    fill_pool(mailing.box, mailing.store_id, f"code,amount\n{CODE},\n", mailing.clock())
    peer.script.append(quotes_our_credential(503))
    mailing.confirm("AC-1001", TO_CARD)
    for _ in range(2):
        mailing.send()
        mailing.clock.forward(minutes=1)
    assert [heard.headers["authorization"] for heard in peer.requests] == [f"Basic {BASIC}"] * 2
    assert any(CODE in mail.body("plain") for mail in mailing.mail.mails)
    assert secrets_in(caplog) == []

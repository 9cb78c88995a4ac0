"""Payment providers as strangers on loopback, each with our connector for it, for tests that hold for all.

A provider here is what a shop has: an account to call with our own client, and shoppers with cards.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

import httpx2

from app.connectors.base import Done, Outcome, Refused, Reply, Request
from app.connectors.gateway import Gateway
from app.connectors.http import HttpSender, Limits
from app.connectors.moved import HostedPage, Moved
from app.connectors.payments.cards import CardsGateway
from app.connectors.payments.stripe import StripeGateway
from app.domain.payment import MoneyAct, MoneyMove, PaymentRecord, PaymentWish
from app.sandbox import create_sandbox
from app.sandbox.payments import WEBHOOK_SECRET
from app.sandbox.serving import start
from tests.payments.cases import WISH, move
from tests.payments.fake_stripe import FakeStripe, fake_stripe
from tests.payments.mailbox import Mailbox, Message, open_mailbox

GOOD, DECLINED = "4242 4242 4242 4242", "4000 0000 0000 0002"
KEY = "sk_test_only_for_tests"


class Shoppers(Protocol):
    """People at the provider's hosted page."""

    def pay(self, url: str, card: str) -> None:
        """Type in a card there."""


@dataclass
class Provider:
    """One provider and our connector for it. `requests` are those of ours that were sent, in order."""

    gateway: Gateway
    shoppers: Shoppers
    mailbox: Mailbox
    requests: list[Request] = field(default_factory=list)
    _sender: HttpSender = field(default_factory=lambda: HttpSender(Limits(), allow_loopback=True))
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def send(self, request: Request) -> Reply:
        """Over the wire, with the connector's credentials."""
        self.requests.append(request)
        sent = self._sender.send(request, self.gateway.credentials())
        assert isinstance(sent, Reply), sent
        return sent

    def wish(self, **changes: object) -> PaymentWish:
        """A wish with a key that was not used yet, an hour from now."""
        ends = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
        key = f"acme:AC-1001:0:pay:{next(self._numbers)}"
        return replace(WISH, **{"key": key, "expires_at": ends, **changes})  # type: ignore[arg-type]

    def open(self, wish: PaymentWish | None = None) -> HostedPage:
        request = self.gateway.open_page(wish or self.wish())
        assert isinstance(request, Request), request
        page = self.gateway.page_of(self.send(request))
        assert isinstance(page, HostedPage), page
        return page

    def pay(self, page: HostedPage, card: str = GOOD) -> None:
        self.shoppers.pay(page.url, card)

    def look(self, page: HostedPage) -> PaymentRecord:
        record = self.gateway.record_of(self.send(self.gateway.look_at_page(page.reference)))
        assert isinstance(record, PaymentRecord), record
        return record

    def close(self, page: HostedPage) -> Reply:
        return self.send(self.gateway.close_page(page.reference))

    def paid(self, **changes: object) -> tuple[HostedPage, str]:
        """A page that was paid on, and the number of its payment."""
        page = self.open(self.wish(**changes))
        self.pay(page)
        return page, self.look(page).payment

    def move(self, act: MoneyAct, payment: str, amount: int = 1050, key: str = "") -> Moved | str:
        """Until it is done; a no is given in the connector's words for an agent."""
        asked = move(act, amount, payment=payment, key=key or f"{payment}:{act}")
        return self.carry_out(asked)

    def carry_out(self, asked: MoneyMove) -> Moved | str:
        answers = list[Reply]()
        while True:
            step = self.gateway.next_step(asked, answers)
            if isinstance(step, Refused):
                return step.reason
            if isinstance(step, Done):
                assert isinstance(step.result, Moved)
                return step.result
            reply = self.send(step)
            if self.gateway.outcome(reply) is not Outcome.DELIVERED:
                return self.gateway.explain(reply)
            answers.append(reply)

    def told(self) -> Message:
        """The next message of the provider's."""
        return self.mailbox.next()


class PageShoppers:
    """They fill in the form of the page."""

    def pay(self, url: str, card: str) -> None:
        reply = httpx2.post(url, data={"card": card}, trust_env=False)
        assert reply.status_code == 303, reply.text
        assert urlsplit(reply.headers["location"]).path


@contextmanager
def sandbox_cards() -> Iterator[Provider]:
    """The sandbox's cards."""
    app = create_sandbox()
    running = start(app)
    with open_mailbox() as mailbox:
        settings = {"url": f"{running.url}/cards", "webhook_url": mailbox.url}
        secret = f"{KEY} {WEBHOOK_SECRET}"
        gateway = CardsGateway.configure(settings, secret, allow_loopback=True)
        yield Provider(gateway, PageShoppers(), mailbox)
    running.stop()
    app.close()


def stripe_at(server: FakeStripe, mailbox: Mailbox, signing: str) -> Provider:
    """Our connector for this server."""
    settings = {"url": server.url, "pages": server.url}
    gateway = StripeGateway.configure(settings, f"{KEY} {signing}", allow_loopback=True)
    return Provider(gateway, PageShoppers(), mailbox)


@contextmanager
def stripe() -> Iterator[Provider]:
    """A small Stripe of our own."""
    signing = "whsec_only_for_tests"
    with open_mailbox() as mailbox, fake_stripe(KEY, signing, mailbox.url) as server:
        yield stripe_at(server, mailbox, signing)


PROVIDERS = {"cards": sandbox_cards, "stripe": stripe}

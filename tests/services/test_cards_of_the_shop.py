"""A gift card that the shop's own program makes: asked for once, its code in the mail and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from standardwebhooks import Webhook

from app.domain.news import News, NewsKind
from app.models import Dispatch, DispatchState, GiftCardCode, Purpose, db, writing
from app.services.agent_decisions import CannotDecide, Decision
from app.services.cancelling_placed import cancelled_by_hand
from app.services.connector_settings import connect_store, disconnect_store
from app.services.dispatch_claims import Claim, claim_due
from app.services.dispatch_recovery import retry
from app.services.dispatch_results import Result
from app.services.dispatching import make_ready, record_sent, send_claimed, send_ready
from app.services.exchange_news import take_news
from app.services.gift_card_pool import count_pool, fill_pool
from app.services.payment_ledger import movements_of
from app.services.settling_flags import Settling, settle_flag
from app.services.sweeping import sweep
from app.web.mails import writer_of
from tests.factories import NOW
from tests.faults.behaviours import lost_answer, reset, says, status
from tests.faults.mail_server import MailServer
from tests.faults.peer import Peer
from tests.services.dispatch_cases import TO_CARD, dispatch_of, exchange_of
from tests.services.mail_cases import MailingAcme

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MAYA = Decision("agent:7", "looked there")


@dataclass
class CardShop(Peer):
    """The shop's program: one card for each exchange, for ever."""

    made: dict[str, str] = field(default_factory=dict)

    def place(self, body: dict[str, Any]) -> dict[str, Any]:
        told = body["data"]
        code = self.made.setdefault(told["reference"], f"SHOP-{len(self.made):04}-4F2K")
        return {"code": code, "amount": told["amount"], "currency": told["currency"]}


@pytest.fixture
def post() -> Iterator[MailServer]:
    with MailServer() as post:
        yield post


@pytest.fixture
def cards() -> Iterator[CardShop]:
    with CardShop() as cards:
        yield cards


@pytest.fixture
def mailing(app: Flask, acme: int, peer: Peer, post: MailServer, cards: CardShop) -> MailingAcme:
    """The store, whose cards are all given from here and made by its own program."""
    shop = MailingAcme(acme, peer, mail=post, write=writer_of(app, "https://exchanges.acme.example"))
    shop.set_up()
    shop.set_policy(gift_card_issuer="portal")
    connect_store(shop.connections, shop.store_id, "gift-cards", {"url": cards.url}, SECRET, shop.clock())
    return shop


def wish_of(exchange_id: int) -> Dispatch:
    return dispatch_of(exchange_id, Purpose.ISSUE)


def with_code(post: MailServer, code: str) -> list[tuple[str, ...]]:
    return [tuple(mail.recipients) for mail in post.mails if code.encode() in mail.raw]


def everything_stored() -> str:
    db.session.rollback()
    tables = db.metadata.sorted_tables
    return "".join(repr(row) for table in tables for row in db.session.connection().execute(table.select()))


def test_the_shop_makes_the_card_and_its_code_stands_in_the_mail_alone(
    mailing: MailingAcme, post: MailServer, cards: CardShop, caplog: pytest.LogCaptureFixture
) -> None:
    first = mailing.confirm("AC-1001", TO_CARD)
    mailing.send()
    (call,) = cards.requests
    with time_machine.travel(mailing.clock(), tick=False):
        told = Webhook(SECRET).verify(call.body, dict(call.headers))
    row = exchange_of(first)
    assert (told["data"]["amount"], told["data"]["currency"]) == (row.card_total, "USD")
    assert told["data"]["reference"] == row.reference
    assert with_code(post, "SHOP-0000-4F2K") == [("ada@example.com",)]
    assert (row.attention, wish_of(first).result) == (None, {"ends_in": "4F2K"})
    assert [(line.kind, line.amount) for line in movements_of(first)] == [("issued", row.card_total)]
    assert "SHOP-0000" not in everything_stored() + caplog.text
    assert count_pool(mailing.store_id).given == 1


def test_a_lost_answer_is_asked_for_again_with_the_same_bytes(
    mailing: MailingAcme, post: MailServer, cards: CardShop
) -> None:
    cards.script.extend([status(503), lost_answer, reset])
    first = mailing.confirm("AC-1001", TO_CARD)
    for _ in range(4):
        mailing.send()
        mailing.clock.forward(hours=2)
    assert len({(call.body, call.headers["webhook-id"]) for call in cards.requests}) == 1
    assert len(cards.requests) == 4
    assert len(with_code(post, "SHOP-0000-4F2K")) == 1
    assert exchange_of(first).attention is None


def test_what_the_shop_may_have_made_waits_while_nobody_knows_whether_it_was_cancelled(
    mailing: MailingAcme, post: MailServer, cards: CardShop
) -> None:
    cards.script.append(lost_answer)
    first = mailing.confirm("AC-1001", TO_CARD)
    mailing.send()
    with pytest.raises(CannotDecide, match="gave a gift card"):
        cancelled_by_hand(first, MAYA, mailing.clock())
    told_cancelled(first)
    mailing.clock.forward(minutes=5)
    mailing.send()
    assert len(cards.requests) == 1
    (flag,) = exchange_of(first).open_flags
    settle_flag(first, flag.id, Settling.ACCEPT, MAYA, mailing.clock())
    mailing.clock.forward(minutes=10)
    mailing.send()
    assert len(with_code(post, "SHOP-0000-4F2K")) == 1


def test_told_cancelled_while_the_shop_is_asked_the_code_is_kept(
    mailing: MailingAcme, post: MailServer, cards: CardShop
) -> None:
    first = mailing.confirm("AC-1001", TO_CARD)
    answered = ask_for_card(mailing)
    told_cancelled(first)
    record_sent(mailing.dispatcher(), answered)
    mailing.send()
    assert "whether its exchange is cancelled is not decided" in (exchange_of(first).attention or "")
    assert with_code(post, "SHOP-0000-4F2K") == []


def told_cancelled(exchange_id: int) -> None:
    take_news(exchange_of(exchange_id).reference or "", News(NewsKind.CANCELLED), "platform", NOW)


def test_an_outage_is_said_to_a_person_and_nothing_is_lost(
    mailing: MailingAcme, post: MailServer, cards: CardShop
) -> None:
    cards.script.extend([status(500)])
    fill_pool(mailing.box, mailing.store_id, "POOL-1111\n", mailing.clock())
    first = mailing.confirm("AC-1001", TO_CARD)
    mailing.send()
    sweep(mailing.clock())
    assert exchange_of(first).attention is None
    mailing.clock.forward(minutes=15)
    sweep(mailing.clock())
    told = exchange_of(first).attention or ""
    assert "125.68 USD could not be given: the shop's gift card address" in told
    mailing.clock.forward(hours=1)
    mailing.send()
    assert len(with_code(post, "SHOP-0000-4F2K")) == 1
    assert exchange_of(first).attention is None
    assert count_pool(mailing.store_id).free == {None: 1}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (status(422, b'{"message": "No cards above $100"}'), "answered 422: No cards above $100"),
        (says(b'{"ok": true}'), "without a code"),
        (says(b'{"code": "POOL-1111"}'), "that the store has had before"),
    ],
)
def test_a_refusal_is_for_a_person_who_sends_it_again(
    mailing: MailingAcme, post: MailServer, cards: CardShop, answer: Any, words: str
) -> None:
    fill_pool(mailing.box, mailing.store_id, "POOL-1111\n", mailing.clock())
    cards.script.append(answer)
    first = mailing.confirm("AC-1001", TO_CARD)
    mailing.send()
    assert (exchange_of(first).status, wish_of(first).state) == ("placed", DispatchState.FAILED)
    assert words in (exchange_of(first).attention or "")
    sweep(mailing.clock())
    assert mailing.send() == 0
    retry(mailing.connections, first, MAYA, mailing.clock())
    mailing.send()
    assert len({call.body for call in cards.requests}) == 1
    assert len(with_code(post, "SHOP-0000-4F2K")) == 1
    assert exchange_of(first).attention is None
    assert with_code(post, "POOL-1111") == []


def test_what_a_person_gave_otherwise_is_not_asked_for(mailing: MailingAcme, cards: CardShop) -> None:
    cards.script.append(status(400))
    first = mailing.confirm("AC-1001", TO_CARD)
    mailing.send()
    (flag,) = exchange_of(first).open_flags
    settle_flag(first, flag.id, Settling.ACCEPT, MAYA, mailing.clock())
    retry(mailing.connections, first, MAYA, mailing.clock())
    mailing.send()
    assert wish_of(first).state == DispatchState.CANCELLED
    assert len(cards.requests) == 1


def test_a_store_without_the_address_gives_what_is_owed_from_its_pool(
    mailing: MailingAcme, post: MailServer, cards: CardShop
) -> None:
    fill_pool(mailing.box, mailing.store_id, "POOL-1111\nPOOL-2222\n", mailing.clock())
    first = mailing.confirm("AC-1001", TO_CARD)
    cards.script.append(status(500))
    mailing.send()
    disconnect_store(mailing.store_id, "gift-cards", mailing.clock())
    mailing.clock.forward(hours=1)
    mailing.send()
    assert wish_of(first).state == DispatchState.CANCELLED
    assert len(with_code(post, "POOL-1111")) == 1
    assert len(cards.requests) == 1


def test_a_card_that_was_given_meanwhile_is_not_given_twice(
    mailing: MailingAcme, post: MailServer, cards: CardShop
) -> None:
    """The address is taken away while the shop is being asked, and the pool gives the card."""
    fill_pool(mailing.box, mailing.store_id, "POOL-1111\n", mailing.clock())
    first = mailing.confirm("AC-1001", TO_CARD)
    answered = ask_for_card(mailing)
    disconnect_store(mailing.store_id, "gift-cards", mailing.clock())
    sweep(mailing.clock())
    record_sent(mailing.dispatcher(), answered)
    mailing.send()
    assert len(with_code(post, "POOL-1111")) == 1
    assert with_code(post, "SHOP-0000-4F2K") == []
    assert "second gift card, whose code ends in 4F2K" in (exchange_of(first).attention or "")


def test_two_exchanges_get_two_codes(mailing: MailingAcme, post: MailServer, cards: CardShop) -> None:
    cards.script.extend([says(b'{"code": "SAME-CODE-1"}')] * 2)
    mailing.confirm("AC-1001", TO_CARD)
    second = mailing.confirm("AC-1002", TO_CARD)
    mailing.send()
    assert len(with_code(post, "SAME-CODE-1")) == 1
    assert "had before" in (exchange_of(second).attention or "")


def test_a_code_waits_where_nobody_can_be_told(
    mailing: MailingAcme, post: MailServer, cards: CardShop
) -> None:
    first = mailing.confirm("AC-1001", TO_CARD)
    answered = ask_for_card(mailing)
    write_to(first, "")
    record_sent(mailing.dispatcher(), answered)
    assert "could not be given" in (exchange_of(first).attention or "")
    assert db.session.scalars(select(GiftCardCode.tail)).all() == ["4F2K"]
    write_to(first, "ada@example.com")
    sweep(mailing.clock())
    mailing.send()
    assert len(with_code(post, "SHOP-0000-4F2K")) == 1
    assert len(cards.requests) == 1
    assert exchange_of(first).attention is None


def ask_for_card(mailing: MailingAcme) -> dict[Claim, Result]:
    """Place the exchange and ask the shop for its card: the answer, which nobody has recorded yet."""
    worker = mailing.dispatcher()
    while True:
        (claim,) = claim_due("worker-1", 1, mailing.clock())
        if claim.system != "gift-cards":
            send_claimed(worker, claim)
            continue
        return {each: send_ready(worker, each, ready) for each, ready in make_ready(worker, [claim]).items()}


def write_to(exchange_id: int, email: str) -> None:
    with writing():
        exchange_of(exchange_id).order.email = email


def test_the_command(app: Flask, mailing: MailingAcme) -> None:
    run = app.test_cli_runner()
    made = run.invoke(args=["cards", "webhook", "acme", "--url", "https://shop.example/cards"])
    assert made.exit_code == 0
    assert made.stdout.startswith("whsec_")
    assert "gift-cards: makes gift cards" in run.invoke(args=["store", "connectors", "acme"]).output
    assert run.invoke(args=["cards", "webhook", "acme", "--url", "http://shop.example"]).exit_code == 2
    assert run.invoke(args=["cards", "webhook", "acme"]).exit_code == 2
    assert run.invoke(args=["cards", "webhook", "acme", "--remove"]).exit_code == 0
    assert run.invoke(args=["cards", "webhook", "acme", "--remove"]).exit_code == 2

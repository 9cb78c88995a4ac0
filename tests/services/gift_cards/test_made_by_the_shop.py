"""A gift card that the shop's own program makes: asked for once, its code in the mail and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from flask import Flask
from standardwebhooks import Webhook

from app.models import DispatchState
from app.services.dispatch_recovery import retry
from app.services.gift_card_pool import count_pool, fill_pool
from app.services.payment_ledger import movements_of
from app.services.settling_flags import Settling, settle_flag
from app.services.sweeping import sweep
from tests.faults.behaviours import lost_answer, reset, says, status
from tests.faults.mail_server import MailServer
from tests.services.dispatch_cases import TO_CARD, exchange_of
from tests.services.gift_cards.card_cases import MAYA, SECRET, CardShop, everything_stored, wish_of, with_code
from tests.services.mail_cases import MailingAcme

pytestmark = pytest.mark.usefixtures("made_by_the_shop")


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


def test_two_exchanges_get_two_codes(mailing: MailingAcme, post: MailServer, cards: CardShop) -> None:
    cards.script.extend([says(b'{"code": "SAME-CODE-1"}')] * 2)
    mailing.confirm("AC-1001", TO_CARD)
    second = mailing.confirm("AC-1002", TO_CARD)
    mailing.send()
    assert len(with_code(post, "SAME-CODE-1")) == 1
    assert "had before" in (exchange_of(second).attention or "")


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

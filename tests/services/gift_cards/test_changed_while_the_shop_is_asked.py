"""What changes while the shop's program is asked for a card: nobody gets two, and no code is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import DispatchState, GiftCardCode, db, writing
from app.services.agent_decisions import CannotDecide
from app.services.cancelling_placed import cancelled_by_hand
from app.services.connector_settings import disconnect_store
from app.services.dispatch_claims import Claim, claim_due
from app.services.dispatch_results import Result
from app.services.dispatching import make_ready, record_sent, send_claimed, send_ready
from app.services.gift_card_pool import fill_pool
from app.services.settling_flags import Settling, settle_flag
from app.services.sweeping import sweep
from tests.faults.behaviours import lost_answer, status
from tests.faults.mail_server import MailServer
from tests.services.dispatch_cases import TO_CARD, exchange_of
from tests.services.gift_cards.card_cases import MAYA, CardShop, told_cancelled, wish_of, with_code
from tests.services.mail_cases import MailingAcme

pytestmark = pytest.mark.usefixtures("made_by_the_shop")


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

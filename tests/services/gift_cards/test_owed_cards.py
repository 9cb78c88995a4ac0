"""A gift card that is owed, as the pool was empty: given later, unless there is a reason not to."""

from __future__ import annotations

import pytest

from app.domain.exchange_status import Status
from app.domain.flags import FlagKind
from app.models import Purpose, writing
from app.services.agent_decisions import Decision
from app.services.books import DriftKind
from app.services.gift_card_pool import count_pool
from app.services.gift_cards import issue_owed
from app.services.moving import ask_for_attention
from app.services.parcels import mark_received
from app.services.platform_work import follow_up
from app.services.settling_flags import Settling, settle_flag
from app.services.sweeping import sweep
from tests.factories import NOW
from tests.faults.mail_server import MailServer
from tests.services.dispatch_cases import TO_CARD, exchange_of
from tests.services.gift_cards.card_cases import fill, mails_of, told_cancelled
from tests.services.mail_cases import MailingAcme


def owed(shop: MailingAcme) -> int:
    exchange_id = shop.confirm("AC-1001", TO_CARD)
    shop.send()
    return exchange_id


def test_an_empty_pool_is_said_and_nothing_is_lost(mailing: MailingAcme, post: MailServer) -> None:
    first = mailing.confirm("AC-1001", TO_CARD)
    mailing.send()
    assert "A gift card of 125.68 USD could not be given" in (exchange_of(first).attention or "")
    assert count_pool(mailing.store_id).owed == 1
    assert issue_owed(mailing.store_id, mailing.clock()) == 0
    fill(mailing)
    assert issue_owed(mailing.store_id, mailing.clock()) == 1
    mailing.send()
    assert len(mails_of(post, "gift card")) == 1
    assert exchange_of(first).attention is None
    assert (count_pool(mailing.store_id).given, count_pool(mailing.store_id).owed) == (1, 0)


def test_what_a_person_gave_otherwise_is_not_given_as_well(mailing: MailingAcme, post: MailServer) -> None:
    first = mailing.confirm("AC-1001", TO_CARD)
    mailing.send()
    (flag,) = exchange_of(first).open_flags
    settle_flag(first, flag.id, Settling.ACCEPT, Decision("agent:7", "sent one by hand"), mailing.clock())
    fill(mailing)
    assert issue_owed(mailing.store_id, mailing.clock()) == 0
    assert mails_of(post, "gift card") == []
    assert exchange_of(first).open_flags == []


def test_what_the_platform_cancelled_gets_no_card(mailing: MailingAcme, post: MailServer) -> None:
    first = owed(mailing)
    told_cancelled(first)
    exchange = exchange_of(first)
    assert (exchange.state, exchange.attention) == (Status.CANCELLED, None)
    fill(mailing)
    assert issue_owed(mailing.store_id, mailing.clock()) == 0
    assert (count_pool(mailing.store_id).free, count_pool(mailing.store_id).owed) == ({None: 2}, 0)
    assert mails_of(post, "gift card") == []


@pytest.mark.parametrize("who", ["platform", "books"])
def test_no_card_is_given_while_nobody_knows_whether_it_was_cancelled(mailing: MailingAcme, who: str) -> None:
    first = owed(mailing)
    mark_received(first, NOW, "warehouse", NOW)
    if who == "platform":
        told_cancelled(first)
    else:
        with writing():
            words = f"The books differ: {DriftKind.CANCELLED_THERE} (order 7)."
            ask_for_attention(exchange_of(first), words, "reconciler", NOW, FlagKind.BOOKS)
    fill(mailing)
    assert issue_owed(mailing.store_id, mailing.clock()) == 0
    flag = exchange_of(first).open_flags[-1]
    settle_flag(first, flag.id, Settling.ACCEPT, Decision("agent:7", "it stands"), mailing.clock())
    assert issue_owed(mailing.store_id, mailing.clock()) == 1


def test_no_card_is_given_while_the_platform_is_asked_to_cancel(mailing: MailingAcme) -> None:
    first = owed(mailing)
    with writing():
        follow_up(exchange_of(first), Purpose.CANCEL, mailing.clock())
    fill(mailing)
    assert issue_owed(mailing.store_id, mailing.clock()) == 0


def test_what_is_owed_is_given_now_and_then(mailing: MailingAcme, post: MailServer) -> None:
    mailing.confirm("AC-1001", TO_CARD)
    mailing.send()
    fill(mailing)
    sweep(mailing.clock())
    assert count_pool(mailing.store_id).owed == 0

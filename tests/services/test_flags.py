"""Why a person is asked: a row a reason, withdrawn by itself or settled by a person with a reason."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.domain.flags import FlagKind
from app.models import AuditEntry, Exchange, ExchangeFlag, db, writing
from app.services.agent_decisions import CannotDecide, Decision
from app.services.moving import ask_for_attention, chain_of, withdraw_attention
from app.services.settling_flags import Settling, settle_flag
from tests.factories import NOW
from tests.faults.peer import Peer
from tests.paying.shop_with_till import ledger_of
from tests.services.dispatch_cases import TO_CARD, TO_L, Acme, exchange_of

SAM = Decision("agent:7", "called the shop, it is right")
FIRST, SECOND = "A" * 600, "B" * 300


def ask(exchange_id: int, *reasons: str, kind: FlagKind = FlagKind.SENDING) -> None:
    with writing():
        exchange = db.session.get_one(Exchange, exchange_id)
        for reason in reasons:
            ask_for_attention(exchange, reason, "worker", NOW, kind)


def acts(exchange_id: int) -> list[str]:
    rows = select(AuditEntry.act).where(AuditEntry.chain == chain_of(exchange_of(exchange_id)))
    return [act for act in db.session.scalars(rows.order_by(AuditEntry.number)) if "flag" in act]


def open_flag(exchange_id: int) -> ExchangeFlag:
    (flag,) = exchange_of(exchange_id).open_flags
    return flag


def settle(exchange_id: int, how: Settling = Settling.ACCEPT) -> None:
    settle_flag(exchange_id, open_flag(exchange_id).id, how, SAM, NOW)


def test_long_reasons_are_flagged_once_and_withdrawn_one_by_one(shop: Acme) -> None:
    exchange_id = shop.confirm()
    for _ in range(3):
        ask(exchange_id, FIRST, SECOND)
    assert [flag.words for flag in exchange_of(exchange_id).open_flags] == [FIRST[:500], SECOND]
    assert acts(exchange_id) == ["flagged", "flagged"]
    for reason in (SECOND, FIRST):
        assert exchange_of(exchange_id).attention_since == NOW
        with writing():
            withdraw_attention(db.session.get_one(Exchange, exchange_id), reason, "worker", NOW)
    exchange = exchange_of(exchange_id)
    assert (exchange.open_flags, exchange.attention_since) == ([], None)
    assert acts(exchange_id)[2:] == ["flag withdrawn", "flag withdrawn"]


def test_a_person_settles_a_flag_once_and_the_words_stay(shop: Acme) -> None:
    exchange_id = shop.confirm()
    ask(exchange_id, "The platform was rude.", "Another.")
    first, second = exchange_of(exchange_id).open_flags
    for _ in range(2):
        settle_flag(exchange_id, first.id, Settling.ACCEPT, SAM, NOW)
    assert open_flag(exchange_id).id == second.id
    kept = exchange_of(exchange_id).flags[0]
    assert (kept.settled_by, kept.settled_why) == (SAM.by, SAM.reason)
    assert acts(exchange_id) == ["flagged", "flagged", "flag settled"]
    with pytest.raises(CannotDecide):
        settle_flag(exchange_id, 10_000, Settling.ACCEPT, SAM, NOW)
    with pytest.raises(CannotDecide):
        settle_flag(exchange_id, second.id, Settling.COLLECT, SAM, NOW)


def test_what_happens_again_is_asked_again_and_what_only_still_stands_is_not(shop: Acme) -> None:
    exchange_id = shop.confirm()
    for kind, asked_again in ((FlagKind.SENDING, True), (FlagKind.BOOKS, False), (FlagKind.CARD, False)):
        ask(exchange_id, f"It is {kind}.", kind=kind)
        settle(exchange_id)
        ask(exchange_id, f"It is {kind}.", kind=kind)
        assert bool(exchange_of(exchange_id).open_flags) is asked_again
        if asked_again:
            settle(exchange_id)


def test_what_waits_for_a_connection_ends_by_itself(shop: Acme) -> None:
    exchange_id = shop.confirm()
    ask(exchange_id, "No platform.", kind=FlagKind.CONNECTION)
    with pytest.raises(CannotDecide, match="ends by itself"):
        settle(exchange_id)


def test_a_drift_is_accepted_or_collected_once(shop: Acme, peer: Peer) -> None:
    peer.extra_total = 1250
    accepted, collected = (shop.confirm(number, TO_L, TO_CARD) for number in ("AC-1", "AC-2"))
    shop.send()
    settle(accepted)
    with pytest.raises(CannotDecide):
        settle(collected, Settling.REFUND)
    flag = open_flag(collected)
    for _ in range(2):
        settle_flag(collected, flag.id, Settling.COLLECT, SAM, NOW)
    assert flag.kind == FlagKind.DRIFT
    before = ledger_of(accepted)
    assert ledger_of(collected) == [*before, ("owed", 1250)]

"""T20: the audit trail alone tells every state that an exchange was in, and shows a row changed by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.exchange_status import Status
from app.domain.exchange_trail import NotATrail, states_told
from app.models import AuditEntry, db
from app.services.agent_decisions import Decision, approve, decline
from app.services.cancelling import cancel_exchange
from app.services.dispatch_recovery import mark_placed, retry
from app.services.draft_expiry import expire_drafts
from app.services.moving import chain_of
from app.services.tracking import mark_delivered
from tests.factories import Bought, make_order
from tests.faults import behaviours as does
from tests.faults.peer import Peer
from tests.services.dispatch_cases import TO_CARD, Acme, exchange_of

BY = Decision("desk", "looked at it")
S = Status


@pytest.fixture
def shop(acme: int, peer: Peer) -> Acme:
    shop = Acme(acme, peer)
    shop.connect()
    return shop


def placed(shop: Acme) -> int:
    exchange_id = shop.confirm()
    shop.send()
    return exchange_id


def shipped(shop: Acme) -> int:
    exchange_id = placed(shop)
    mark_delivered(exchange_id, shop.clock(), "desk", shop.clock())
    return exchange_id


def refused(shop: Acme) -> int:
    shop.peer.script.append(does.status(422))
    return placed(shop)


def refused_and_sent_again(shop: Acme) -> int:
    exchange_id = refused(shop)
    retry(shop.connections, exchange_id, BY, shop.clock())
    shop.send()
    return exchange_id


def refused_and_found_there(shop: Acme) -> int:
    exchange_id = refused(shop)
    mark_placed(exchange_id, "X-77", BY, shop.clock())
    return exchange_id


def cancelled(shop: Acme) -> int:
    shop.set_policy(undo_minutes=15)
    exchange_id = shop.confirm()
    cancel_exchange(exchange_id, "shopper", shop.clock())
    return exchange_id


def judged(shop: Acme) -> int:
    shop.set_policy(value_review_limit=100)
    return shop.confirm()


def declined(shop: Acme) -> int:
    exchange_id = judged(shop)
    decline(exchange_id, BY, shop.clock())
    return exchange_id


def approved(shop: Acme) -> int:
    exchange_id = judged(shop)
    approve(exchange_id, BY, shop.clock())
    return exchange_id


def card_alone(shop: Acme) -> int:
    exchange_id = shop.confirm("AC-1001", TO_CARD)
    shop.send()
    return exchange_id


def expired(shop: Acme) -> int:
    draft = shop.draft_of(make_order(shop.store_id, Bought(shop.parka["Navy / M"]), number="AC-7"))
    expire_drafts(shop.clock() + timedelta(days=400))
    return draft


WALKS = [
    placed,
    shipped,
    refused,
    refused_and_sent_again,
    refused_and_found_there,
    cancelled,
    judged,
    declined,
    approved,
    card_alone,
    expired,
]


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
def test_the_trail_alone_tells_the_states(shop: Acme, walk: object) -> None:
    assert callable(walk)
    exchange = exchange_of(walk(shop))
    chain = select(AuditEntry).where(AuditEntry.chain == chain_of(exchange)).order_by(AuditEntry.number)
    states = states_told((entry.act, entry.details) for entry in db.session.scalars(chain))
    assert states[-1] is exchange.state
    assert len(states) > 1


@pytest.mark.parametrize(
    "entries",
    [
        [("placed", {})],
        [("submitted", {}), ("placing", {"from": "submitted"})],
        [("submitted", {}), ("approved", {"from": "screening"})],
        [("submitted", {}), ("cancelled", {"from": "submitted"}), ("approved", {"from": "cancelled"})],
    ],
    ids=["from nowhere", "a step left out", "from elsewhere", "after its end"],
)
def test_what_no_moves_can_have_written(entries: list[tuple[str, dict[str, str]]]) -> None:
    with pytest.raises(NotATrail):
        states_told(entries)


def test_what_is_no_move_is_passed_over() -> None:
    told: list[tuple[str, dict[str, object]]] = [
        ("submitted", {"items": 1}),
        ("viewed", {}),
        ("flagged", {"status": "submitted"}),
    ]
    assert states_told(told) == [S.DRAFT, S.SUBMITTED]

"""Exchanges on every way through the table of moves, each with the states that it comes through."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from app.connectors.registry import SCREENERS
from app.models import Exchange, db
from app.services.agent_decisions import Decision, approve, decline
from app.services.callback_tokens import make_callback_token
from app.services.cancelling import cancel_exchange
from app.services.cancelling_placed import cancelled_by_hand
from app.services.completing import complete_where_due
from app.services.connector_settings import connect_store
from app.services.desk_cancelling import cancel
from app.services.dispatch_recovery import mark_placed, retry
from app.services.draft_expiry import expire_drafts
from app.services.late_decisions import take_decision
from app.services.parcels import mark_received
from app.services.tracking import mark_delivered
from tests.factories import Bought, make_order
from tests.faults import behaviours as does
from tests.faults.peer import Peer
from tests.services.dispatch_cases import TO_CARD, Acme

BY = Decision("desk", "looked at it")


@dataclass(frozen=True)
class Walk:
    """What is done, and the states that it leads through, from draft on."""

    name: str
    go: Callable[[Acme], int]
    states: str


def placed(shop: Acme) -> int:
    exchange_id = shop.confirm()
    shop.send()
    return exchange_id


def shipped(shop: Acme) -> int:
    exchange_id = placed(shop)
    mark_delivered(exchange_id, shop.clock(), "desk", shop.clock())
    return exchange_id


def completed(shop: Acme) -> int:
    exchange_id = shipped(shop)
    mark_received(exchange_id, shop.clock(), "desk", shop.clock())
    complete_where_due(shop.clock() + timedelta(days=400))
    return exchange_id


def taken_back(shop: Acme) -> int:
    exchange_id = placed(shop)
    cancelled_by_hand(exchange_id, BY, shop.clock())
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


def cancelled_while_judged(shop: Acme) -> int:
    exchange_id = judged(shop)
    cancel_exchange(exchange_id, "shopper", shop.clock())
    return exchange_id


def approved(shop: Acme) -> int:
    exchange_id = judged(shop)
    approve(exchange_id, BY, shop.clock())
    return exchange_id


def cancelled_after_the_yes(shop: Acme) -> int:
    exchange_id = approved(shop)
    cancel(exchange_id, BY, shop.clock())
    return exchange_id


def card_alone(shop: Acme) -> int:
    exchange_id = shop.confirm("AC-1001", TO_CARD)
    shop.send()
    mark_received(exchange_id, shop.clock(), "desk", shop.clock())
    complete_where_due(shop.clock() + timedelta(days=400))
    return exchange_id


def expired(shop: Acme) -> int:
    draft = shop.draft_of(make_order(shop.store_id, Bought(shop.parka["Navy / M"]), number="AC-7"))
    expire_drafts(shop.clock() + timedelta(days=400))
    return draft


@contextmanager
def screened(shop: Acme, action: str) -> Iterator[int]:
    """Confirmed, and the screener has said this; it is away without an action."""
    says = json.dumps({"status": 200, "data": {"action": action, "source": "RULE"}}).encode()
    shop.screeners = SCREENERS
    with Peer(otherwise=does.status(200, says) if action else does.status(503)) as screener:
        settings = {"url": screener.url, "refund_abuse": "yes"}
        connect_store(shop.connections, shop.store_id, "ravelin", settings, "sk_test_example", shop.clock())
        yield placed(shop)


def allowed(shop: Acme) -> int:
    with screened(shop, "ALLOW") as exchange_id:
        return exchange_id


def doubted(shop: Acme) -> int:
    with screened(shop, "REVIEW") as exchange_id:
        return exchange_id


def prevented(shop: Acme) -> int:
    with screened(shop, "PREVENT") as exchange_id:
        return exchange_id


def cancelled_while_screened(shop: Acme) -> int:
    with screened(shop, "") as exchange_id:
        cancel(exchange_id, BY, shop.clock())
        return exchange_id


def rejected_after_the_yes(shop: Acme) -> int:
    with screened(shop, "REVIEW") as exchange_id:
        approve(exchange_id, BY, shop.clock())
        reference = db.session.get_one(Exchange, exchange_id).reference
        token = make_callback_token(shop.box, shop.store_id, "ravelin", shop.clock())
        body = json.dumps({"refundId": reference, "label": "REJECTED"}).encode()
        take_decision(shop.box, "ravelin", body, f"token {token}", shop.clock())
        return exchange_id


WALKS = [
    Walk("placed", placed, "draft submitted approved placing placed"),
    Walk("shipped", shipped, "draft submitted approved placing placed shipped"),
    Walk("completed", completed, "draft submitted approved placing placed shipped completed"),
    Walk("taken back", taken_back, "draft submitted approved placing placed cancelled"),
    Walk("refused", refused, "draft submitted approved placing in_review"),
    Walk(
        "sent again",
        refused_and_sent_again,
        "draft submitted approved placing in_review approved placing placed",
    ),
    Walk(
        "found there",
        refused_and_found_there,
        "draft submitted approved placing in_review approved placing placed",
    ),
    Walk("cancelled", cancelled, "draft submitted cancelled"),
    Walk("declined", declined, "draft submitted in_review declined"),
    Walk("cancelled while judged", cancelled_while_judged, "draft submitted in_review cancelled"),
    Walk("cancelled after the yes", cancelled_after_the_yes, "draft submitted in_review approved cancelled"),
    Walk("card alone", card_alone, "draft submitted approved placing placed completed"),
    Walk("expired", expired, "draft expired"),
    Walk("allowed", allowed, "draft submitted screening approved placing placed"),
    Walk("doubted", doubted, "draft submitted screening in_review"),
    Walk("rejected", rejected_after_the_yes, "draft submitted screening in_review approved declined"),
    Walk("away", cancelled_while_screened, "draft submitted screening cancelled"),
    Walk("prevented", prevented, "draft submitted screening declined"),
]

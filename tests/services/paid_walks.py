"""Exchanges that are paid for, or not, each with the states that it comes through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from app.services.agent_decisions import approve
from app.services.awaiting import expire_unpaid
from app.services.cancelling import cancel_exchange
from tests.faults import behaviours as does
from tests.paying.shop_with_till import PayingShop, payment_of
from tests.services.trail_walks import BY


@dataclass(frozen=True)
class PaidWalk:
    """What is done at a store that takes payments, and the states from draft on."""

    name: str
    go: Callable[[PayingShop], int]
    states: str


def paid(shop: PayingShop) -> int:
    exchange_id = shop.paid()
    shop.send()
    return exchange_id


def left_unpaid(shop: PayingShop) -> int:
    exchange_id = shop.confirm()
    shop.open(exchange_id)
    shop.watch(46 * 60)
    return exchange_id


def cancelled_unpaid(shop: PayingShop) -> int:
    exchange_id = shop.confirm()
    cancel_exchange(exchange_id, "desk", shop.clock())
    return exchange_id


def yes_that_nobody_pays_for(shop: PayingShop) -> int:
    shop.acme.set_policy(value_review_limit=5000, pay_link_days=2)
    exchange_id = shop.confirm()
    approve(exchange_id, BY, shop.clock())
    expire_unpaid(shop.clock() + timedelta(days=3))
    return exchange_id


def lapsed_after_the_yes(shop: PayingShop) -> int:
    """Refused by the platform, approved, and what is reserved lapses before it is sent again."""
    shop.acme.peer.script.append(does.status(422))
    exchange_id = shop.paid()
    shop.send()
    approve(exchange_id, BY, shop.clock())
    lapses = payment_of(exchange_id).capture_before
    assert lapses
    shop.clock.now = lapses - timedelta(hours=23)
    shop.watch(0)
    return exchange_id


PAID_WALKS = [
    PaidWalk("paid", paid, "draft awaiting_payment submitted approved placing placed"),
    PaidWalk("left unpaid", left_unpaid, "draft awaiting_payment draft"),
    PaidWalk(
        "lapsed",
        lapsed_after_the_yes,
        "draft awaiting_payment submitted approved placing in_review approved in_review",
    ),
    PaidWalk("cancelled unpaid", cancelled_unpaid, "draft awaiting_payment cancelled"),
    PaidWalk(
        "never paid for",
        yes_that_nobody_pays_for,
        "draft submitted in_review awaiting_payment expired",
    ),
]

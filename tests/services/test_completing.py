"""An exchange ends once its goods are back and the replacement has arrived, or nobody tells any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import httpx2
import pytest
from sqlalchemy import select

from app.domain.exchange_status import Status
from app.domain.news import News, NewsKind
from app.models import AuditEntry, LineItem, db, writing
from app.services.completing import complete_where_due
from app.services.draft_exchange import open_draft
from app.services.exchange_news import take_news
from app.services.find_order import find_order
from app.services.moving import ask_for_attention
from app.services.platform_reading import Reader
from app.services.refreshing import refresh_for_look_up
from app.services.sweeping import sweep
from tests.factories import NOW
from tests.services.dispatch_cases import TO_CARD, Acme, exchange_of
from tests.services.medusa_store import EMAIL, LATER, TO_L

DAY = timedelta(days=1)
HANDED_IN, BACK, SHIPPED, ARRIVED = (
    NewsKind.IN_TRANSIT,
    NewsKind.RECEIVED,
    NewsKind.SHIPPED,
    NewsKind.DELIVERED,
)


@pytest.fixture
def placed(shop: Acme) -> int:
    exchange_id = shop.confirm()
    shop.send()
    return exchange_id


def tell(exchange_id: int, *kinds: NewsKind, at: datetime = NOW) -> None:
    for kind in kinds:
        take_news(exchange_of(exchange_id).reference or "", News(kind), "carrier", at)


def state(exchange_id: int) -> Status:
    return exchange_of(exchange_id).state


@pytest.mark.parametrize("kinds", [(BACK, ARRIVED), (ARRIVED, BACK)], ids=["back first", "arrived first"])
def test_both_parcels_told_of_it_is_complete_at_once(placed: int, kinds: tuple[NewsKind, ...]) -> None:
    tell(placed, kinds[0])
    assert complete_where_due(NOW + 6 * DAY) == 0
    assert state(placed) is not Status.COMPLETED
    tell(placed, kinds[1])
    assert state(placed) is Status.COMPLETED
    acts = db.session.scalars(select(AuditEntry.act).where(AuditEntry.chain == f"exchange:{placed}"))
    assert list(acts).count("completed") == 1
    tell(placed, *kinds)  # said again it changes nothing
    assert complete_where_due(NOW + 99 * DAY) == 0


@pytest.mark.parametrize(
    ("kinds", "days"),
    [
        ((BACK, SHIPPED), 7),  # as long as counts as delivery
        ((BACK,), 30),  # nobody tells of what goes out
        ((HANDED_IN, ARRIVED), 30),  # nor of what comes back
        ((HANDED_IN,), 30),
    ],
)
def test_silence_counts_as_news_after_the_days_of_the_policy(
    placed: int, kinds: tuple[NewsKind, ...], days: int
) -> None:
    tell(placed, *kinds)
    sweep(NOW + days * DAY - timedelta(seconds=1))
    assert state(placed) is not Status.COMPLETED
    sweep(NOW + days * DAY)
    assert state(placed) is Status.COMPLETED


def test_goods_that_nobody_has_seen_are_a_persons_business(placed: int) -> None:
    tell(placed, ARRIVED)
    assert complete_where_due(NOW + 99 * DAY) == 0


def test_a_gift_card_alone_is_complete_once_the_goods_are_back(shop: Acme) -> None:
    exchange_id = shop.confirm("AC-1001", TO_CARD)
    shop.send()
    tell(exchange_id, BACK)
    assert state(exchange_id) is Status.COMPLETED


def flagged(exchange_id: int) -> None:
    with writing():
        ask_for_attention(exchange_of(exchange_id), "Look at this.", "sam", NOW)


def refund_waits(exchange_id: int) -> None:
    exchange = exchange_of(exchange_id)
    exchange.refund_due = 200
    exchange.quote_data = {**(exchange.quote_data or {}), "refund_when": "received"}
    db.session.commit()


@pytest.mark.parametrize("hindrance", [flagged, refund_waits])
def test_what_is_not_settled_stays_open(placed: int, hindrance: Callable[[int], None]) -> None:
    tell(placed, HANDED_IN, ARRIVED)
    hindrance(placed)
    assert complete_where_due(NOW + 99 * DAY) == 0


def test_at_optoro_the_order_stays_used(shop: Acme, placed: int) -> None:
    tell(placed, BACK, ARRIVED)
    exchange = exchange_of(placed)
    assert (exchange.state, exchange.occupies_order) == (Status.COMPLETED, True)


def test_in_medusa_the_rest_of_the_order_can_be_exchanged_then(
    store: Acme, medusa: httpx2.Client, reader: Reader
) -> None:
    refresh_for_look_up(reader, "1001", EMAIL, NOW)
    order_id = find_order("1001", EMAIL)
    first = store.confirm_order(order_id, TO_L)
    store.send()
    begun = exchange_of(first).public_id
    assert open_draft(order_id, "another", LATER) == begun  # not while it is under way
    tell(first, BACK, ARRIVED)
    assert state(first) is Status.COMPLETED
    assert refresh_for_look_up(reader, "1001", EMAIL, LATER)
    again = store.confirm_order(order_id, TO_L)
    store.send()
    assert state(again) is Status.PLACED
    db.session.rollback()
    line = db.session.scalars(select(LineItem).where(LineItem.order_id == order_id)).one()
    assert (line.committed, line.refunded) == (2, 0)

"""News of a placed exchange: its end at the platform, what was in the parcel, and which of two counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.domain.exchange_status import Status
from app.domain.flags import FlagKind
from app.domain.news import News, NewsKind
from app.domain.received_items import CameBack, Condition
from app.models import AuditEntry, Dispatch, LineItem, Order, Purpose, db
from app.services.agent_decisions import Decision
from app.services.exchange_news import CannotMark, take_news
from app.services.mailing import turn_on
from app.services.settling_flags import Settling, settle_flag
from tests.factories import NOW
from tests.services.dispatch_cases import TO_CARD, Acme, exchange_of

SHIPPED, CANCELLED, RECEIVED = NewsKind.SHIPPED, NewsKind.CANCELLED, NewsKind.RECEIVED
HOUR = timedelta(hours=1)


@pytest.fixture
def placed(shop: Acme) -> int:
    exchange_id = shop.confirm()
    shop.send()
    return exchange_id


def tell(exchange_id: int, *told: News) -> None:
    for news in told:
        take_news(exchange_of(exchange_id).reference or "", news, "platform", NOW)


def acts(exchange_id: int, act: str) -> int:
    chain = AuditEntry.chain == f"exchange:{exchange_id}"
    return db.session.scalar(select(func.count(AuditEntry.id)).where(chain, AuditEntry.act == act)) or 0


def line() -> LineItem:
    return db.session.scalars(
        select(LineItem).join(Order).where(Order.parent_id.is_(None)).order_by(LineItem.id)
    ).first() or pytest.fail("no line")


def test_what_the_platform_cancelled_ends_here_once_with_all_that_follows(shop: Acme) -> None:
    turn_on(db.engine)
    placed = shop.confirm()
    shop.send()
    tell(placed, News(CANCELLED), News(CANCELLED))
    exchange = exchange_of(placed)
    assert (exchange.state, exchange.attention, exchange.rma_closed_at) == (Status.CANCELLED, None, NOW)
    assert exchange.occupies_order  # Optoro takes one exchange of an order, ever
    assert (line().committed, acts(placed, "cancelled")) == (0, 1)
    assert db.session.scalars(select(Order.cancelled).where(Order.parent_id.is_not(None))).all() == [True]
    mails = db.session.scalars(select(Dispatch.message).where(Dispatch.purpose == Purpose.MAIL)).all()
    assert [mail["kind"] for mail in mails].count("cancelled") == 1


def test_what_is_on_its_way_by_then_is_for_a_person_who_is_asked_once(placed: int) -> None:
    tell(placed, News(SHIPPED), News(CANCELLED), News(CANCELLED))
    exchange = exchange_of(placed)
    assert (exchange.state, len(exchange.flags)) == (Status.SHIPPED, 1)
    assert f"cancelled this exchange, but {exchange.reference} is shipped." in (exchange.attention or "")


def test_what_was_never_placed_cannot_have_been_cancelled_there(shop: Acme) -> None:
    waiting = shop.confirm()
    with pytest.raises(CannotMark, match="the shop has not placed it"):
        tell(waiting, News(CANCELLED))
    assert exchange_of(waiting).state is Status.SUBMITTED


def test_a_gift_card_that_was_given_is_for_a_person(shop: Acme) -> None:
    placed = shop.confirm("AC-1001", TO_CARD)
    shop.send()
    tell(placed, News(CANCELLED))
    assert exchange_of(placed).state is Status.PLACED
    assert "gave a gift card" in (exchange_of(placed).attention or "")


def test_what_was_to_come_back_came_back(placed: int) -> None:
    number, sku = line().platform_id, line().sku
    tell(placed, News(RECEIVED, items=(CameBack(1, number, sku),)))
    assert (exchange_of(placed).parcel_received_at, exchange_of(placed).attention) == (NOW, None)
    tell(placed, News(RECEIVED, items=(CameBack(1, sku="MUG"),)))  # it is received, whatever is said later
    assert exchange_of(placed).attention is None


def test_something_else_came_back_and_a_person_takes_it(placed: int) -> None:
    wrong = News(RECEIVED, items=(CameBack(1, line().platform_id, condition=Condition.WORN),))
    tell(placed, wrong, wrong)
    exchange = exchange_of(placed)
    assert (exchange.parcel_received_at, exchange.parcel_seen_at) == (None, NOW)
    (flag,) = exchange.open_flags
    assert (flag.of_kind, flag.words.endswith(" came worn")) == (FlagKind.WRONG_RETURN, True)
    with pytest.raises(CannotMark, match="Settle that first"):
        tell(placed, News(RECEIVED))
    settle_flag(placed, flag.id, Settling.ACCEPT, Decision("sam", "hardly worn"), NOW)
    assert (exchange_of(placed).parcel_received_at, acts(placed, "parcel not as expected")) == (NOW, 1)


def test_older_news_of_the_parcel_fills_in_but_does_not_undo_newer(placed: int) -> None:
    tell(placed, News(SHIPPED, NOW - HOUR, "NEW"), News(SHIPPED, NOW - 2 * HOUR, "OLD", NOW.date()))
    exchange = exchange_of(placed)
    assert (exchange.tracking_number, exchange.delivery_estimate) == ("NEW", NOW.date())
    tell(placed, News(SHIPPED, NOW - 2 * HOUR, "OLD"), News(SHIPPED, NOW - HOUR, "NEW"))
    assert (exchange_of(placed).tracking_number, acts(placed, "parcel told")) == ("NEW", 1)
    tell(placed, News(SHIPPED, tracking_number="NEWEST"))
    assert exchange_of(placed).tracking_number == "NEWEST"

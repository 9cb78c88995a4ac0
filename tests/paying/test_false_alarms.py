"""Books that differ for a moment only are not flagged, or no longer than they differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from app.connectors.base import Request, Sent
from app.domain.exchange_status import Status
from app.domain.flags import FlagKind
from app.models import Exchange, PaymentState, db, writing
from app.services.agent_decisions import Decision
from app.services.awaiting import expire_unpaid
from app.services.cancelling_placed import cancelled_by_hand
from app.services.connector_settings import Connections
from app.services.moving import ask_for_attention
from app.services.payment_pages import Cashier
from app.services.reconciling import check_due, check_exchange, check_some
from app.services.starting_to_pay import start_to_pay
from tests.paying.seeded_drifts import at_the_provider, here
from tests.paying.shop_with_till import DUE, PAY_AT, PayingShop, payment_of, states
from tests.services.dispatch_cases import SENDER, exchange_of

DESK = Decision("desk", "looked there")


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def compare(shop: PayingShop) -> list[str]:
    """The kinds that are found, and flagged."""
    found, _ = check_some(shop.cashier, 0, shop.clock())
    return [drift.kind.name for drift in found]


def paid_and_not_heard_of(shop: PayingShop) -> int:
    exchange_id = shop.confirm()
    shop.pay(shop.open(exchange_id))
    return exchange_id


def test_what_was_paid_a_moment_ago_is_looked_at_at_once(shop: PayingShop) -> None:
    exchange_id = paid_and_not_heard_of(shop)
    assert compare(shop) == []
    assert exchange_of(exchange_id).attention is None
    assert shop.watch(0) == 1
    assert states(exchange_id) == ("submitted", PaymentState.AUTHORISED)
    assert compare(shop) == []


def test_what_is_still_not_heard_of_is_flagged_until_it_is(shop: PayingShop) -> None:
    exchange_id = paid_and_not_heard_of(shop)
    assert compare(shop) == []
    assert compare(shop) == ["UNHEARD"]
    assert "it was paid and the exchange did not go on" in (exchange_of(exchange_id).attention or "")
    shop.watch(0)
    assert check_due(shop.cashier, exchange_id, shop.clock())
    assert exchange_of(exchange_id).attention is None


def capture_on_its_way(shop: PayingShop) -> int:
    exchange_id = shop.paid()
    shop.provider.will("lost_answer")
    shop.send()
    assert payment_of(exchange_id).captured == 0
    return exchange_id


def refund_on_its_way(shop: PayingShop) -> int:
    exchange_id = shop.paid()
    shop.send()
    shop.provider.will("lost_answer")
    cancelled_by_hand(exchange_id, DESK, shop.clock())
    shop.send()
    assert payment_of(exchange_id).refunded == 0
    return exchange_id


@pytest.mark.parametrize("begin", [capture_on_its_way, refund_on_its_way])
def test_what_is_on_its_way_is_no_drift(shop: PayingShop, begin: Callable[[PayingShop], int]) -> None:
    exchange_id = begin(shop)
    there = shop.provider.record(payment_of(exchange_id).page or "")
    assert DUE in (there["captured"], there["refunded"])
    assert compare(shop) == []
    shop.clock.forward(minutes=10)
    shop.send()
    assert check_exchange(shop.cashier, exchange_id, shop.clock()).agree


def test_what_moves_while_the_provider_is_asked_is_no_drift(shop: PayingShop) -> None:
    """The record says nothing was taken; by the time it is compared it has been, and our row says so."""
    exchange_id = shop.paid()

    class Slow:
        def send(self, request: Request, credentials: Mapping[str, str]) -> Sent:
            answer = SENDER.send(request, credentials)
            shop.send()
            return answer

    cashier = Cashier(Connections(shop.acme.box, True), Slow)
    assert check_exchange(cashier, exchange_id, shop.clock()).drifts == []
    assert payment_of(exchange_id).captured == DUE


def test_a_flag_is_withdrawn_once_its_books_are_seen_to_agree(shop: PayingShop) -> None:
    """Not while the provider cannot be asked, and nothing else that is flagged goes with it."""
    exchange_id = shop.paid()
    shop.send()
    flag(exchange_id, FlagKind.MAIL, shop)
    at_the_provider(shop, exchange_id, refunded=DUE)
    assert compare(shop) == ["REFUNDED_ONLY_THERE"]
    at_the_provider(shop, exchange_id, refunded=0)
    shop.provider.will("status", status=503)
    assert compare(shop) == []
    assert kinds(exchange_id) == [FlagKind.MAIL, FlagKind.BOOKS]
    assert compare(shop) == []
    assert kinds(exchange_id) == [FlagKind.MAIL]


@pytest.mark.parametrize(
    ("kind", "stops"), [(FlagKind.MAIL, False), (FlagKind.MONEY, True), (FlagKind.BOOKS, True)]
)
def test_only_a_flag_about_money_stops_paying(shop: PayingShop, kind: FlagKind, stops: bool) -> None:
    exchange_id = shop.confirm()
    flag(exchange_id, kind, shop)
    assert (start_to_pay(exchange_id, PAY_AT, shop.clock()) is None) is stops
    here(exchange_id, state=PaymentState.OVER)
    shop.clock.forward(hours=25)
    assert expire_unpaid(shop.clock()) == (0 if stops else 1)
    assert (exchange_of(exchange_id).state is Status.AWAITING_PAYMENT) is stops


def flag(exchange_id: int, kind: FlagKind, shop: PayingShop) -> None:
    with writing():
        exchange = db.session.get_one(Exchange, exchange_id)
        ask_for_attention(exchange, f"About {kind}.", "worker", shop.clock(), kind)


def kinds(exchange_id: int) -> list[FlagKind]:
    return [flag.of_kind for flag in exchange_of(exchange_id).open_flags]

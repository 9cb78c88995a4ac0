"""StateSet is looked at unit by unit: the last parcel counts, and a part that is cancelled is flagged."""

from __future__ import annotations

from datetime import datetime

import httpx2
import pytest

from app.domain.exchange_status import Status
from app.domain.news import News, NewsKind
from app.models import DispatchState, Exchange, Purpose
from app.services.connector_settings import connect_store
from app.services.exchange_news import take_news
from app.services.watching import watch_placed
from app.services.work_watching import TOLD
from tests.factories import NOW, Bought, make_order
from tests.faults.peer import Peer
from tests.services.dispatch_cases import TO_L as PARKA_L
from tests.services.dispatch_cases import TO_XL as PARKA_XL
from tests.services.dispatch_cases import Acme, dispatch_of, exchange_of
from tests.services.watch_cases import look


@pytest.fixture
def at_stateset(acme: int, peer: Peer, medusa: httpx2.Client) -> Acme:
    shop = Acme(acme, peer)
    url = str(medusa.base_url).rstrip("/")
    settings = {"url": f"{url}/stateset/v1", "approve_returns": "yes"}
    connect_store(shop.connections, acme, "stateset", settings, "st_example", shop.clock())
    return shop


def two_parkas(shop: Acme) -> int:
    bought = [Bought(shop.parka["Navy / M"]), Bought(shop.parka["Navy / M"])]
    exchange_id = shop.confirm_order(make_order(shop.store_id, *bought), PARKA_L, PARKA_XL)
    shop.send()
    assert (exchange_of(exchange_id).state, watch_placed(NOW)) == (Status.PLACED, 1)
    return exchange_id


def at_the_shop(steering: httpx2.Client, exchange_id: int, act: str, units: slice = slice(2)) -> None:
    key = {"Authorization": "Token st_1"}
    for parcel in (exchange_of(exchange_id).platform_reply or {})["parcels"][units]:
        url = steering.base_url.join(f"/stateset/v1/returns/{parcel['return_id']}/{act}")
        assert httpx2.post(url, json={}, headers=key, trust_env=False).status_code == 200


def way_of(exchange: Exchange) -> tuple[Status, datetime | None, datetime | None]:
    return exchange.state, exchange.parcel_seen_at, exchange.parcel_received_at


def test_each_unit_at_stateset_is_read_and_the_last_one_counts(
    at_stateset: Acme, medusa: httpx2.Client
) -> None:
    exchange_id = two_parkas(at_stateset)
    look(at_stateset)
    assert way_of(exchange_of(exchange_id)) == (Status.PLACED, None, None)
    at_the_shop(medusa, exchange_id, "receive", slice(1))
    look(at_stateset)
    seen = at_stateset.clock()
    assert way_of(exchange_of(exchange_id)) == (Status.PLACED, seen, None)
    settings = {"exchange_status": "shipped", "estimated_delivery": "2026-11-27"}
    medusa.post("/settings", json={"system": "stateset", **settings})
    look(at_stateset)
    exchange = exchange_of(exchange_id)
    assert (exchange.state, str(exchange.delivery_estimate)) == (Status.SHIPPED, "2026-11-27")
    assert (exchange.tracking_number or "").count("1Z") == 2
    newer = News(NewsKind.SHIPPED, tracking_number="NEW")
    take_news(exchange.reference or "", newer, "webhook", at_stateset.clock())
    at_the_shop(medusa, exchange_id, "receive", slice(1, 2))
    medusa.post("/settings", json={"system": "stateset", "exchange_status": "delivered"})
    look(at_stateset)
    assert way_of(exchange_of(exchange_id)) == (Status.COMPLETED, seen, at_stateset.clock())
    assert exchange_of(exchange_id).tracking_number == "NEW"
    assert dispatch_of(exchange_id, Purpose.WATCH).state == DispatchState.DELIVERED


def test_stateset_has_cancelled_all_of_it_or_a_part(at_stateset: Acme, medusa: httpx2.Client) -> None:
    exchange_id = two_parkas(at_stateset)
    at_the_shop(medusa, exchange_id, "cancel", slice(1))
    for _ in range(2):
        look(at_stateset)
    exchange = exchange_of(exchange_id)
    assert (exchange.state, [flag.words.partition(".")[0] for flag in exchange.flags]) == (
        Status.PLACED,
        ["StateSet has cancelled 1 of the 2 returns of this exchange"],
    )
    assert (dispatch_of(exchange_id, Purpose.WATCH).result or {})[TOLD] == []
    at_the_shop(medusa, exchange_id, "cancel")
    look(at_stateset)
    exchange = exchange_of(exchange_id)
    assert (exchange.state, exchange.attention) == (Status.CANCELLED, None)

"""What becomes of a placed exchange in Medusa itself is seen and told: shipped, back, there, cancelled."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.exchange_status import Status
from app.domain.flags import FlagKind
from app.models import DispatchState, Purpose
from app.services.watching import MOST, watch_placed
from tests.medusa_live import warehouse
from tests.medusa_live.portal import Portal
from tests.medusa_live.shop import LiveShop
from tests.services.dispatch_cases import dispatch_of, exchange_of
from tests.services.medusa_store import TO_L
from tests.services.watch_cases import acts

pytestmark = pytest.mark.medusa_live


def place(store: Portal, shop: LiveShop, units: int = 1) -> tuple[int, str]:
    """Small tees for large ones, placed and looked at from now on: the exchange, and the order there."""
    there, order_id = store.buy(shop)
    exchange_id = store.confirm_order(order_id, TO_L, units=units)
    store.send()
    assert exchange_of(exchange_id).state is Status.PLACED
    assert watch_placed(store.clock()) == 1
    return exchange_id, str(there["id"])


def look(store: Portal) -> None:
    store.clock.forward(hours=MOST / timedelta(hours=1))
    store.send()


def returned(shop: LiveShop, order_id: str) -> tuple[str, str]:
    """Medusa's numbers of the return and of the line that comes back."""
    line = next(item for item in shop.read(order_id)["items"] if item["variant_sku"] == "TEE-S")
    return str(warehouse.exchange_of(shop, order_id)["return_id"]), str(line["id"])


def test_parcels_are_told_of_until_it_is_complete(store: Portal, shop: LiveShop) -> None:
    exchange_id, order_id = place(store, shop)
    look(store)
    assert acts(exchange_id) == []
    parcel = warehouse.pack(shop, order_id)
    look(store)
    assert exchange_of(exchange_id).state is Status.PLACED  # packed is not on its way
    warehouse.ship(shop, order_id, parcel, "1Z 999", "1Z 998")
    look(store)
    exchange = exchange_of(exchange_id)
    assert exchange.state is Status.SHIPPED
    assert sorted((exchange.tracking_number or "").split(", ")) == ["1Z 998", "1Z 999"]
    warehouse.receive(shop, *returned(shop, order_id))
    warehouse.arrive(shop, order_id, parcel)
    look(store)
    exchange = exchange_of(exchange_id)
    assert (exchange.state, exchange.attention) == (Status.COMPLETED, None)
    assert acts(exchange_id) == ["shipped", "parcel received", "delivered"]
    assert dispatch_of(exchange_id, Purpose.WATCH).state == DispatchState.DELIVERED


def test_a_part_that_came_back_is_in_transit(store: Portal, shop: LiveShop) -> None:
    exchange_id, order_id = place(store, shop, units=2)
    coming = returned(shop, order_id)
    warehouse.receive(shop, *coming)
    look(store)
    assert acts(exchange_id) == ["parcel in transit"]
    warehouse.receive(shop, *coming)
    look(store)
    assert acts(exchange_id) == ["parcel in transit", "parcel received"]
    assert exchange_of(exchange_id).attention is None
    status = warehouse.exchange_of(shop, order_id)["return"]["status"]
    assert status == "partially_received"  # Medusa itself never comes to see that all of it is back


def test_damaged_goods_are_for_a_person(store: Portal, shop: LiveShop) -> None:
    exchange_id, order_id = place(store, shop)
    warehouse.receive(shop, *returned(shop, order_id), act="dismiss-items")
    look(store)
    exchange = exchange_of(exchange_id)
    assert [flag.of_kind for flag in exchange.open_flags] == [FlagKind.WRONG_RETURN]
    assert exchange.parcel_received_at is None


def test_what_the_shop_cancels_there_ends_here(store: Portal, shop: LiveShop) -> None:
    exchange_id, order_id = place(store, shop)
    warehouse.cancel(shop, order_id)
    look(store)
    exchange = exchange_of(exchange_id)
    assert (exchange.state, exchange.attention, exchange.occupies_order) == (Status.CANCELLED, None, False)
    assert acts(exchange_id) == ["cancelled"]
    again = store.confirm_order(exchange.order_id, TO_L)
    store.send()
    assert exchange_of(again).state is Status.PLACED

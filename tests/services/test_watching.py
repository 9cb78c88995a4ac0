"""What a platform is seen to have done with a placed exchange: told once, by looks that grow rarer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from app.domain.exchange_status import Status
from app.domain.flags import FlagKind
from app.domain.news import News, NewsKind
from app.models import AuditEntry, DispatchState, Exchange, Order, Purpose, db
from app.queries.connectors import connector_states
from app.services.cancelling_placed import cancel_placed
from app.services.connector_settings import connect_store
from app.services.dispatch_claims import claim_due
from app.services.dispatch_recovery import CannotRecover, retry
from app.services.exchange_news import take_news
from app.services.find_order import find_order
from app.services.platform_reading import Reader
from app.services.refreshing import refresh_for_look_up, refresh_for_order
from app.services.watching import LEAST, MOST, QUIET_FOR, watch_placed
from app.services.work_watching import TOLD
from tests.factories import NOW, Bought, make_order
from tests.faults.peer import Peer
from tests.services.dispatch_cases import TO_L as PARKA_L
from tests.services.dispatch_cases import TO_XL as PARKA_XL
from tests.services.dispatch_cases import Acme, dispatch_of, exchange_of
from tests.services.medusa_store import EMAIL, LATER, TO_L, asked, connect
from tests.services.test_cancelling_placed import SAM

ORDER = "/medusa/admin/orders/order_001001"


@pytest.fixture
def placed(store: Acme, reader: Reader) -> int:
    """An exchange of a small tee for an L that Medusa has placed, and is looked at from now on."""
    refresh_for_look_up(reader, "1001", EMAIL, NOW)
    exchange_id = store.confirm_order(find_order("1001", EMAIL), TO_L)
    store.send()
    assert (watch_placed(NOW), watch_placed(NOW)) == (1, 0)
    return exchange_id


def look(store: Acme) -> None:
    """Let the time of the longest wait pass, and one worker send what is due then."""
    store.clock.forward(hours=MOST / timedelta(hours=1))
    store.send()


def posted(medusa: httpx2.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = medusa.post(path, json=body)
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


def there(exchange_id: int, name: str) -> str:
    """Medusa's own number of the exchange, or of its return."""
    return str((exchange_of(exchange_id).platform_reply or {})[name])


def packed(medusa: httpx2.Client, exchange_id: int) -> str:
    """The parcel with what goes out."""
    path = f"/medusa/admin/exchanges/{there(exchange_id, 'exchange_id')}"
    (line,) = medusa.get(path).json()["exchange"]["additional_items"]
    items = [{"id": line["item_id"], "quantity": 1}]
    body = {"location_id": "sloc_harbour", "items": items}
    return str(posted(medusa, f"{ORDER}/fulfillments", body)["order"]["fulfillments"][-1]["id"])


def sent(medusa: httpx2.Client, parcel: str, *numbers: str) -> None:
    label = {"tracking_url": "https://carrier.example/1", "label_url": "https://carrier.example/1.pdf"}
    labels = [label | {"tracking_number": number} for number in numbers]
    body = {"items": [{"id": "any", "quantity": 1}], "labels": labels}
    posted(medusa, f"{ORDER}/fulfillments/{parcel}/shipments", body)


def received(medusa: httpx2.Client, exchange_id: int, act: str = "receive-items") -> None:
    path = f"/medusa/admin/returns/{there(exchange_id, 'return_id')}"
    posted(medusa, f"{path}/receive", {})
    posted(medusa, f"{path}/{act}", {"items": [{"id": "ordli_1001_1", "quantity": 1}]})
    posted(medusa, f"{path}/receive/confirm", {})


def acts(exchange_id: int) -> list[str]:
    wanted = select(AuditEntry.act).where(AuditEntry.chain == f"exchange:{exchange_id}")
    told = ("parcel in transit", "parcel received", "shipped", "parcel told", "delivered", "cancelled")
    return [act for act in db.session.scalars(wanted.order_by(AuditEntry.id)) if act in told]


def test_parcels_are_told_of_as_medusa_has_them_until_it_is_complete(
    store: Acme, medusa: httpx2.Client, placed: int
) -> None:
    look(store)
    assert (exchange_of(placed).state, acts(placed)) == (Status.PLACED, [])
    parcel = packed(medusa, placed)
    look(store)
    assert exchange_of(placed).state is Status.PLACED  # packed is not on its way
    sent(medusa, parcel, "1Z 999", "1Z 998")
    look(store)
    exchange = exchange_of(placed)
    assert (exchange.state, exchange.tracking_number) == (Status.SHIPPED, "1Z 999, 1Z 998")
    received(medusa, placed)
    posted(medusa, f"{ORDER}/fulfillments/{parcel}/mark-as-delivered", {})
    look(store)
    exchange = exchange_of(placed)
    assert (exchange.state, exchange.attention) == (Status.COMPLETED, None)
    assert acts(placed) == ["shipped", "parcel received", "delivered"]
    watch, requests = dispatch_of(placed, Purpose.WATCH), len(asked(medusa))
    assert (watch.state, watch.finished_at) == (DispatchState.DELIVERED, store.clock())
    look(store)
    assert len(asked(medusa)) == requests


def test_what_the_shop_cancels_in_medusa_ends_here(store: Acme, medusa: httpx2.Client, placed: int) -> None:
    assert medusa.post("/faults", json={"system": "medusa", "kind": "status", "status": 403}).is_success
    cancel_placed(store.connections, placed, SAM, NOW)
    store.send()
    assert "Cancelling at medusa: it was refused." in (exchange_of(placed).attention or "")
    posted(medusa, f"/medusa/admin/exchanges/{there(placed, 'exchange_id')}/cancel", {})
    look(store)
    exchange = exchange_of(placed)
    assert (exchange.state, exchange.attention, exchange.occupies_order) == (Status.CANCELLED, None, False)
    assert acts(placed) == ["cancelled"]
    assert dispatch_of(placed, Purpose.WATCH).state == DispatchState.DELIVERED
    again = store.confirm_order(exchange.order_id, TO_L)
    store.send()
    assert exchange_of(again).state is Status.PLACED
    assert watch_placed(store.clock()) == 1


def test_units_that_come_back_one_by_one_are_all_back_in_the_end(
    store: Acme, medusa: httpx2.Client, reader: Reader
) -> None:
    refresh_for_look_up(reader, "1001", EMAIL, NOW)
    exchange_id = store.confirm_order(find_order("1001", EMAIL), TO_L, units=2)
    store.send()
    assert watch_placed(NOW) == 1
    for told in (["parcel in transit"], ["parcel in transit", "parcel received"]):
        received(medusa, exchange_id)
        look(store)
        assert acts(exchange_id) == told
    path = f"/medusa/admin/returns/{there(exchange_id, 'return_id')}"
    assert medusa.get(f"{path}?fields=status").json()["return"]["status"] == "partially_received"
    assert exchange_of(exchange_id).attention is None


def test_damaged_goods_are_for_a_person(store: Acme, medusa: httpx2.Client, placed: int) -> None:
    received(medusa, placed, "dismiss-items")
    for _ in range(2):
        look(store)
    exchange = exchange_of(placed)
    assert exchange.parcel_received_at is None
    assert [(flag.of_kind, flag.words.rpartition(": ")[2]) for flag in exchange.flags] == [
        (FlagKind.WRONG_RETURN, "1 × TEE-S came damaged")
    ]


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        (1, {"kind": "reset"}),
        (2, {"kind": "malformed"}),
        (2, {"kind": "status", "status": 500}),
        (1, {"kind": "status", "status": 401}),
    ],
    ids=str,
)
def test_a_look_that_goes_wrong_is_one_look_less(
    store: Acme, medusa: httpx2.Client, placed: int, call: int, fault: dict[str, Any]
) -> None:
    sent(medusa, packed(medusa, placed), "1Z 999")
    first = [{"kind": "delay", "delay_ms": 1}] * (call - 1)
    for each in (*first, fault):
        assert medusa.post("/faults", json={"system": "medusa"} | each).status_code == 201
    for _ in range(3):
        look(store)
    exchange = exchange_of(placed)
    assert (exchange.state, exchange.tracking_number, exchange.attention) == (Status.SHIPPED, "1Z 999", None)
    watch = dispatch_of(placed, Purpose.WATCH)
    assert (watch.state, watch.last_error, len(watch.steps)) == (DispatchState.WAITING, None, 2)


def test_what_was_seen_before_does_not_undo_newer_news(
    store: Acme, medusa: httpx2.Client, placed: int
) -> None:
    sent(medusa, packed(medusa, placed), "OLD")
    look(store)
    news = News(NewsKind.SHIPPED, tracking_number="NEW")
    take_news(exchange_of(placed).reference or "", news, "webhook", store.clock())
    for _ in range(2):
        look(store)
    assert (exchange_of(placed).tracking_number, acts(placed)) == ("NEW", ["shipped", "parcel told"])


def due_in(store: Acme, exchange_id: int) -> timedelta:
    return dispatch_of(exchange_id, Purpose.WATCH).due_at - store.clock()


def test_looks_grow_rarer_and_end(store: Acme, medusa: httpx2.Client, placed: int) -> None:
    assert due_in(store, placed) == LEAST
    waits = list[timedelta]()
    while (wait := due_in(store, placed)) < MOST:
        waits.append(wait)
        store.clock.now += wait
        store.send()
    assert waits == sorted(waits)
    assert 10 < len(waits) < 30
    store.clock.now = NOW + QUIET_FOR + timedelta(seconds=1)
    before = len(asked(medusa))
    store.send()
    assert dispatch_of(placed, Purpose.WATCH).state == DispatchState.DELIVERED
    assert (len(asked(medusa)), watch_placed(store.clock())) == (before, 0)


def test_a_look_waits_behind_everything_else_and_is_no_work_that_waits(store: Acme, placed: int) -> None:
    assert [state.waiting for state in connector_states()] == [0]
    with pytest.raises(CannotRecover, match="nothing of it has failed"):
        retry(store.connections, placed, SAM, NOW)
    store.clock.forward(days=1)
    cancel = dispatch_of(placed, Purpose.PLACE)
    cancel.state, cancel.due_at = DispatchState.WAITING, store.clock()
    db.session.commit()
    (claim,) = claim_due("worker-1", 1, store.clock())
    assert claim.dispatch_id == dispatch_of(placed, Purpose.PLACE).id


def test_a_store_that_is_told_otherwise_need_not_look(
    store: Acme, medusa: httpx2.Client, placed: int
) -> None:
    connect(store, f"{str(medusa.base_url).rstrip('/')}/medusa", watch="no")
    before = len(asked(medusa))
    look(store)
    assert (len(asked(medusa)), dispatch_of(placed, Purpose.WATCH).state) == (before, DispatchState.WAITING)


def test_a_parcel_of_an_exchange_says_nothing_of_the_order_it_came_from(
    store: Acme, medusa: httpx2.Client, reader: Reader, placed: int
) -> None:
    exchange = exchange_of(placed)
    order_id, bought = exchange.order_id, exchange.order.delivered_at
    assert bought is not None
    sent(medusa, packed(medusa, placed))
    exchange.occupies_order = False
    db.session.commit()
    assert refresh_for_order(reader, order_id, LATER)
    db.session.rollback()
    assert db.session.get_one(Order, order_id).delivered_at == bought


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

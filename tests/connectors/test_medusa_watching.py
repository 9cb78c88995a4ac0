"""What answers of Medusa say has become of an exchange, from their shapes alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest

from app.connectors.base import Done, Refused, Reply, Request, Step
from app.connectors.platforms.medusa_calls import REFERENCE
from app.connectors.seen import Seen
from app.domain.exchange_order import ExchangeOrder
from app.domain.news import News, NewsKind
from app.domain.received_items import CameBack, Condition
from tests.connectors.conversation import reply
from tests.connectors.medusa_cases import CARD, DEARER, medusa_order, placer

WHEN, LATER = "2026-11-22T16:16:13.080Z", "2026-11-23T09:00:00.000Z"
AT, THEN = (datetime.fromisoformat(text) for text in (WHEN, LATER))
SHIPPED, DELIVERED, CANCELLED = NewsKind.SHIPPED, NewsKind.DELIVERED, NewsKind.CANCELLED
RECEIVED, IN_TRANSIT = NewsKind.RECEIVED, NewsKind.IN_TRANSIT
DEARER_ORDER = medusa_order(DEARER)
OURS = {REFERENCE: DEARER_ORDER.reference}
ITEM = {"item_id": "ordli_1001_1", "quantity": 1, "received_quantity": 1, "damaged_quantity": 0}


def exchange(**changes: Any) -> dict[str, Any]:
    """Two lines go out, of two units and of one, for one that comes back."""
    row: dict[str, Any] = {
        "id": "oexc_1",
        "canceled_at": None,
        "metadata": OURS,
        "additional_items": [{"item_id": "new_1", "quantity": 2}, {"item_id": "new_2", "quantity": 1}],
        "return": {"status": "requested", "received_at": None, "items": [ITEM]},
    }
    return row | changes


def parcel(units: Mapping[str, int], *numbers: str, **changes: Any) -> dict[str, Any]:
    items = [{"line_item_id": line, "quantity": count} for line, count in units.items()]
    labels = [{"tracking_number": number} for number in numbers]
    row = {"canceled_at": None, "shipped_at": WHEN, "delivered_at": None, "items": items, "labels": labels}
    return row | changes


def looked(exchanges: Sequence[Any], parcels: Sequence[Any] = (), **order: Any) -> Step:
    there = {"id": "order_001001", "canceled_at": None, "fulfillments": list(parcels), **order}
    answers = [reply({"exchanges": list(exchanges)}), reply({"order": there})]
    return placer().watch_step(DEARER_ORDER, {}, answers)


def news(step: Step) -> tuple[News, ...]:
    assert isinstance(step, Done), step
    assert isinstance(step.result, Seen)
    return step.result.news


FIRST, SECOND = parcel({"new_1": 2}, "1Z"), parcel({"new_2": 1}, "2Z", shipped_at=LATER)
GONE = {"canceled_at": WHEN}
THERE = {"delivered_at": LATER}


@pytest.mark.parametrize(
    ("parcels", "told"),
    [
        ([], ()),
        ([parcel({"bought": 2}, "0Z", **THERE)], ()),  # of the order that was bought
        ([FIRST], ()),  # the other line has not left
        ([FIRST, SECOND | GONE], ()),
        ([parcel({"new_1": 1}), SECOND], ()),  # nor has the other unit
        ([FIRST, SECOND | {"shipped_at": None}], ()),
        ([FIRST, SECOND], (News(SHIPPED, THEN, "1Z, 2Z"),)),
        ([FIRST | THERE, SECOND], (News(SHIPPED, THEN, "1Z, 2Z"),)),
        ([FIRST | THERE, SECOND | THERE], (News(SHIPPED, THEN, "1Z, 2Z"), News(DELIVERED, THEN))),
        (
            [parcel({"new_1": 2, "new_2": 1}, "1Z", shipped_at=None, delivered_at=WHEN)],
            (News(SHIPPED, AT, "1Z"), News(DELIVERED, AT)),
        ),
        ([parcel({"new_1": 2, "new_2": 1}, "9" * 101)], (News(SHIPPED, AT),)),
    ],
)
def test_what_goes_out_counts_once_all_of_it_does(parcels: list[Any], told: tuple[News, ...]) -> None:
    assert news(looked([exchange()], parcels)) == told


@pytest.mark.parametrize(
    ("coming", "told"),
    [
        ({"status": "requested"}, ()),
        ({"status": "partially_received"}, (News(IN_TRANSIT),)),
        ({"status": "received", "received_at": WHEN, "items": [ITEM]}, (News(RECEIVED, AT),)),
        (
            {
                "status": "received",
                "received_at": WHEN,
                "items": [ITEM | {"received_quantity": 3, "damaged_quantity": 1}],
            },
            (
                News(
                    RECEIVED,
                    AT,
                    items=(
                        CameBack(2, sku="TEE-S"),
                        CameBack(1, sku="TEE-S", condition=Condition.DAMAGED),
                    ),
                ),
            ),
        ),
    ],
)
def test_what_comes_back_is_what_its_return_says(coming: dict[str, Any], told: tuple[News, ...]) -> None:
    lines = [{"id": "ordli_1001_1", "variant_sku": "TEE-S"}]
    assert news(looked([exchange(**{"return": coming})], items=lines)) == told


PART = {"status": "partially_received", "received_at": None, "items": [ITEM | {"quantity": 3}]}


@pytest.mark.parametrize(
    ("detail", "told"),
    [
        (None, (News(IN_TRANSIT),)),
        ({}, (News(IN_TRANSIT),)),
        ({"return_requested_quantity": 1}, (News(IN_TRANSIT),)),
        ({"return_requested_quantity": 0, "return_dismissed_quantity": 0}, (News(RECEIVED),)),
        (
            {"return_requested_quantity": 0, "return_dismissed_quantity": 1},
            (
                News(
                    RECEIVED,
                    items=(
                        CameBack(2, sku="TEE-S"),
                        CameBack(1, sku="TEE-S", condition=Condition.DAMAGED),
                    ),
                ),
            ),
        ),
    ],
)
def test_what_came_back_in_several_goes_is_what_the_orders_line_says(
    detail: dict[str, Any] | None, told: tuple[News, ...]
) -> None:
    """Medusa itself keeps such a return partially received, with the units of the last go alone."""
    line: dict[str, Any] = {"id": "ordli_1001_1", "variant_sku": "TEE-S"}
    lines = [line | ({} if detail is None else {"detail": detail})]
    assert news(looked([exchange(**{"return": PART})], items=lines)) == told
    whole = {"status": "received", "received_at": WHEN, "items": [ITEM]}
    both = [exchange(**{"return": PART}), exchange(**{"return": whole})]
    assert news(looked(both, items=lines))[0].kind is told[0].kind
    assert news(looked([exchange(**{"return": PART | {"items": []}})], items=lines)) == (News(IN_TRANSIT),)


def test_cancelled_is_all_of_ours_or_the_order_itself() -> None:
    assert news(looked([exchange(**GONE), exchange(metadata={})])) == (News(CANCELLED, AT),)
    assert news(looked([exchange(**GONE), exchange()])) == ()  # made once more
    assert news(looked([exchange()], canceled_at=WHEN)) == (News(CANCELLED, AT),)


@pytest.mark.parametrize(
    "step",
    [
        looked([]),
        looked([exchange(metadata={})]),
        looked([exchange(additional_items=[])]),  # never confirmed
        looked([exchange(canceled_at="soon")]),
        looked([exchange()], id=""),
        placer().watch_step(DEARER_ORDER, {}, [reply({"message": "Unauthorized"}, 401)]),
    ],
)
def test_what_cannot_be_read_is_no_news(step: Step) -> None:
    assert isinstance(step, Refused)


def test_goods_given_for_a_card_come_back_on_a_return_of_their_own() -> None:
    message = medusa_order(DEARER, card=CARD)
    ours: dict[str, Any] = {
        "status": "received",
        "received_at": WHEN,
        "canceled_at": None,
        "metadata": OURS,
        "items": [],
    }
    there = reply({"order": {"id": "order_001001", "canceled_at": None}})
    first = reply({"exchanges": [exchange()]})
    back = reply({"exchanges": [exchange(**{"return": ours | {"received_at": LATER}})]})
    assert told(message, first, reply({"returns": [ours]}), there) == (News(IN_TRANSIT),)
    assert told(message, back, reply({"returns": [ours]}), there) == (News(RECEIVED, THEN),)
    assert told(medusa_order(card=CARD), reply({"returns": [ours]}), there) == (News(RECEIVED, AT),)


def told(message: ExchangeOrder, *answers: Reply) -> tuple[News, ...]:
    return news(placer().watch_step(message, {}, answers))


def test_every_request_only_reads() -> None:
    message = medusa_order(DEARER, card=CARD)
    answers = [reply({"exchanges": [exchange()]}), reply({"returns": []})]
    steps = [placer().watch_step(message, {}, answers[:count]) for count in range(3)]
    requests = [step for step in steps if isinstance(step, Request)]
    assert [request.name for request in requests] == ["read exchange", "read return", "read parcels"]
    assert {request.method for request in requests} == {"GET"}

"""What answers of StateSet say has become of an exchange, from their shapes alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from app.connectors.base import Done, Refused, Reply, Request
from app.connectors.seen import Seen
from app.domain.news import News, NewsKind
from tests.connectors.conversation import reply
from tests.connectors.medusa_cases import DEARER, medusa_order
from tests.connectors.stateset_cases import PLACER

ORDER = medusa_order(DEARER)
PLACED = {
    "parcels": [
        {"unit": "11:1", "return_id": "rt_1", "exchange_order_id": "ord_exch_1"},
        {"unit": "card", "return_id": "rt/2", "exchange_order_id": "rt/2"},
    ]
}


def seen(first: Mapping[str, Any], second: Mapping[str, Any]) -> Seen:
    answers = [reply({"id": "rt_1", **first}), reply({"id": "rt/2", **second})]
    step = PLACER.watch_step(ORDER, PLACED, answers)
    assert isinstance(step, Done), step
    assert isinstance(step.result, Seen)
    return step.result


def test_each_return_at_stateset_is_read() -> None:
    first = PLACER.watch_step(ORDER, PLACED, [])
    second = PLACER.watch_step(ORDER, PLACED, [reply({"id": "rt_1"})])
    assert isinstance(first, Request)
    assert isinstance(second, Request)
    assert (first.method, first.url) == ("GET", "https://api.stateset.com/v1/returns/rt_1")
    assert second.url.endswith("/v1/returns/rt%2F2")


def test_a_card_is_not_sent_and_comes_back_all_the_same() -> None:
    sent = {"status": "RECEIVED", "exchange_status": "Shipped", "tracking_number": "1Z"}
    day = {"estimated_delivery": "2026-11-27"}
    assert seen(sent | day, {"status": "NEW"}).news == (
        News(NewsKind.IN_TRANSIT),
        News(NewsKind.SHIPPED, None, "1Z", datetime(2026, 11, 27, tzinfo=UTC).date()),
    )
    assert seen(sent, {"status": "inspecting"}).news == (
        News(NewsKind.RECEIVED),
        News(NewsKind.SHIPPED, None, "1Z"),
    )
    assert seen({"status": "COMPLETED"}, {"status": "COMPLETED"}).news == ()


def test_a_part_that_is_cancelled_is_said_in_words() -> None:
    part = seen({"status": "CANCELLED"}, {"status": "APPROVED"})
    assert (part.news, part.doubt[:33]) == ((), "StateSet has cancelled 1 of the 2")
    assert seen({"exchange_status": "cancelled"}, {"status": "CANCELED"}) == Seen((News(NewsKind.CANCELLED),))


@pytest.mark.parametrize(
    ("placed", "answers"),
    [
        ({}, []),
        ({"parcels": [{"return_id": ""}]}, []),
        (PLACED, [reply({"error": {"message": "no"}}, 404)]),
        (PLACED, [reply({"id": "rt_1"}), reply({"id": "rt_1"})]),
        (PLACED, [reply([]), reply({"id": "rt/2"})]),
    ],
)
def test_what_is_no_return_of_ours_is_no_news(placed: Any, answers: list[Reply]) -> None:
    assert isinstance(PLACER.watch_step(ORDER, placed, answers), Refused)

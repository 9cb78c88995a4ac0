"""The worked cases at every system at once: one frozen exchange, and each says the same sum in its own words.

Optoro is told lines and no difference, StateSet a difference for each unit, Ravelin the net of it all. The
figures of a row are the shopper's; amounts are US cents.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from app.connectors.base import Connector, Request
from app.connectors.fraud.ravelin import RavelinListener, RavelinScreener
from app.connectors.platforms.optoro import OptoroPlacer
from app.connectors.platforms.optoro_rmas import OptoroRmas
from app.connectors.platforms.stateset import StateSetPlacer
from app.domain.exchange_report import ExchangeReport
from tests.connectors.conversation import reply, talk
from tests.connectors.worked_cases import (
    AGAIN,
    CARD_WITH_BONUS,
    CHEAPER,
    DEARER,
    EVEN,
    MIXED,
    THREE_UNITS,
    UP_AND_DOWN,
    once_paid,
)

YES = reply({"id": "rt_1", "exchange_order_id": "ord_exch_1", "data": {"action": "ALLOW"}})
OPTORO = {"url": "https://shop.example", "optiturn_id": "Modrno"}


@dataclass(frozen=True)
class Row:
    """`lines` is what Optoro is told each replacement costs, `differences` what StateSet is told of each."""

    told: ExchangeReport
    lines: Sequence[int]
    differences: Sequence[str]
    charged: int = 0
    refunded: int = 0
    card: tuple[int, int] = (0, 0)  # face and bonus


ROWS: Mapping[str, Row] = {
    "even": Row(EVEN, [12900], ["0"]),
    "dearer": Row(DEARER, [13950], ["10.5"], charged=1050),
    "cheaper": Row(CHEAPER, [10900], ["-20"], refunded=2000),
    "up and down": Row(UP_AND_DOWN, [13950, 13950], ["10.5", "-10.5"]),
    "a card with a bonus": Row(CARD_WITH_BONUS, [], [], card=(4500, 500)),
    "a variant and a card": Row(MIXED, [13950], ["10.5"], charged=1050, card=(4500, 500)),
    "three units": Row(THREE_UNITS, [3100], ["0.33", "0.33", "0.34"], charged=100),
}


@pytest.fixture(params=ROWS)
def row(request: pytest.FixtureRequest) -> Row:
    return ROWS[request.param]


def sent(connector: Connector[Any], message: object) -> list[Request]:
    return talk(connector, message, lambda _: YES).requests


def bodies(requests: Sequence[Request]) -> list[Any]:
    return [json.loads(request.body, parse_float=Decimal) for request in requests]


def optoro(row: Row, version: str = "2") -> Any:
    placer = OptoroPlacer.configure(OPTORO | {"api_version": version}, None, allow_loopback=False)
    (body,) = bodies(sent(placer, row.told.order))
    return body


def stateset(row: Row) -> list[Request]:
    placer = StateSetPlacer.configure({}, "st_example", allow_loopback=False)
    return sent(placer, row.told.order)


def ravelin(row: Row) -> list[Any]:
    """The exchange order as placed, and what is told once its money has moved."""
    listener = RavelinListener.configure({}, "sk_test_1", allow_loopback=False)
    return [bodies(sent(listener, told))[0] for told in (row.told, *once_paid(row.told))]


def test_optoro_is_told_what_each_replacement_costs(row: Row) -> None:
    variants = [line for line in optoro(row)["items"] if "return_items" not in line]
    costs = [
        line["product_amount_cents"] - line["discount_amount_cents"] + line["tax_amount_cents"]
        for line in variants
    ]
    assert costs == list(row.lines)


@pytest.mark.parametrize("version", ["1", "2"])
def test_optoro_is_told_the_card_with_its_bonus_apart_or_within(row: Row, version: str) -> None:
    cards = [line for line in optoro(row, version)["items"] if "return_items" in line]
    face, bonus = row.card
    told = [(card["unit_price_amount_cents"], card.get("bonus_credit_amount_cents")) for card in cards]
    if version == "1":
        assert told == ([(face + bonus, None)] if face else [])
    else:
        assert told == ([(face, bonus)] if face else [])


def test_stateset_is_told_each_units_difference(row: Row) -> None:
    exchanges = [request for request in stateset(row) if request.name == "exchange"]
    told = [body["price_difference"] for body in bodies(exchanges)]
    assert sorted(map(str, told)) == sorted(row.differences)
    assert sum(told) * 100 == row.charged - row.refunded == row.told.order.difference


def test_ravelin_is_told_the_net(row: Row) -> None:
    made, *moved = ravelin(row)
    transactions = [body["transaction"] for body in (made, *moved) if "transaction" in body]
    amounts = {each["type"]: each["amount"] for each in transactions}
    expected = {"auth_capture": row.charged, "refund": row.refunded}
    assert amounts == {kind: amount for kind, amount in expected.items() if amount}
    assert made["order"]["price"] == sum(row.lines) + sum(row.card)
    about = ["NW-1001-X1"] if row.charged else ["NW-1001"] if row.refunded else []
    assert [body["order"]["orderId"] for body in moved] == about


def test_the_rma_gives_back_what_ravelin_hears_of(row: Row) -> None:
    listener = OptoroRmas.configure(OPTORO, None, allow_loopback=False)
    (body,) = bodies(sent(listener, row.told))
    back = [item["refund_financials"]["shopper_refund_amount_cents"] for item in body["items"]]
    assert sum(back) == row.refunded
    assert body["bonus_credit_amount_cents"] == row.card[1]


def test_a_card_is_no_exchange_at_stateset_and_an_item_at_ravelin() -> None:
    row = ROWS["a card with a bonus"]
    assert [request.name for request in stateset(row)] == ["store credit"]
    (made,) = ravelin(row)
    assert [item["price"] for item in made["order"]["items"]] == [5000]
    screener = RavelinScreener.configure({"refund_abuse": True}, "sk_test_1", allow_loopback=False)
    (asked,) = bodies(sent(screener, row.told))
    assert asked["refund"]["refundIssuedTo"] == ["GIFT_CARD"]


def test_an_exchange_of_an_exchange_names_the_order_before_it_everywhere() -> None:
    row = Row(AGAIN, [12900], ["0"])
    assert optoro(row)["original_order_id"] == "NW-1001-X1"
    first, *_ = bodies(stateset(row))
    assert first["order_id"] == "ord_exch_55"  # the platform's own id of that order
    (made,) = ravelin(row)
    assert made["order"]["orderId"] == "NW-1001-X2"
    assert made["order"]["exchange"]["parentOrderId"] == "NW-1001-X1"


def test_the_same_twice_after_a_time_out_is_the_same_everywhere(row: Row) -> None:
    assert optoro(row) == optoro(row)
    assert stateset(row) == stateset(row)
    keys = [request.headers["Idempotency-Key"] for request in stateset(row)]
    assert len(set(keys)) == len(keys)
    assert ravelin(row) == ravelin(row)

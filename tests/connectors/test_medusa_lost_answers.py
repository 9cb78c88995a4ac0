"""In which calls Medusa makes an exchange, and that an answer lost at any of them doubles nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from app.connectors.base import LOOK_UP, NoAnswer, Request, Sent
from tests.connectors.medusa_cases import (
    CASES,
    NUMBER,
    ORDER_ID,
    Courier,
    PretendMedusa,
    courier,
    placed,
    placer,
)

WHOLE = [
    "list exchanges", "read order", "create", "inbound items", "outbound items", "outbound shipping",
    "confirm", "list exchanges", "read order",
]  # fmt: skip


def test_the_row_of_calls(medusa: PretendMedusa) -> None:
    carrier = courier(medusa)
    result = placed(carrier.place(CASES["dearer"]))
    assert carrier.names == WHOLE
    assert result.order == f"{NUMBER}-E1"
    assert result.reply["exchange_id"] == "oexc_000001"
    assert (result.product, result.tax) == (2500, 0)


def test_placing_again_finds_the_exchange_and_makes_no_second(medusa: PretendMedusa) -> None:
    message = CASES["exchange-and-gift-card"]
    first = placed(courier(medusa).place(message))
    again = courier(medusa)
    second = placed(again.place(message))
    assert replace(second, card=None) == replace(first, card=None)
    assert first.card
    assert second.card
    assert second.card.code.marks == first.card.code.marks
    assert {request.method for request in again.sent} == {"GET"}


def test_an_open_exchange_of_ours_is_given_up_and_begun_again(medusa: PretendMedusa) -> None:
    body = {"order_id": ORDER_ID, "metadata": {"evenly_reference": CASES["even"].reference}}
    medusa.call("POST", "/admin/exchanges", body)
    carrier = courier(medusa)
    assert placed(carrier.place(CASES["even"])).doubt == ""
    assert carrier.names[1] == "give up"
    assert len(medusa.exchanges()) == 1


def test_a_poisoned_exchange_is_given_up_and_begun_again(medusa: PretendMedusa) -> None:
    def spoil(request: Request) -> Sent | None:
        if request.name == "inbound items" and len(carrier.sent) < 6:
            path = request.url.removeprefix(medusa.url)
            line = json.loads(request.body)["items"][0]["id"]
            assert medusa.call("POST", path, {"items": [{"id": line, "quantity": 9}]}).status_code == 400
        return None

    carrier = Courier(placer(medusa.url), spoil)
    assert placed(carrier.place(CASES["even"])).doubt == ""
    assert carrier.names.count("create") == 2
    assert len(medusa.exchanges()) == 1


@pytest.mark.parametrize("name", [*dict.fromkeys(WHOLE)])
@pytest.mark.parametrize("worked", [True, False], ids=["after-work", "before-work"])
def test_a_lost_answer_at_each_step_doubles_nothing(medusa: PretendMedusa, name: str, worked: bool) -> None:
    lost: list[str] = []

    def lose(request: Request) -> Sent | None:
        if request.name == name and not lost:
            lost.append(name)
            if not worked:
                return NoAnswer("lost")
            medusa.fault("lost_answer")
        return None

    carrier = Courier(placer(medusa.url), lose)
    result = placed(carrier.place(CASES["dearer"]))
    assert (result.doubt, result.total) == ("", 2500)
    assert LOOK_UP in carrier.names
    assert medusa.sizes() == ["TEE-S", "TEE-L"]
    assert len(medusa.exchanges()) == 1
    assert medusa.pending() == "5"


GIFT = ["list gift cards", "list returns", "begin return", "return items", "confirm return", "gift card"]


@pytest.mark.parametrize("name", GIFT)
def test_a_lost_answer_on_the_way_to_a_gift_card_makes_no_second_card(
    medusa: PretendMedusa, name: str
) -> None:
    lost: list[str] = []

    def lose(request: Request) -> Sent | None:
        if request.name == name and not lost:
            lost.append(name)
            medusa.fault("lost_answer")
        return None

    result = placed(Courier(placer(medusa.url), lose).place(CASES["exchange-and-gift-card"]))
    assert result.doubt == ""
    reference = CASES["exchange-and-gift-card"].reference
    cards = medusa.call("GET", f"/admin/gift-cards?reference_id={reference}").json()["gift_cards"]
    assert [card["value"] for card in cards] == [25]
    assert medusa.order()["items"][0]["detail"]["return_requested_quantity"] == 2

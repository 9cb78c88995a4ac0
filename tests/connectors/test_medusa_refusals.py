"""What cannot be placed in Medusa is refused in plain words, and leaves nothing behind on the order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.connectors.base import Refused
from app.domain.exchange_order import ExchangeOrder
from tests.connectors.medusa_cases import (
    CARD,
    CASES,
    DEARER,
    EVEN,
    ORDER_ID,
    TEE_S,
    PretendMedusa,
    courier,
    medusa_order,
    replacement,
)


def test_somebody_elses_open_change_is_left_alone_and_told(medusa: PretendMedusa) -> None:
    medusa.call("POST", "/admin/exchanges", {"order_id": ORDER_ID})
    step = courier(medusa).place(CASES["even"])
    assert isinstance(step, Refused)
    assert "the order is being changed in Medusa" in step.reason
    assert len(medusa.exchanges()) == 1


def test_a_card_without_the_plugin_is_refused_before_anything_is_begun(medusa: PretendMedusa) -> None:
    medusa.configure(loyalty_plugin=False)
    carrier = courier(medusa)
    with pytest.raises(AssertionError, match="list gift cards"):
        carrier.place(CASES["gift-card"])
    assert medusa.order()["items"][0]["detail"]["return_requested_quantity"] == 0


def test_gift_cards_are_refused_unless_switched_on(medusa: PretendMedusa) -> None:
    step = courier(medusa, gift_cards="none").place(medusa_order(DEARER, card=CARD))
    assert isinstance(step, Refused)
    assert "gift_cards=loyalty" in step.reason
    assert medusa.exchanges() == []


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (medusa_order(replacement("m", 6000, returned=replace(TEE_S, quantity=3))), "Medusa has 2 left"),
        (
            medusa_order(replacement("m", 2000, returned=replace(TEE_S, line_id="?", sku="CAP"))),
            "has no line ? or CAP",
        ),
        (medusa_order(replacement("xl", 3600, quantity=2)), "a replacement is out of stock"),
        (medusa_order(replace(EVEN, variant_id="variant_gone")), "do not exist or belong to a product"),
        (medusa_order(replace(EVEN, variant_id="")), "has no id of Medusa's"),
        (replace(medusa_order(EVEN), currency="EUR"), "the order is in USD, the exchange in EUR"),
        (replace(medusa_order(EVEN), platform_order_id="order_gone"), "Order id not found: order_gone"),
        (replace(medusa_order(EVEN), platform_order_id="", original_order_id="7"), "Medusa has no order 7"),
        (medusa_order(), "nothing would be sent"),
    ],
)
def test_a_refusal_leaves_nothing_behind(medusa: PretendMedusa, message: ExchangeOrder, words: str) -> None:
    step = courier(medusa).place(message)
    assert isinstance(step, Refused)
    assert words in step.reason
    assert medusa.exchanges() == []
    # The order is free: nothing of ours is still open on it.
    assert medusa.call("POST", "/admin/exchanges", {"order_id": ORDER_ID}).status_code == 200


def test_a_cancelled_order_is_left_alone(medusa: PretendMedusa) -> None:
    assert medusa.call("POST", f"/admin/orders/{ORDER_ID}/cancel", {}).status_code == 200
    step = courier(medusa).place(CASES["even"])
    assert step == Refused("the order has been cancelled in Medusa")


def test_what_a_card_needs_is_looked_at_before_the_exchange_is_begun(medusa: PretendMedusa) -> None:
    both = replace(TEE_S, quantity=2, credit=4000)
    message = medusa_order(replacement("m", 4000, quantity=2, returned=both), card=CARD)
    step = courier(medusa).place(message)
    assert isinstance(step, Refused)
    assert "Medusa has 0 left to return" in step.reason
    assert medusa.exchanges() == []

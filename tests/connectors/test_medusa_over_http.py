"""The connector against a pretend Medusa over HTTP: what is placed, what is undone, what is never doubled."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from app.connectors.base import LOOK_UP, Done, NoAnswer, Refused, Request, Sent, Told
from app.connectors.platforms.medusa import MedusaPlacer
from app.domain.exchange_order import ExchangeOrder
from tests.connectors.medusa_cases import (
    CARD,
    CASES,
    DEARER,
    EVEN,
    NUMBER,
    ORDER_ID,
    TEE_S,
    TWO_TEES,
    Courier,
    PretendMedusa,
    medusa_order,
    placed,
    placer,
    replacement,
)

WHOLE = [
    "list exchanges", "read order", "create", "inbound items", "outbound items", "outbound shipping",
    "confirm", "list exchanges", "read order",
]  # fmt: skip


def courier(medusa: PretendMedusa, **settings: Any) -> Courier:
    return Courier(placer(medusa.url, **settings))


def expected_pending(message: ExchangeOrder) -> str:
    """The price difference, less what a card was given for, which stays on the order as a refund."""
    given = sum(item.credit for item in message.card.returned) if message.card else 0
    if abs(message.difference - given) == 1:
        return "0"  # as Medusa shows a difference of one cent
    units, cents = divmod(abs(message.difference - given), 100)
    return ("-" if message.difference < given else "") + f"{units}.{cents:02}".rstrip("0").rstrip(".")


@pytest.mark.parametrize("name", CASES)
def test_medusa_ends_up_with_the_difference_that_was_confirmed(medusa: PretendMedusa, name: str) -> None:
    message = CASES[name]
    result = placed(courier(medusa).place(message))
    assert result.doubt == ""
    face = message.card.face + message.card.bonus if message.card else 0
    assert result.total == message.replacements + message.shipping + face
    assert medusa.pending() == expected_pending(message)
    assert len(medusa.sizes()) == 1 + sum(1 + (line.product % line.quantity > 0) for line in message.variants)


def test_the_row_of_calls(medusa: PretendMedusa) -> None:
    carrier = courier(medusa)
    result = placed(carrier.place(CASES["dearer"]))
    assert carrier.names == WHOLE
    assert result.order == f"{NUMBER}-E1"
    assert result.reply["exchange_id"] == "oexc_000001"
    assert (result.product, result.tax) == (2500, 0)


def test_with_tax_the_sum_is_the_confirmed_one(medusa: PretendMedusa) -> None:
    medusa.configure(tax_rate_ppm=100_000, orders=[TWO_TEES])
    returned = replace(TEE_S, credit=2200)
    message = medusa_order(replacement("l", 2500, tax=250, returned=returned))
    result = placed(courier(medusa).place(message))
    assert (result.doubt, result.total, result.tax) == ("", 2750, 250)


def test_a_sum_that_medusa_reckons_otherwise_is_told(medusa: PretendMedusa) -> None:
    medusa.configure(stock={"variant_tee-l": 5})
    message = medusa_order(replace(DEARER, product=2400, difference=400))
    result = placed(courier(medusa, prices="theirs").place(message))
    assert result.doubt == "Medusa reckons 5.00 USD of difference where 4.00 USD was confirmed"
    assert result.total == 2500


@pytest.mark.parametrize(("cents", "shown"), [(1, "0"), (-1, "0"), (2, "0.02"), (-2, "-0.02")])
def test_a_difference_of_one_cent_is_none_to_medusa_and_no_doubt_to_us(
    medusa: PretendMedusa, cents: int, shown: str
) -> None:
    message = medusa_order(replacement("m", 2000 + cents))
    result = placed(courier(medusa).place(message))
    assert (result.doubt, result.total) == ("", 2000 + cents)
    assert medusa.pending() == shown


def test_a_discounted_item_swapped_for_the_same_price_costs_nothing(medusa: PretendMedusa) -> None:
    half_off = dict(TWO_TEES, items=[{"variant_id": "variant_tee-s", "quantity": 2, "discount_cents": 2000}])
    medusa.configure(orders=[half_off])
    message = medusa_order(replacement("m", 2000, discount=1000, returned=replace(TEE_S, credit=1000)))
    assert placed(courier(medusa).place(message)).doubt == ""
    assert medusa.pending() == "0"


def test_promotions_carried_over_do_the_same_at_medusas_prices(medusa: PretendMedusa) -> None:
    half_off = dict(TWO_TEES, items=[{"variant_id": "variant_tee-s", "quantity": 2, "discount_cents": 2000}])
    medusa.configure(orders=[half_off])
    message = medusa_order(replacement("m", 2000, discount=1000, returned=replace(TEE_S, credit=1000)))
    carrier = courier(medusa, prices="theirs", carry_over_promotions="true")
    assert placed(carrier.place(message)).doubt == ""
    assert "carry over promotions" in carrier.names
    assert medusa.pending() == "0"


def test_placing_again_finds_the_exchange_and_makes_no_second(medusa: PretendMedusa) -> None:
    message = CASES["exchange-and-gift-card"]
    first = placed(courier(medusa).place(message))
    again = courier(medusa)
    assert placed(again.place(message)) == first
    assert {request.method for request in again.sent} == {"GET"}


def test_an_open_exchange_of_ours_is_given_up_and_begun_again(medusa: PretendMedusa) -> None:
    body = {"order_id": ORDER_ID, "metadata": {"evenly_reference": CASES["even"].reference}}
    medusa.call("POST", "/admin/exchanges", body)
    carrier = courier(medusa)
    assert placed(carrier.place(CASES["even"])).doubt == ""
    assert carrier.names[1] == "give up"
    assert len(medusa.exchanges()) == 1


def test_somebody_elses_open_change_is_left_alone_and_told(medusa: PretendMedusa) -> None:
    medusa.call("POST", "/admin/exchanges", {"order_id": ORDER_ID})
    step = courier(medusa).place(CASES["even"])
    assert isinstance(step, Refused)
    assert "the order is being changed in Medusa" in step.reason
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


def test_an_exchange_of_an_exchange_is_made_on_the_same_order(medusa: PretendMedusa) -> None:
    first = placed(courier(medusa).place(CASES["dearer"]))
    medusa.send_by_hand()
    returned = replace(TEE_S, line_id="TEE-L", sku="TEE-L", credit=2500)
    message = replace(
        medusa_order(replacement("m", 2000, returned=returned)),
        reference="EX-SECOND",
        original_order_id=first.order,
        platform_order_id=first.order,
    )
    second = placed(courier(medusa).place(message))
    assert second.doubt == ""
    assert second.order == f"{NUMBER}-E{medusa.exchanges()[-1]['display_id']}"
    assert second.order != first.order
    assert medusa.pending() == "0"


def test_of_one_size_bought_and_got_the_one_that_was_got_comes_back(medusa: PretendMedusa) -> None:
    items = [{"variant_id": f"variant_tee-{size}", "quantity": 1} for size in ("s", "l")]
    medusa.configure(orders=[dict(TWO_TEES, items=items)])
    first = placed(courier(medusa).place(CASES["dearer"]))
    new = medusa.send_by_hand()
    returned = replace(TEE_S, line_id="TEE-L", sku="TEE-L", credit=2500)
    message = medusa_order(replacement("m", 2000, returned=returned), reference="EX-SECOND")
    message = replace(message, original_order_id=first.order, platform_order_id=first.order)
    assert placed(courier(medusa).place(message)).doubt == ""
    coming = {item["id"]: item["detail"]["return_requested_quantity"] for item in medusa.order()["items"]}
    assert (coming["ordli_1001_2"], coming[new]) == (0, 1)


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


def test_another_address_is_told_to_an_agent_and_not_to_medusa(medusa: PretendMedusa) -> None:
    elsewhere = replace(CASES["even"].shipping_address, street1="4 Elm Row")
    message = replace(CASES["even"], readdressed=True, shipping_address=elsewhere)
    result = placed(courier(medusa).place(message))
    assert result.doubt == (
        "the shopper wants it sent to another address than the order has in Medusa: change it there"
    )
    typed_as_there = replace(CASES["even"].shipping_address, street1=" 9 QUAY ST", phone="555")
    again = replace(message, reference="EX-SECOND", shipping_address=typed_as_there)
    assert placed(courier(medusa).place(again)).doubt == ""


def test_a_card_that_is_worth_something_else_is_told(medusa: PretendMedusa) -> None:
    message = CASES["gift-card"]
    body = {"currency_code": "usd", "value": 20, "code": "X", "reference_id": message.reference}
    assert medusa.call("POST", "/admin/gift-cards", body).status_code == 200
    result = placed(courier(medusa).place(message))
    assert result.doubt == "its gift card holds 20.00 USD where 25.00 USD was confirmed"


def take_back(medusa: PretendMedusa, message: ExchangeOrder, connector: MedusaPlacer) -> Courier:
    carrier = Courier(connector)
    step = carrier.carry_out(message, connector.cancel_step)
    assert isinstance(step, Done)
    assert isinstance(step.result, Told)
    return carrier


@pytest.mark.parametrize(
    "settings", [{}, {"return_shipping_option_id": "so_return"}], ids=["plain", "with-return"]
)
def test_taking_back_restores_the_order_and_may_be_run_twice(
    medusa: PretendMedusa, settings: dict[str, str]
) -> None:
    connector = placer(medusa.url, **settings)
    placed(Courier(connector).place(CASES["cheaper"]))
    for _ in range(2):
        take_back(medusa, CASES["cheaper"], connector)
    assert medusa.pending() == "0"
    assert medusa.sizes() == ["TEE-S"]
    # The last one of its size is free again.
    assert placed(Courier(connector).place(replace(CASES["cheaper"], reference="EX-NEXT"))).doubt == ""


def test_taking_back_gives_up_what_is_open(medusa: PretendMedusa) -> None:
    body = {"order_id": ORDER_ID, "metadata": {"evenly_reference": CASES["even"].reference}}
    medusa.call("POST", "/admin/exchanges", body)
    assert "give up" in take_back(medusa, CASES["even"], placer(medusa.url)).names
    assert medusa.exchanges() == []


def test_what_is_not_ours_is_not_taken_back(medusa: PretendMedusa) -> None:
    connector = placer(medusa.url)
    placed(Courier(connector).place(CASES["even"]))
    step = Courier(connector).carry_out(replace(CASES["even"], reference="EX-OTHER"), connector.cancel_step)
    assert isinstance(step, Refused)
    assert "no exchange of the reference EX-OTHER" in step.reason

"""The connector against a pretend Medusa over HTTP: what is placed, at which sum, and what is told of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.exchange_order import ExchangeOrder
from tests.connectors.medusa_cases import (
    CASES,
    DEARER,
    NUMBER,
    TEE_S,
    TWO_TEES,
    PretendMedusa,
    courier,
    medusa_order,
    placed,
    replacement,
)


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
    body = {"currency_code": "usd", "value": 20, "code": "BY-HAND", "reference_id": message.reference}
    assert medusa.call("POST", "/admin/gift-cards", body).status_code == 200
    result = placed(courier(medusa).place(message))
    assert result.doubt == "its gift card holds 20.00 USD where 25.00 USD was confirmed"

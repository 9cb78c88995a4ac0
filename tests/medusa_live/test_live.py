"""The connector against Medusa itself: every case, taking back, a lost answer at each step, reading.

Only `make medusa-live` runs these. The same cases run against the pretend Medusa in every run.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from app.connectors.base import Done, NoAnswer, Refused, Reply, Request, Sent
from app.connectors.follow_ups import Repayment, Settlement
from app.connectors.platforms.medusa import MedusaPlacer
from app.connectors.platforms.medusa_catalogue import products_request, read_products
from app.connectors.platforms.medusa_orders import find_order, found_order, read_order, whole_order
from app.connectors.results import Placed
from app.domain.exchange_order import ExchangeOrder, ReturnedItem
from tests.connectors.medusa_cases import (
    BOX,
    CASES,
    DEARER,
    EVEN,
    SENDER,
    TEE_S,
    Courier,
    medusa_order,
    placed,
    placer,
    replacement,
)
from tests.medusa_live.shop import LiveShop

pytestmark = pytest.mark.medusa_live

EMAIL = "ann@example.test"
references = (f"EX-LIVE{number}" for number in itertools.count(1))
# The one XL is for the case that wants it; the sandbox starts afresh each time.
PLACED = {name: message for name, message in CASES.items() if name != "two-lines"}


def connector(shop: LiveShop, **settings: str) -> MedusaPlacer:
    ids = {"shipping_option_id": shop.ids["standard"], "location_id": shop.ids["location"]}
    reasons = {"reasons": f"too_small:{shop.ids['reason']}"}
    return placer(shop.running.url, secret=shop.secret, **(ids | reasons | settings))


def message_for(shop: LiveShop, order: dict[str, Any], message: ExchangeOrder) -> ExchangeOrder:
    """The same exchange with this order's ids, and a reference of its own."""
    line = order["items"][0]["id"]

    def real(item: ReturnedItem) -> ReturnedItem:
        return replace(item, line_id=line)

    card = message.card
    return replace(
        message,
        reference=next(references),
        original_order_id=str(order["display_id"]),
        platform_order_id=order["id"],
        customer=replace(message.customer, email=EMAIL),
        variants=tuple(
            replace(one, variant_id=shop.ids[one.sku], returned=real(one.returned))
            for one in message.variants
        ),
        card=card and replace(card, returned=tuple(map(real, card.returned))),
    )


def code_in(result: Placed) -> str:
    """Of its gift card, which is encrypted otherwise each time; empty without one."""
    return BOX.decrypt(result.card.code.secret) if result.card else ""


def sizes(shop: LiveShop, order: dict[str, Any]) -> list[str]:
    return sorted(item["variant_sku"] for item in shop.read(order["id"])["items"])


@pytest.mark.parametrize("name", PLACED)
def test_a_case_is_placed_at_the_confirmed_difference(shop: LiveShop, name: str) -> None:
    order = shop.order(EMAIL)
    message = message_for(shop, order, PLACED[name])
    first = placed(Courier(connector(shop)).place(message))
    assert first.doubt == ""
    again = Courier(connector(shop))
    second = placed(again.place(message))
    assert replace(second, card=first.card) == first
    assert code_in(second) == code_in(first)
    assert {request.method for request in again.sent} == {"GET"}
    card = message.card.returned if message.card else ()
    due = message.difference - sum(item.credit for item in card)
    shown = shop.read(order["id"])["summary"]["pending_difference"]
    assert round(shown * 100) == (0 if abs(due) == 1 else due)


STEPS = ["create", "inbound items", "outbound items", "outbound shipping", "confirm"]


@pytest.mark.parametrize("name", [*STEPS, "begin return", "return items", "confirm return", "gift card"])
def test_a_lost_answer_doubles_nothing(shop: LiveShop, name: str) -> None:
    order = shop.order(EMAIL)
    lost: list[str] = []
    case = "dearer" if name in STEPS else "gift-card"

    def lose(request: Request) -> Sent | None:
        if request.name != name or lost:
            return None
        lost.append(name)
        assert isinstance(carrier.send(request), Reply)
        return NoAnswer("lost")

    carrier = Courier(connector(shop), lose)
    assert placed(carrier.place(message_for(shop, order, CASES[case]))).doubt == ""
    assert lost == [name]
    assert sizes(shop, order) == (["TEE-L", "TEE-S"] if case == "dearer" else ["TEE-S"])
    assert shop.read(order["id"])["items"][0]["detail"]["return_requested_quantity"] <= 1


def test_a_poisoned_exchange_is_begun_again(shop: LiveShop) -> None:
    order = shop.order(EMAIL)
    spoilt: list[Request] = []

    def spoil(request: Request) -> Sent | None:
        if request.name == "inbound items" and not spoilt:
            spoilt.append(request)
            body = request.body.replace(b'"quantity":1', b'"quantity":9')
            SENDER.send(replace(request, body=body), carrier.placer.credentials())
        return None

    carrier = Courier(connector(shop), spoil)
    assert placed(carrier.place(message_for(shop, order, CASES["dearer"]))).doubt == ""
    assert carrier.names.count("create") == 2


def test_taking_back_restores_the_order(shop: LiveShop) -> None:
    order = shop.order(EMAIL)
    placing = connector(shop, return_shipping_option_id=shop.ids["return"])
    message = message_for(shop, order, CASES["with-shipping"])
    placed(Courier(placing).place(message))
    for _ in range(2):
        assert isinstance(Courier(placing).carry_out(message, placing.cancel_step), Done)
    assert shop.read(order["id"])["summary"]["pending_difference"] == 0
    assert sizes(shop, order) == ["TEE-S"]


def test_marking_as_paid_clears_what_is_owed(shop: LiveShop) -> None:
    order, placing = shop.order(EMAIL), connector(shop)
    message = message_for(shop, order, CASES["dearer"])
    noted = placed(Courier(placing).place(message)).reply
    assert noted["payment_collection_minor"] == "500"
    assert isinstance(Courier(Settlement(placing, noted)).place(message), Done)
    assert shop.read(order["id"])["summary"]["pending_difference"] == 0


def test_a_refund_due_is_paid_back_once(shop: LiveShop) -> None:
    order, placing = shop.order(EMAIL), connector(shop)
    message = message_for(shop, order, medusa_order(replacement("m", 1800)))
    placed(Courier(placing).place(message))
    assert shop.read(order["id"])["summary"]["pending_difference"] == -2
    repayment = Repayment(placing, 200)
    first, again = (Courier(placing).carry_out(message, repayment.next_step) for _ in range(2))
    assert isinstance(first, Done)
    assert first == again
    assert shop.read(order["id"])["summary"]["pending_difference"] == 0
    twice = Courier(placing).carry_out(message_for(shop, order, message), repayment.next_step)
    assert isinstance(twice, Refused)
    assert "only 0.00 USD to be paid back" in twice.reason


def test_an_exchange_of_an_exchange_is_made_on_the_same_order(shop: LiveShop) -> None:
    order = shop.order(EMAIL)
    first = placed(Courier(connector(shop)).place(message_for(shop, order, medusa_order(DEARER))))
    new = next(item for item in shop.read(order["id"])["items"] if item["variant_sku"] == "TEE-L")
    shop.send(order["id"], new["id"], 1)
    returned = replace(TEE_S, line_id="TEE-L", sku="TEE-L", credit=2500)
    message = message_for(shop, order, medusa_order(replacement("m", 2000)))
    line = replace(message.variants[0], returned=returned, difference=-500)
    message = replace(message, variants=(line,), original_order_id=first.order, platform_order_id=first.order)
    second = placed(Courier(connector(shop)).place(message))
    assert second.doubt == ""
    assert sizes(shop, order) == ["TEE-L", "TEE-M", "TEE-S"]


def test_a_refusal_leaves_the_order_free(shop: LiveShop) -> None:
    order = shop.order(EMAIL)
    both = replace(TEE_S, quantity=2, credit=4000)
    too_many = medusa_order(replacement("xl", 3600, quantity=2, returned=both))
    step = Courier(connector(shop)).place(message_for(shop, order, too_many))
    assert isinstance(step, Refused)
    assert "out of stock" in step.reason
    assert placed(Courier(connector(shop)).place(message_for(shop, order, medusa_order(EVEN)))).doubt == ""


def test_orders_and_products_are_read(shop: LiveShop) -> None:
    order = shop.order("bob@example.test")
    url, number = shop.running.url, str(order["display_id"])
    found = reply_to(shop, find_order(url, "bob@example.test"))
    assert found_order(found, number, "bob@example.test") == order["id"]
    assert found_order(found, number, "ann@example.test") == ""
    read = read_order(reply_to(shop, whole_order(url, order["id"])))
    assert (read.number, read.currency, read.due) == (number, "USD", 0)
    assert [(line.sku, line.product, line.left) for line in read.lines] == [("TEE-S", 4000, 2)]
    page = read_products(reply_to(shop, products_request(url, shop.publishable, shop.ids["region"])))
    prices = {variant.sku: variant.price for variant in page.products[0].variants}
    assert prices == {"TEE-S": 2000, "TEE-M": 2000, "TEE-L": 2500, "TEE-XL": 1800}


def reply_to(shop: LiveShop, request: Request) -> Reply:
    reply = shop.get_as_portal(request.url, dict(request.headers))
    return Reply(reply.status_code, {}, reply.content)

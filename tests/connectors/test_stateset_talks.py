"""The StateSet connector and the pretend StateSet, which were written apart, over real HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from app.connectors.base import Request
from app.connectors.platforms.stateset import StateSetPlacer
from app.domain.partly_placed import PlacedPart
from tests.connectors.worked_cases import CASES, DEARER, EVEN, MIXED, THREE_UNITS, UP_AND_DOWN
from tests.connectors.world import World


def placer(world: World, secret: str = "st_example", **settings: Any) -> StateSetPlacer:
    given = {"url": f"{world.url}/stateset/v1", "approve_returns": True} | settings
    return StateSetPlacer.configure(given, secret, allow_loopback=True)


@pytest.mark.parametrize("name", CASES)
def test_every_case_is_placed(world: World, name: str) -> None:
    message = CASES[name].order
    placed = world.talk(placer(world), message).placed
    units = sum(line.quantity for line in message.variants)
    assert placed.order.startswith("ord_exch_" if units else "rt_")
    assert len(placed.reply["parcels"]) == units + (message.card is not None)
    assert world.orders() == units
    assert "tracking_number" in placed.reply or not units
    assert bool(placed.doubt) == bool(message.card)  # the bonus


def test_a_card_as_a_product_is_placed(world: World) -> None:
    connector = placer(world, card="product", card_product="prod_card")
    placed = world.talk(connector, MIXED.order).placed
    assert [each["exchange_order_id"][:9] for each in placed.reply["parcels"]] == ["ord_exch_"] * 2


def test_the_same_exchange_twice_makes_one_order(world: World) -> None:
    first, again = (world.talk(placer(world), THREE_UNITS.order) for _ in range(2))
    assert first == again
    assert world.orders() == 3


def test_an_answer_that_got_lost_is_had_by_the_same_call(world: World) -> None:
    connector = placer(world)
    for lost in range(3):  # at the return, its approval, the exchange
        world.client.delete("/ledger")
        for _ in range(lost):
            world.fault("stateset", "delay", delay_ms=0)
        world.fault("stateset", "lost_answer")
        assert "NoAnswer" in world.talk(connector, DEARER.order).refusal
        placed = world.talk(connector, DEARER.order).placed
        assert placed.order.startswith("ord_exch_")
        assert world.orders() == 1


def test_a_return_that_nobody_approved_is_a_conflict(world: World) -> None:
    refused = world.talk(placer(world, approve_returns=False), EVEN.order)
    assert "409" in refused.refusal
    assert "is not approved" in refused.refusal
    assert world.orders() == 0


@pytest.mark.parametrize("shape", ["commerce", "introduction", "server"])
def test_a_refusal_is_readable_in_every_shape(world: World, shape: str) -> None:
    world.set("stateset", error_shape=shape)
    refused = world.talk(placer(world, returns="rma", approve_returns=False), EVEN.order)
    assert refused.refusal.startswith("The platform answered 404: There is no return RMA-7K3M9Q.")


def test_a_wrong_key_is_said(world: World) -> None:
    world.set("stateset", token="right")
    assert "credential was not accepted" in world.talk(placer(world), EVEN.order).refusal
    assert world.talk(placer(world, "right", auth="Bearer"), EVEN.order).placed.order


def test_a_unit_refused_in_the_middle_leaves_the_first_placed(world: World) -> None:
    for _ in range(5):  # two returns, two approvals, one exchange
        world.fault("stateset", "delay", delay_ms=0)
    world.fault("stateset", "status", status=422)
    placed = world.talk(placer(world), UP_AND_DOWN.order).placed
    assert placed.part == PlacedPart((1, 0), 1050)
    assert "not placed are BOOTS-40: The platform answered 422" in placed.doubt
    assert world.orders() == 1


def test_the_key_is_masked_in_what_is_kept(world: World) -> None:
    world.talk(placer(world), EVEN.order)
    assert {request["headers"]["Authorization"] for request in world.requests()} == {"Token ***"}


def test_nothing_secret_stands_in_the_stored_request(world: World) -> None:
    step = placer(world, "s3cret").next_step(EVEN.order, [])
    assert isinstance(step, Request)
    assert "s3cret" not in repr(step)

"""Units that StateSet takes one by one: what is placed stands when a later one is refused, and is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.connectors.base import Reply, Request
from app.connectors.platforms.stateset import StateSetPlacer
from app.domain.partly_placed import PlacedPart
from tests.connectors.conversation import reply, talk
from tests.connectors.stateset_cases import NO, PLACER, answered
from tests.connectors.worked_cases import (
    CARD,
    CARD_WITH_BONUS,
    DEARER,
    EXTRA_LARGE,
    MIXED,
    THREE_UNITS,
    UP_AND_DOWN,
    order,
)


def always(answer: Reply) -> Callable[[Request], Reply]:
    return lambda _: answer


def test_every_unit_has_an_order_of_its_own() -> None:
    yes = [reply({"exchange_order_id": f"o{number}"}) for number in (1, 2, 3)]
    result = answered(THREE_UNITS, *yes).placed
    assert (result.order, result.doubt, result.part) == ("o1", "", None)
    assert [each["exchange_order_id"] for each in result.reply["parcels"]] == ["o1", "o2", "o3"]


def test_what_is_placed_stands_when_a_later_unit_is_refused() -> None:
    result = answered(UP_AND_DOWN, reply({"exchange_order_id": "o1"}), NO).placed
    assert (result.order, result.part) == ("o1", PlacedPart((1, 0), 1050))
    assert result.doubt == (
        "only a part of it: placed are PARKA-XL-NAVY as o1; not placed are BOOTS-40:"
        " The platform answered 422: No stock. (exchange_variant_id) [OUT_OF_STOCK]"
    )
    assert len(result.reply["parcels"]) == 1


def test_nothing_is_asked_after_a_refusal() -> None:
    talked = answered(THREE_UNITS, reply({"exchange_order_id": "o1"}), NO)
    assert [request.name for request in talked.requests] == ["return"] * 3 + ["exchange"] * 2
    assert talked.placed.part == PlacedPart((1,), 33)


def test_a_refusal_of_the_first_unit_places_nothing() -> None:
    refused = answered(UP_AND_DOWN, NO)
    assert refused.refusal.endswith("nothing is placed, but these returns stand open there: rt_1, rt_2")


def test_a_return_that_is_refused_or_has_no_id_places_nothing() -> None:
    for answer in (NO, reply({}), reply(b"")):
        refused = talk(PLACER, DEARER.order, always(answer))
        assert len(refused.requests) == 1
        assert isinstance(refused.end, str)
    assert "names no return" in talk(PLACER, DEARER.order, lambda _: reply({})).refusal


def test_a_conflict_may_be_our_own_call_come_back() -> None:
    conflict = reply({"success": False, "error": {"code": "CONFLICT", "message": "Already exchanged."}}, 409)
    assert "it may have done so before" in answered(DEARER, conflict).refusal
    result = answered(UP_AND_DOWN, reply({"exchange_order_id": "o1"}), conflict).placed
    assert "it may have done so before" in result.doubt


def test_store_credit_is_known_by_its_return_and_its_bonus_is_an_agents_work() -> None:
    result = answered(CARD_WITH_BONUS).placed
    assert result.order == "rt_1"
    assert "the bonus of the gift card cannot be told to StateSet" in result.doubt
    plain = order(card=replace(CARD, bonus=0))
    assert talk(PLACER, plain, lambda _: reply({"id": "rt_1"})).placed.doubt == ""


def test_a_refused_store_credit_leaves_the_variants_placed() -> None:
    result = answered(MIXED, reply({"exchange_order_id": "o1"}), credit=NO).placed
    assert (result.order, result.part) == ("o1", PlacedPart((1,), 1050))
    assert "placed are PARKA-XL-NAVY as o1; not placed are gift card" in result.doubt


def test_a_refused_approval_of_placed_store_credit_is_a_doubt() -> None:
    approving = StateSetPlacer.configure({"approve_returns": True}, "st_example", allow_loopback=False)
    answers = iter([reply({"id": "rt_1"}), NO])
    result = talk(approving, CARD_WITH_BONUS.order, lambda _: next(answers)).placed
    assert (result.order, result.part) == ("rt_1", None)
    assert "refused after everything was placed" in result.doubt


def test_a_long_list_is_cut_to_what_a_sentence_bears() -> None:
    many = order(*[EXTRA_LARGE] * 9)
    answers = iter([*[reply({"id": f"rt_{each}"}) for each in range(9)], NO])
    assert talk(PLACER, many, lambda _: next(answers)).refusal.endswith("rt_3, rt_4 and 4 more")

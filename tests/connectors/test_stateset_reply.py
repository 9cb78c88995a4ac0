"""What StateSet's answers come to: a yes, a yes to doubt, and a no in plain words."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from app.connectors.base import Outcome, Reply
from app.connectors.results import Placed
from tests.connectors.conversation import reply
from tests.connectors.stateset_cases import PLACER, answered
from tests.connectors.worked_cases import DEARER, MIXED, THREE_UNITS

# The answer of the published page, but for the numbers.
SAMPLE = {
    "object": "return",
    "exchanged": True,
    "exchange_order_id": "ord_exch_55",
    "exchange_status": "processing",
    "original_product_id": "PARKA",
    "exchange_product_id": "PARKA",
    "exchange_variant_id": "PARKA-XL-NAVY",
    "price_difference": 10.5,
    "payment_status": "no_payment_required",
    "tracking_number": "1Z999AA10123456785",
    "estimated_delivery": "2024-01-18",
}


def placed(content: Any) -> Placed:
    return answered(DEARER, reply(content)).placed


def test_the_published_sample_is_placed() -> None:
    result = placed(SAMPLE | {"id": "rt_1"})
    assert (result.order, result.doubt, result.part) == ("ord_exch_55", "", None)
    assert (result.total, result.product, result.tax) == (None, None, None)
    kept = {
        "exchange_status": "processing",
        "payment_status": "no_payment_required",
        "tracking_number": "1Z999AA10123456785",
        "estimated_delivery": "2024-01-18",
    }
    unit = {"unit": "11:1", "sku": "PARKA-XL-NAVY", "return_id": "rt_1", "exchange_order_id": "ord_exch_55"}
    assert result.reply == {**kept, "parcels": [unit | kept]}
    assert json.loads(json.dumps(result.reply)) == result.reply


def test_what_is_told_of_the_parcel_is_kept_for_the_shopper() -> None:
    result = placed(SAMPLE)
    assert (result.tracking_number, result.delivery_estimate) == ("1Z999AA10123456785", date(2024, 1, 18))
    result = placed({"exchange_order_id": "o", "estimated_delivery": "soon", "tracking_number": 7})
    assert (result.tracking_number, result.delivery_estimate) == ("", None)


def test_several_parcels_have_their_numbers_side_by_side_and_the_last_day() -> None:
    told = [("o1", "1Z1", "2026-11-27"), ("o2", "1Z2", "2026-12-01"), ("o3", "1Z1", "2026-11-30")]
    yes = [
        {"exchange_order_id": order, "tracking_number": number, "estimated_delivery": day}
        for order, number, day in told
    ]
    result = answered(THREE_UNITS, *map(reply, yes)).placed
    assert (result.tracking_number, result.delivery_estimate) == ("1Z1, 1Z2", date(2026, 12, 1))
    del yes[1]["estimated_delivery"]
    assert answered(THREE_UNITS, *map(reply, yes)).placed.delivery_estimate is None
    with_card = answered(MIXED, reply(yes[0])).placed
    assert with_card.delivery_estimate == date(2026, 11, 27)


def test_an_answer_about_another_return_tells_nothing_of_the_parcel() -> None:
    result = placed(SAMPLE | {"id": "rt_9"})
    assert (result.tracking_number, result.delivery_estimate) == ("", None)


def test_only_the_exchange_order_is_needed() -> None:
    result = placed({"exchange_order_id": "ord_exch_55"})
    assert (result.order, result.doubt) == ("ord_exch_55", "")


@pytest.mark.parametrize("success", [True, 1, None])
def test_a_success_that_does_not_say_no_is_a_yes(success: object) -> None:
    assert placed({"exchange_order_id": "o", "success": success}).order == "o"


@pytest.mark.parametrize("no", [{"success": 0}, {"success": False}, {"exchanged": False}])
def test_a_no_under_a_yes_is_a_no(no: dict[str, object]) -> None:
    refused = answered(DEARER, reply(SAMPLE | no | {"message": "Not now."}))
    assert refused.refusal.startswith("The platform answered that it did not succeed: Not now.")
    assert "these returns stand open there: rt_1" in refused.refusal


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not the JSON object"),
        (b"{", "not the JSON object"),
        ([], "not the JSON object"),
        ({}, "exchange_order_id is missing"),
        ({"exchange_order_id": ""}, "exchange_order_id is missing"),
        ({"exchange_order_id": True}, "exchange_order_id is missing"),
        ({"exchange_order_id": "x" * 256}, "exchange_order_id is missing"),
        ({"exchange_order_id": "NW-1001"}, "the order that is being exchanged"),
        ({"exchange_order_id": "ord_1001"}, "the order that is being exchanged"),
        (SAMPLE | {"id": "rt_9"}, "about return rt_9 and not about rt_1"),
    ],
)
def test_a_yes_that_names_no_order_to_trust(content: Any, words: str) -> None:
    result = placed(content)
    assert result.order == ""
    assert words in result.doubt


def test_another_product_than_was_asked_for_is_a_doubt() -> None:
    result = placed(SAMPLE | {"exchange_product_id": "HAT"})
    assert result.order == "ord_exch_55"
    assert result.doubt == "StateSet sends product HAT and not PARKA"


@pytest.mark.parametrize(
    ("status", "content", "words"),
    [
        (
            422,
            {"error": {"type": "invalid", "code": "bad_id", "message": "No such thing", "param": "id"}},
            "The platform answered 422: No such thing (id) [bad_id]",
        ),
        (
            404,
            {"success": False, "error": {"code": "RESOURCE_NOT_FOUND", "message": "No return"}},
            "The platform answered 404: No return [RESOURCE_NOT_FOUND]",
        ),
        (
            404,
            {"error": "Not Found", "message": "No return", "request_id": "r"},
            "The platform answered 404: No return [Not Found]",
        ),
        (400, {"error": "Bad Request"}, "The platform answered 400: Bad Request"),
        (400, {"message": "two\nlines"}, "The platform answered 400: two lines"),
        (400, b"<h1>no</h1>", "The platform answered 400"),
        (422, {"error": [], "message": 7}, "The platform answered 422"),
        (401, {"message": "x"}, "The platform answered 401: our credential was not accepted"),
        (302, {}, "The platform answered 302: it has moved to another address; correct the connector's url"),
    ],
)
def test_the_three_shapes_of_an_error_in_plain_words(status: int, content: Any, words: str) -> None:
    assert PLACER.explain(reply(content, status)) == words


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [
        ([200, 201, 202, 204], Outcome.DELIVERED),
        ([400, 404, 409, 410, 422], Outcome.DELIVERED),
        ([408, 425, 429, 500, 502, 503, 504], Outcome.TRY_LATER),
        ([301, 302, 401, 403, 405, 413, 415], Outcome.REJECTED),
    ],
)
def test_the_table_of_statuses(statuses: list[int], outcome: Outcome) -> None:
    assert {PLACER.outcome(Reply(status, {}, b"")) for status in statuses} == {outcome}

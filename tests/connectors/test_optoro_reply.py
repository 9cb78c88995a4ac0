"""What a merchant's answer is taken for, from a proper yes to nonsense."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.connectors.base import Done, Outcome, Reply
from app.connectors.platforms.optoro import OptoroPlacer
from app.connectors.results import Placed
from tests.connectors.messages import CARD, EVEN_PARKA, exchange_order

MESSAGE = exchange_order(EVEN_PARKA, card=CARD)
GOOD = {
    "order_identifier": "NW-1001-X1",
    "total_amount_cents": 17939,
    "product_amount_cents": 17771,
    "tax_amount_cents": 958,
}
PLACER = OptoroPlacer.configure(
    {"url": "https://shop.example", "optiturn_id": "Modrno"}, None, allow_loopback=False
)


def placed(content: Any) -> Placed:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    step = PLACER.next_step(MESSAGE, [Reply(200, {}, body)])
    assert isinstance(step, Done)
    assert isinstance(step.result, Placed)
    return step.result


def test_the_four_fields_are_kept() -> None:
    result = placed(GOOD)
    assert result == Placed("NW-1001-X1", 17939, 17771, 958, GOOD)
    assert not result.doubt


def test_more_than_the_four_fields_does_no_harm() -> None:
    assert placed(GOOD | {"status": "open"}) == placed(GOOD)


def test_an_order_number_sent_as_a_number_is_one() -> None:
    assert placed(GOOD | {"order_identifier": 1234}).order == "1234"


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("value", [None, True, -1, 1.0, [], "", "  ", "1\n2", "x" * 256, 2**64])
def test_a_field_that_is_missing_or_wrong_is_a_doubt(name: str, value: Any) -> None:
    result = placed(GOOD | {name: value})
    assert name in result.doubt
    assert bool(result.order) == (name != "order_identifier")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b'"NW-1001-X1"', b"<html>", b"\xff\xfe", b"[" * 100_000, b'{"a": NaN}'],
    ids=["empty", "cut", "null", "list", "text", "html", "not utf-8", "deep", "NaN"],
)
def test_a_yes_that_cannot_be_read_names_no_order(body: bytes) -> None:
    result = placed(body)
    assert result.order == ""
    assert "JSON" in result.doubt


@pytest.mark.parametrize("number", ["NW-1001", "OMS-50001"])
def test_the_order_being_exchanged_is_not_its_own_exchange(number: str) -> None:
    result = placed(GOOD | {"order_identifier": number})
    assert result.order == ""
    assert number in result.doubt


ENVELOPE = {
    "message": "Validation Failed",
    "errors": [{"field": "items[0].sku", "code": "missing_field"}, {"field": "currency", "code": "invalid"}],
}


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (
            422,
            json.dumps(ENVELOPE).encode(),
            "The platform answered 422: Validation Failed; items[0].sku missing field; currency invalid",
        ),
        (401, b"{}", "The platform answered 401: our credential was not accepted"),
        (302, b"", "The platform answered 302: it has moved to another address; correct the connector's url"),
        (400, b"<h1>no</h1>", "The platform answered 400"),
        (400, b'{"message": 7, "errors": "none"}', "The platform answered 400"),
        (422, b'{"message": "two\\nlines\\u0000"}', "The platform answered 422: two lines"),
    ],
)
def test_a_refusal_in_plain_words(status: int, body: bytes, words: str) -> None:
    assert PLACER.explain(Reply(status, {}, body)) == words


def test_a_refusal_is_as_long_as_a_page_can_bear() -> None:
    assert len(PLACER.explain(Reply(422, {}, json.dumps({"message": "no " * 10_000}).encode()))) <= 400


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [
        ([200, 201, 202, 204, 299], Outcome.DELIVERED),
        ([408, 425, 429, 500, 501, 502, 503, 504, 599], Outcome.TRY_LATER),
        ([300, 301, 302, 307, 308, 400, 401, 403, 404, 405, 409, 410, 413, 421, 422], Outcome.REJECTED),
    ],
)
def test_the_table_of_statuses(statuses: list[int], outcome: Outcome) -> None:
    assert {PLACER.outcome(Reply(status, {}, b"")) for status in statuses} == {outcome}

"""Confirms that cross, and answers that are half there: Medusa is asked what is so, never told twice."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.connectors.base import LOOK_UP, LooksUp, Outcome, Refused, Reply, Request, Sent
from tests.connectors.medusa_cases import (
    CASES,
    ORDER_ID,
    SENDER,
    Courier,
    PretendMedusa,
    medusa_order,
    placed,
    placer,
    replacement,
)

MESSAGE = CASES["dearer"]
BUSY = b'{"type":"invalid_data","message":"Order Change cannot be modified: another one is running"}'


def confirm_by_hand(medusa: PretendMedusa, request: Request) -> None:
    path = request.url.removeprefix(medusa.url)
    assert medusa.call("POST", path, {}).status_code == 200


def test_a_confirm_that_another_one_beat_is_looked_at_and_not_repeated(medusa: PretendMedusa) -> None:
    def beat(request: Request) -> Sent | None:
        if request.name == "confirm":
            confirm_by_hand(medusa, request)
        return None

    carrier = Courier(placer(medusa.url), beat)
    assert placed(carrier.place(MESSAGE)).doubt == ""
    assert carrier.names.count("confirm") == 1
    assert medusa.sizes() == ["TEE-S", "TEE-L"]


def test_a_confirm_told_that_another_is_running_is_looked_up(medusa: PretendMedusa) -> None:
    def running(request: Request) -> Sent | None:
        if request.name != "confirm":
            return None
        confirm_by_hand(medusa, request)
        return Reply(400, {}, BUSY)

    carrier = Courier(placer(medusa.url), running)
    assert placed(carrier.place(MESSAGE)).doubt == ""
    assert carrier.names[-3:] == ["confirm", LOOK_UP, "read order"]


def test_a_confirm_without_an_exchange_is_a_refusal_and_begins_nothing(medusa: PretendMedusa) -> None:
    def remove(request: Request) -> Sent | None:
        if request.name != "confirm":
            return None
        medusa.call("DELETE", request.url.removeprefix(medusa.url))
        return Reply(400, {}, b'{"type":"invalid_data","message":"An active Order Change is required"}')

    step = Courier(placer(medusa.url), remove).place(MESSAGE)
    assert isinstance(step, Refused)
    assert "someone may have removed it" in step.reason
    assert medusa.exchanges() == []


def test_stock_that_went_before_the_confirm_frees_the_order(medusa: PretendMedusa) -> None:
    def sell_out(request: Request) -> Sent | None:
        if request.name == "confirm":
            medusa.configure(stock={"variant_tee-xl": 0})
        return None

    step = Courier(placer(medusa.url), sell_out).place(medusa_order(replacement("xl", 1800)))
    assert isinstance(step, Refused)
    assert "a replacement is out of stock (Not enough stock available" in step.reason
    assert medusa.exchanges() == []


@pytest.mark.parametrize("kind", ["malformed", "empty"])
@pytest.mark.parametrize("name", ["create", "confirm", "inbound items", "outbound items"])
def test_a_yes_that_cannot_be_read_doubles_nothing(medusa: PretendMedusa, kind: str, name: str) -> None:
    told: list[str] = []

    def spoil(request: Request) -> Sent | None:
        if request.name == name and not told:
            told.append(name)
            medusa.fault(kind)
        return None

    assert placed(Courier(placer(medusa.url), spoil).place(MESSAGE)).doubt == ""
    assert medusa.sizes() == ["TEE-S", "TEE-L"]
    assert len(medusa.exchanges()) == 1


def test_an_order_that_cannot_be_read_back_is_a_doubt_and_no_refusal(medusa: PretendMedusa) -> None:
    def spoil(request: Request) -> Sent | None:
        if request.name == "read order" and "confirm" in carrier.names:
            return Reply(404, {}, b'{"type":"not_found","message":"Order id not found"}')
        return None

    carrier = Courier(placer(medusa.url), spoil)
    result = placed(carrier.place(MESSAGE))
    assert (result.order, result.total) == ("1001-E1", None)
    assert result.doubt == "Medusa did not tell what it counts"


def test_gotcha_14_answers_of_half_a_megabyte_are_read(medusa: PretendMedusa) -> None:
    def swell(request: Request) -> Sent | None:
        reply = SENDER.send(request, carrier.placer.credentials())
        assert isinstance(reply, Reply)
        content = json.loads(reply.body) | {"raw": "0" * 500_000}
        return Reply(reply.status, reply.headers, json.dumps(content).encode())

    carrier = Courier(placer(medusa.url), swell)
    assert placed(carrier.place(MESSAGE)).doubt == ""


def test_gotcha_12_no_order_id_is_in_what_is_kept(medusa: PretendMedusa) -> None:
    result = placed(Courier(placer(medusa.url)).place(MESSAGE))
    assert ORDER_ID not in json.dumps(dict(result.reply)) + result.order + result.doubt


def test_nothing_is_safe_to_repeat_and_the_look_up_only_reads() -> None:
    connector = placer()
    assert connector.safe_to_repeat is False
    assert isinstance(connector, LooksUp)
    request = connector.look_up(MESSAGE)
    assert (request.name, request.method) == (LOOK_UP, "GET")
    assert connector.found(MESSAGE, Reply(200, {}, b"{}")) == [Reply(200, {}, b"{}")]


def message(words: str, **more: Any) -> bytes:
    return json.dumps({"type": "invalid_data", "message": words} | more).encode()


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, b"{}", Outcome.DELIVERED),
        (200, b"<html>", Outcome.DELIVERED),
        (400, message("Invalid request"), Outcome.DELIVERED),
        (404, message("Return id not found: return_1"), Outcome.DELIVERED),
        (400, message("An active Order Change is required to proceed"), Outcome.DELIVERED),
        (400, message("Order Change cannot be modified: 1"), Outcome.UNKNOWN),
        (409, message("conflict"), Outcome.UNKNOWN),
        (408, b"", Outcome.UNKNOWN),
        (500, message("An unknown error occurred."), Outcome.UNKNOWN),
        (502, b"<html>", Outcome.UNKNOWN),
        (503, b"", Outcome.UNKNOWN),
        (429, b"", Outcome.TRY_LATER),
        (404, b"<html>Cannot GET /admin/exchanges</html>", Outcome.REJECTED),
        (400, b"<html>", Outcome.REJECTED),
        (401, b'{"message":"Unauthorized"}', Outcome.REJECTED),
        (403, message("no"), Outcome.REJECTED),
        (301, b"", Outcome.REJECTED),
    ],
)
def test_the_table_of_statuses(status: int, body: bytes, outcome: Outcome) -> None:
    assert placer().outcome(Reply(status, {}, body)) is outcome


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (301, b"", "Medusa answered 301: it has moved to another address; correct the connector's url"),
        (400, b"<html>", "Medusa answered 400"),
        (400, message("two\nlines\0"), "Medusa answered 400: two lines"),
    ],
)
def test_a_refusal_in_plain_words(status: int, body: bytes, words: str) -> None:
    assert placer().explain(Reply(status, {}, body)) == words


def test_a_refusal_is_as_long_as_a_page_can_bear() -> None:
    assert len(placer().explain(Reply(400, {}, message("no " * 10_000)))) <= 400

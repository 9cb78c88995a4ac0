"""The checker of histories finds each broken promise."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from tests.faults import history_checker


def entry(act: str, number: int, before: str, order: str = "A-1") -> dict[str, Any]:
    row: dict[str, Any] = {
        "chain": "exchange:1", "number": number, "at": "2026-11-22T12:00:00+00:00", "actor": "worker",
        "act": act, "details": {}, "before": before,
    }  # fmt: skip
    text = json.dumps(list(row.values()), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return row | {"hash": hashlib.sha256(text.encode()).hexdigest(), "order": order, "reference": "EX-ABCDEF"}


def test_the_checker_finds_what_is_lost_and_what_is_doubled() -> None:
    client = [{"order": "A-1", "act": "confirmed", "reference": "EX-ABCDEF", "due": 0}]
    ledger = [{"order": "A-1", "placed": "A-1-X1", "body": "b"}]
    first = entry("submitted", 1, history_checker.START)
    trail = [first, entry("placed", 2, first["hash"])]

    def check(client: list[Any], ledger: list[Any], trail: list[Any]) -> list[str]:
        return history_checker.problems(client, ledger, trail, [])

    assert check(client, ledger, trail) == []
    assert check(client, [], trail) == ["A-1: 0 exchange orders at the platform, not 1"]
    second = {"order": "A-1", "placed": "A-1-X2", "body": "b"}
    assert check(client, [*ledger, second], trail) == ["A-1: 2 exchange orders at the platform, not 1"]
    assert check(client, [*ledger, ledger[0] | {"body": "c"}], trail) == [
        "A-1: the platform was asked in 2 ways"
    ]
    assert check([], ledger, trail) == ["A-1: placed, but nobody was told so"]
    assert check(client, ledger, [trail[0]]) == ["A-1: placed 0 times in the audit trail, not 1"]
    assert "exchange:1: entry 1 is missing" in check(client, ledger, [trail[1]])
    assert check(client, ledger, [first, trail[1] | {"actor": "x"}]) == ["exchange:1: entry 2 was changed"]
    cancelled = [*client, client[0] | {"act": "cancelled"}]
    assert "A-1: 1 exchange orders at the platform, not 0" in check(cancelled, ledger, trail)
    flagged = entry("flagged", 3, trail[1]["hash"])
    assert check(client, ledger, [*trail, flagged]) == ["A-1: flagged 1 times in the audit trail, not 0"]


def test_the_checker_finds_money_that_is_not_where_it_should_be() -> None:
    told = {"order": "A-1", "act": "confirmed", "reference": "EX-ABCDEF", "due": 1050}
    first = entry("submitted", 1, history_checker.START)
    ledger = [{"order": "A-1", "placed": "A-1-X1", "body": "b"}]
    placed = [first, entry("placed", 2, first["hash"])]
    cancelled = [first, entry("cancelled", 2, first["hash"])]
    taken = {"order": "A-1", "status": "captured", "taken": 1050, "given_back": 0}
    over = taken | {"status": "over", "taken": 0}
    reserved = over | {"status": "authorised"}
    back = over | {"given_back": 2000}

    def check(due: int, *money: dict[str, Any]) -> list[str]:
        return history_checker.problems([told | {"due": due}], ledger, placed, money)

    def check_cancelled(*money: dict[str, Any]) -> list[str]:
        return history_checker.problems([told, told | {"act": "cancelled"}], [], cancelled, money)

    assert check(1050, over, taken) == []
    assert check(1050) == check(1050, over) == ["A-1: 0 was taken and kept, not 1050"]
    assert check(1050, taken, taken) == ["A-1: 2100 was taken and kept, not 1050"]
    assert check(1050, taken, reserved) == ["A-1: a payment is left authorised"]
    assert check(0, taken) == ["A-1: 1050 was taken and kept, not 0"]
    assert check(-2000, back) == []
    assert check(-2000) == ["A-1: 0 was taken and kept, not -2000"]
    assert check(-2000, back | {"given_back": 4000}) == ["A-1: -4000 was taken and kept, not -2000"]
    assert check_cancelled(taken | {"given_back": 1050}) == check_cancelled(over) == []
    assert check_cancelled(taken) == ["A-1: 1050 was taken and kept, not 0"]
    assert history_checker.problems([], [], [], [taken]) == ["A-1: 1050 was taken and kept, not 0"]

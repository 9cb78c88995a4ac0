"""What the two databases could do differently: keys of calls, and values that they cannot hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.services import repeated_calls
from app.services.api_keys import caller_of
from tests.api.conftest import Program
from tests.factories import NOW
from tests.services.importing.files import item, snapshot_order, variant


def test_an_order_twice_and_a_product(program: Program) -> None:
    order = snapshot_order(item(variant()))
    for status, result in ((201, "created"), (200, "unchanged")):
        answer = program.put("/orders/NW-1001", order)
        assert (answer.status_code, answer.get_json()["result"]) == (status, result)
    product = {"title": "Ridge Parka", "variants": [variant(quantity_in_stock=1)]}
    assert program.put("/products/PARKA", product).get_json()["result"] == "changed"


def test_news_once_a_key(program: Program, placed: Callable[[str], str]) -> None:
    path = f"/exchanges/{placed('AC-1001')}/news"
    answers = [program.call("POST", path, {"event": "shipped"}, Idempotency_Key="k") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].data == answers[1].data


def test_a_key_that_runs_is_not_taken_twice(app: Flask, program: Program) -> None:
    with app.app_context():
        caller = caller_of(program.token, NOW)
        assert caller is not None
        assert repeated_calls.begin(caller, "k", "print", NOW) is None
        with pytest.raises(repeated_calls.StillRunning):
            repeated_calls.begin(caller, "k", "print", NOW)
        repeated_calls.give_up(caller, "k")
        assert repeated_calls.begin(caller, "k", "other", NOW) is None


@pytest.mark.parametrize("path", ["/exchanges/%00", "/orders/%00", "/products/a%00b"])
def test_what_postgresql_cannot_hold_is_not_there(program: Program, path: str) -> None:
    method = "GET" if "exchanges" in path else "PUT"
    assert program.call(method, path, None if method == "GET" else {}).status_code == 404

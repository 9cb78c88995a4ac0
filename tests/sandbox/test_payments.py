"""The pretend card provider as a shop sees it: pages, records, moves, keys and refusals, over real HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from tests.sandbox.conftest import Bench
from tests.sandbox.payment_bodies import (
    GOOD,
    KEY,
    Body,
    authorised,
    changed_page,
    look,
    move,
    open_page,
    opened,
    page_body,
    pay,
    set_cards,
)


def test_a_page_is_opened_once_for_each_key(bench: Bench) -> None:
    first, again, other = open_page(bench, "k1"), open_page(bench, "k1"), open_page(bench, "k2")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json() != other.json()
    assert first.json()["url"] == f"{bench.url}/pay/{first.json()['page']}"


def test_a_key_is_for_one_thing(bench: Bench) -> None:
    open_page(bench, "k1")
    reply = open_page(bench, "k1", amount=1051)
    assert (reply.status_code, reply.json()["code"]) == (409, "key_reused")


def test_a_page_begins_open_and_unpaid(bench: Bench) -> None:
    page = opened(bench)
    assert look(bench, page) == {
        "page": page,
        "status": "open",
        "amount": 1050,
        "currency": "USD",
        "payment": None,
        "captured": 0,
        "refunded": 0,
        "capture_before": None,
        "declined": "",
        "declines": 0,
    }


def test_paid_and_taken_and_given_back(bench: Bench) -> None:
    page = opened(bench)
    assert pay(bench, page, GOOD).headers["location"] == page_body()["return_url"]
    record = look(bench, page)
    assert (record["status"], record["amount"], record["captured"]) == ("authorised", 1050, 0)
    payment = record["payment"]
    taken = move(bench, payment, "capture", 800)
    assert (taken.status_code, taken.json()["amount"], taken.json()["act"]) == (200, 800, "capture")
    assert move(bench, payment, "capture", 800).json() == taken.json()
    refunds = [move(bench, payment, "refund", 300, key=f"r{number}").json() for number in (1, 2)]
    assert refunds[0]["movement"] != refunds[1]["movement"]
    record = look(bench, page)
    assert (record["status"], record["captured"], record["refunded"]) == ("captured", 800, 600)


@pytest.mark.parametrize(
    ("before", "act", "amount", "currency", "code"),
    [
        ([], "capture", 1051, "USD", "too_much"),
        ([], "capture", 1050, "EUR", "other_currency"),
        ([], "refund", 1, "USD", "too_much"),
        (["capture"], "capture", 1050, "USD", "not_reserved"),
        (["capture"], "void", 1050, "USD", "not_reserved"),
        (["capture"], "refund", 1051, "USD", "too_much"),
        (["capture", "refund"], "refund", 1, "USD", "too_much"),
        (["void"], "capture", 1050, "USD", "not_reserved"),
        (["void"], "refund", 1, "USD", "too_much"),
    ],
)
def test_what_the_payment_cannot_do(
    bench: Bench, before: list[str], act: str, amount: int, currency: str, code: str
) -> None:
    page, payment = authorised(bench)
    for earlier in before:
        assert move(bench, payment, earlier, 1050).status_code == 200
    record = look(bench, page)
    for _ in range(2):
        refused = move(bench, payment, act, amount, currency=currency, key="refused")
        assert (refused.status_code, refused.json()["code"]) == (409, code)
    assert look(bench, page) == record


def test_a_void_lets_go_of_all_of_it(bench: Bench) -> None:
    page, payment = authorised(bench)
    assert move(bench, payment, "void", 1).json()["amount"] == 1050
    assert look(bench, page)["status"] == "voided"


def test_a_closed_page_takes_no_payment(bench: Bench) -> None:
    page = opened(bench)
    for _ in range(2):
        assert shop(bench, "POST", f"/v1/pages/{page}/close").json()["status"] == "over"
    assert pay(bench, page, GOOD).status_code == 410
    assert look(bench, page)["payment"] is None


def test_closing_after_paying_changes_nothing(bench: Bench) -> None:
    page, _ = authorised(bench)
    assert shop(bench, "POST", f"/v1/pages/{page}/close").json()["status"] == "authorised"


def test_a_page_ends_by_itself(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(bench)
    at(bench, monkeypatch, datetime.now(UTC) + timedelta(days=2))
    assert look(bench, page)["status"] == "over"
    assert pay(bench, page, GOOD).status_code == 410


def test_a_reservation_lapses(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    set_cards(bench, authorisation_seconds=60)
    page, payment = authorised(bench)
    at(bench, monkeypatch, datetime.now(UTC) + timedelta(seconds=61))
    assert look(bench, page)["status"] == "voided"
    assert move(bench, payment, "capture", 1050).json()["code"] == "not_reserved"


def at(bench: Bench, monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(bench.app._hosted._account, "_now", lambda: moment)


def test_what_is_reserved_can_be_told_to_differ(bench: Bench) -> None:
    set_cards(bench, amount_added=-50, currency_instead="EUR")
    page, _ = authorised(bench)
    assert [look(bench, page)[name] for name in ("amount", "currency")] == [1000, "EUR"]


def test_what_the_bank_takes_can_be_refused(bench: Bench) -> None:
    set_cards(bench, refuses="capture")
    page, payment = authorised(bench)
    refused = move(bench, payment, "capture", 1050)
    assert (refused.status_code, refused.json()["code"]) == (409, "refused")
    assert look(bench, page)["status"] == "authorised"
    assert move(bench, payment, "void", 1050).status_code == 200


def test_the_charge_of_an_order_from_before(bench: Bench) -> None:
    past = "past_AC-1001_12900_USD"
    assert move(bench, past, "refund", 12_000, key="a").status_code == 200
    assert move(bench, past, "refund", 901, key="b").json()["code"] == "too_much"
    assert move(bench, past, "refund", 900, key="c").status_code == 200
    assert move(bench, "past_AC-1001_0_USD", "refund", 1).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": 49}, "amount"),
        ({"amount": 499, "currency": "KWD"}, "amount"),
        ({"amount": True}, "amount"),
        ({"currency": "usd"}, "currency"),
        ({"currency": "XXX"}, "currency"),
        ({"expires_at": "2026-11-22T12:00:00"}, "expires_at"),
        ({"return_url": "javascript:alert(1)"}, "return_url"),
        ({"statement": "x" * 23}, "statement"),
        ({"webhook_url": "http://example.test/"}, "webhook_url"),
        ({"card": GOOD}, "card"),
    ],
)
def test_a_page_that_is_wrong_is_not_opened(bench: Bench, changes: Body, field: str) -> None:
    reply = open_page(bench, "k", **changes)
    assert reply.status_code == 422
    assert [error["field"] for error in reply.json()["errors"]] == [field]


def test_an_amount_of_a_currency_without_decimals(bench: Bench) -> None:
    assert open_page(bench, "k", amount=50, currency="JPY").status_code == 201


def shop(bench: Bench, method: str, path: str, **headers: str) -> httpx2.Response:
    return bench.client.request(method, f"/cards{path}", headers={**KEY, **headers})


@pytest.mark.parametrize("header", ["", "Bearer", "Basic sk_1", "Bearer sk_2"])
def test_only_the_key_opens_the_door(bench: Bench, header: str) -> None:
    set_cards(bench, key="sk_1")
    page = changed_page()
    assert open_page(bench, "k", headers={"Authorization": header}).status_code == 401
    assert bench.client.post("/cards/v1/pages", json=page).status_code == 401


def test_secrets_are_masked(bench: Bench) -> None:
    set_cards(bench, key="sk_1")
    open_page(bench, "k")
    assert (
        bench.client.get("/settings").json()["cards"] | {"key": "***", "webhook_secret": "***"}
        == (bench.client.get("/settings").json()["cards"])
    )
    assert bench.requests()[0]["headers"]["Authorization"] == "Bearer ***"


def test_addresses_methods_and_bodies_that_are_none(bench: Bench) -> None:
    page = opened(bench)
    assert shop(bench, "GET", "/v1/pages/pg_1").status_code == 405
    assert shop(bench, "POST", "/v1/pages/pg_1").status_code == 404
    assert shop(bench, "GET", f"/v1/pages/pg_{'0' * 32}").status_code == 404
    assert shop(bench, "DELETE", f"/v1/pages/{page}").status_code == 405
    assert move(bench, f"pay_{page[3:]}", "capture", 1).status_code == 404  # nobody has paid
    assert shop(bench, "POST", "/v1/pages").json()["code"] == "no_key"
    with_key = {"Idempotency-Key": "k"}
    assert shop(bench, "POST", "/v1/pages", **with_key).json()["code"] == "not_json"
    as_json = {**KEY, **with_key, "Content-Type": "application/json"}
    reply = bench.client.post("/cards/v1/pages", content=b"{", headers=as_json)
    assert (reply.status_code, reply.json()["code"]) == (400, "not_json")


def test_faults_reach_the_interface_and_not_the_page(bench: Bench) -> None:
    page = opened(bench)
    bench.client.post("/faults", json={"system": "cards", "kind": "status", "status": 503})
    assert bench.client.get(f"/pay/{page}").status_code == 200
    assert shop(bench, "GET", f"/v1/pages/{page}").status_code == 503


@pytest.mark.parametrize("wrong", [{"webhooks": "often"}, {"slow_ms": -1}, {"webhook_secret": "x"}, {"x": 1}])
def test_settings_that_cannot_be(bench: Bench, wrong: Body) -> None:
    assert bench.client.post("/settings", json={"system": "cards", **wrong}).status_code == 422

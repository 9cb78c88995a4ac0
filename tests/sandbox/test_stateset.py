"""The pretend StateSet: what it takes, what it refuses, and that a repeat changes nothing."""

from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.sandbox.bodies import Body, without
from tests.sandbox.conftest import Bench, served

KEY = {"Authorization": "Token st_1"}
RETURN = {
    "order_id": "ord_1",
    "customer_email": "ada@example.test",
    "reason_code": "other",
    "type": "replacement",
    "items": [{"sku": "JACKET-M", "quantity": 1, "reason": "Too small", "condition": "A"}],
    "customer_notes": "EX-1",
}


def post(bench: Bench, path: str, body: object, key: str = "", **headers: str) -> httpx2.Response:
    named = {"Idempotency-Key": key} if key else {}
    return bench.client.post(f"/stateset/v1{path}", json=body, headers={**KEY, **named, **headers})


def configure(bench: Bench, **settings: object) -> None:
    reply = bench.client.post("/settings", json={"system": "stateset", **settings})
    assert reply.status_code == 200, reply.text


def approved_return(bench: Bench, **changes: object) -> str:
    number = str(post(bench, "/return", RETURN | changes).json()["id"])
    assert post(bench, f"/returns/{number}/approve", {}).status_code == 200
    return number


def exchange(number: str, **changes: object) -> Body:
    """The published sample."""
    return {
        "id": number,
        "exchange_product_id": "prod_abc789",
        "exchange_variant_id": "var_size_large",
        "exchange_reason": "Wrong size ordered",
        "price_difference": 0,
        "shipping_method": "standard",
        "expedited": False,
        **changes,
    }


def test_the_published_sample_is_answered_as_published(bench: Bench) -> None:
    configure(bench, estimated_delivery="2024-01-18")
    number = approved_return(bench)
    reply = post(bench, f"/returns/{number}/exchange", exchange(number))
    assert reply.status_code == 200
    assert reply.json() == {
        "id": number,
        "object": "return",
        "exchanged": True,
        "exchange_order_id": reply.json()["exchange_order_id"],
        "exchange_status": "processing",
        "original_product_id": "JACKET-M",
        "exchange_product_id": "prod_abc789",
        "exchange_variant_id": "var_size_large",
        "price_difference": 0,
        "payment_status": "no_payment_required",
        "tracking_number": reply.json()["tracking_number"],
        "estimated_delivery": "2024-01-18",
    }
    assert bench.orders() == 1


@pytest.mark.parametrize(
    ("difference", "status"),
    [
        (0, "no_payment_required"),
        (10.5, "payment_required"),
        (-20, "refund_pending"),
        (0.0001, "payment_required"),
    ],
)
def test_the_difference_comes_back_as_it_was_sent(bench: Bench, difference: float, status: str) -> None:
    number = approved_return(bench)
    reply = post(bench, f"/returns/{number}/exchange", exchange(number, price_difference=difference)).json()
    assert (reply["price_difference"], reply["payment_status"]) == (difference, status)


def test_either_name_of_the_id_will_do(bench: Bench) -> None:
    number = approved_return(bench)
    body = without(exchange(number, return_id=number), "id")
    assert post(bench, f"/returns/{number}/exchange", body).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"price_difference": "10.50"},
        {"price_difference": True},
        {"price_difference": None},
        {"price_difference": 0.00001},
        {"exchange_product_id": ""},
        {"expedited": "no"},
        {"quantity": 2},
        {"id": "rt_other"},
        {"exchange_reason": 7},
    ],
)
def test_a_wrong_field_is_refused(bench: Bench, change: Body) -> None:
    number = approved_return(bench)
    reply = post(bench, f"/returns/{number}/exchange", exchange(number, **change))
    assert reply.status_code == 422
    assert reply.json()["error"]["param"] == next(iter(change))
    assert bench.orders() == 0


@pytest.mark.parametrize("name", ["exchange_product_id", "price_difference", "id"])
def test_a_missing_field_is_refused(bench: Bench, name: str) -> None:
    number = approved_return(bench)
    reply = post(bench, f"/returns/{number}/exchange", without(exchange(number), name))
    assert (reply.status_code, reply.json()["error"]["param"]) == (422, name)


@pytest.mark.parametrize(
    "change",
    [{"type": "swap"}, {"items": []}, {"customer_email": "nobody"}, {"reason_code": "Other"}, {"x": 1}],
)
def test_a_wrong_return_is_refused(bench: Bench, change: Body) -> None:
    assert post(bench, "/return", RETURN | change).status_code == 422


def test_states(bench: Bench) -> None:
    assert post(bench, "/returns/rt_none/exchange", exchange("rt_none")).status_code == 404
    assert post(bench, "/returns/rt_none/approve", {}).status_code == 404
    made = post(bench, "/returns", RETURN)
    assert (made.status_code, made.json()["status"]) == (201, "NEW")
    number = made.json()["id"]
    assert post(bench, f"/returns/{number}/exchange", exchange(number)).status_code == 409
    credit = approved_return(bench, type="store_credit")
    assert post(bench, f"/returns/{credit}/exchange", exchange(credit)).status_code == 409
    configure(bench, approves_at_once=True)
    assert post(bench, "/return", RETURN).json()["status"] == "APPROVED"


def test_a_repeat_with_its_key_is_answered_again_and_another_is_a_conflict(bench: Bench) -> None:
    number = approved_return(bench)
    path = f"/returns/{number}/exchange"
    first = post(bench, path, exchange(number), key="EX-1:11:1")
    assert post(bench, path, exchange(number), key="EX-1:11:1").content == first.content
    assert bench.requests()[-1]["replayed"] is True
    for key in ("", "EX-2:11:1"):
        assert post(bench, path, exchange(number), key=key).status_code == 409
    assert bench.orders() == 1


def test_a_return_is_made_once_for_a_key(bench: Bench) -> None:
    one, two = (post(bench, "/return", RETURN, key="EX-1").json()["id"] for _ in range(2))
    assert one == two
    assert post(bench, "/return", RETURN).json()["id"] != post(bench, "/return", RETURN).json()["id"]


@pytest.mark.parametrize("authorization", ["", "Token", "Basic abc", "st_1"])
def test_who_does_not_say_who_they_are_is_refused(bench: Bench, authorization: str) -> None:
    assert post(bench, "/return", RETURN, Authorization=authorization).status_code == 401


def test_a_token_that_is_set_must_match(bench: Bench) -> None:
    configure(bench, token="s3cret")
    assert post(bench, "/return", RETURN).status_code == 401
    assert post(bench, "/return", RETURN, Authorization="Bearer s3cret").status_code == 201
    assert bench.client.get("/settings").json()["stateset"]["token"] == "***"
    assert bench.requests()[-1]["headers"]["Authorization"] == "Bearer ***"


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (
            "introduction",
            {"success": False, "error": {"code": "RESOURCE_NOT_FOUND", "message": "There is no return x."}},
        ),
        (
            "server",
            {"error": "RESOURCE_NOT_FOUND", "message": "There is no return x.", "request_id": "req_sandbox"},
        ),
    ],
)
def test_errors_in_the_other_shapes_of_its_pages(bench: Bench, shape: str, expected: Any) -> None:
    configure(bench, error_shape=shape)
    assert post(bench, "/returns/x/approve", {}).json() == expected


def test_a_return_that_is_read_shows_how_far_its_exchange_has_come(bench: Bench) -> None:
    number = approved_return(bench)
    path = f"/stateset/v1/returns/{number}"
    assert "exchange_status" not in bench.client.get(path, headers=KEY).json()
    placed = post(bench, f"/returns/{number}/exchange", exchange(number)).json()
    configure(bench, exchange_status="delivered")
    read = bench.client.get(path, headers=KEY).json()
    assert (read["status"], read["exchange_status"]) == ("APPROVED", "delivered")
    assert read["exchange_order_id"] == placed["exchange_order_id"]
    assert post(bench, f"/returns/{number}/receive", {}).json()["status"] == "RECEIVED"
    assert bench.client.get(f"{path}0", headers=KEY).status_code == 404
    assert bench.client.get(path).status_code == 401


def test_addresses_methods_and_bodies_that_are_none(bench: Bench) -> None:
    assert post(bench, "/orders", RETURN).status_code == 404
    assert bench.client.get("/stateset/v1/return", headers=KEY).status_code == 405
    for content in (b"{", b"[]", b"x" * (1024 * 1024 + 2)):
        assert bench.client.post("/stateset/v1/return", content=content, headers=KEY).status_code == 400
    assert bench.client.post("/settings", json={"system": "stateset", "token": ""}).status_code == 422


def test_a_restart_keeps_returns(tmp_path: Path) -> None:
    with served(tmp_path / "sandbox.sqlite") as before:
        number = approved_return(before)
    with served(tmp_path / "sandbox.sqlite") as after:
        assert post(after, f"/returns/{number}/exchange", exchange(number)).status_code == 200
        after.client.delete("/ledger")
        assert post(after, f"/returns/{number}/approve", {}).status_code == 404

"""The pretend Ravelin: what it takes, what it refuses, and the advice it gives on demand."""

from typing import Any

import httpx2
import pytest

from tests.sandbox.bodies import Body, changed, without
from tests.sandbox.conftest import Bench

KEY = {"Authorization": "token sk_test_1"}
NOW = 1_780_000_000_000


def post(bench: Bench, path: str, body: object, **headers: str) -> httpx2.Response:
    return bench.client.post(f"/ravelin{path}", json=body, headers={**KEY, **headers})


def exchange_order(**changes: object) -> Body:
    """A dearer exchange: 139.50 for 129.00."""
    return {
        "timestamp": NOW,
        "customerId": "cus_88",
        "order": {
            "orderId": "NW-1001-X1",
            "creationTime": NOW,
            "price": 13950,
            "currency": "USD",
            "status": {"stage": "accepted", "actor": "buyer"},
            "items": [{"sku": "PARKA-L", "name": "Parka", "price": 13950, "currency": "USD", "quantity": 1}],
            "exchange": {"isExchange": True, "parentOrderId": "NW-1001"},
        },
        "paymentMethod": {"paymentMethodId": "pm_3", "methodType": "card", "cardLastFour": "4242"},
        "transaction": transaction(),
        **changes,
    }


def transaction(**changes: object) -> Body:
    return {
        "transactionId": "tx_91",
        "time": NOW,
        "amount": 1050,
        "currency": "USD",
        "type": "auth_capture",
        "gateway": "example-gateway",
        "gatewayReference": "g-551",
        "success": True,
        **changes,
    }


def refunded(**changes: object) -> Body:
    """The order before, when money goes back."""
    status = {"stage": "refunded", "actor": "merchant", "reason": "returned"}
    return {
        "timestamp": NOW + 100,
        "customerId": "cus_88",
        "order": {"orderId": "NW-1001", "status": status},
        "transaction": transaction(transactionId="tx_92", amount=2000, type="refund"),
        **changes,
    }


def refund_request(email: str = "ada@example.test", **changes: object) -> Body:
    item = {"name": "Parka M", "sku": "PARKA-M", "quantity": 1, "price": 12900, "currency": "USD"}
    return {
        "timestamp": NOW,
        "customer": {"customerId": "cus_88", "email": email},
        "order": {"orderId": "NW-1001"},
        "refund": {
            "refundId": "rf_1",
            "refundRequestTime": NOW,
            "status": "OPEN",
            "initiatedBy": "CUSTOMER",
            "refundType": "exchange",
            "amount": 2000,
            "currency": "USD",
            "refundIssuedTo": ["ORIGINAL_PAYMENT_METHOD"],
            "items": [item | {"refundReason": "WRONG_SIZE"}],
        },
        **changes,
    }


def test_an_exchange_order_and_the_refund_on_the_order_before(bench: Bench) -> None:
    for body in (exchange_order(), refunded()):
        reply = post(bench, "/v2/checkout", body)
        assert (reply.status_code, reply.text) == (200, "null")
    assert bench.orders() == 1


def test_the_same_event_again_changes_nothing(bench: Bench) -> None:
    for _ in range(2):
        post(bench, "/v2/checkout", exchange_order())
    assert bench.orders() == 1
    assert [request["replayed"] for request in bench.requests()] == [False, True]
    post(bench, "/v2/checkout", exchange_order(timestamp=NOW + 1))
    assert bench.requests()[-1]["replayed"] is False
    assert bench.orders() == 1


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("timestamp", NOW // 1000, "timestamp"),
        ("timestamp", "now", "timestamp"),
        ("order.orderId", "", "order.orderId"),
        ("order.price", 139.5, "order.price"),
        ("order.price", 13949, "order.price"),
        ("order.currency", "US", "order.currency"),
        ("order.status.stage", "shipped", "order.status.stage"),
        ("order.status.reason", "returned", "order.status.reason"),
        ("order.exchange", {"isExchange": True}, "order.exchange.parentOrderId"),
        ("order.exchange.parentOrderId", "NW-1001-X1", "order.exchange.parentOrderId"),
        ("order.colour", "red", "order.colour"),
        ("transaction.type", "refund", "transaction.type"),
        ("transaction.type", "sale", "transaction.type"),
        ("transaction.amount", -1, "transaction.amount"),
        ("transaction.debit", 1050, "transaction.debit"),
        ("customer", {"customerId": "cus_88"}, "customer"),
        ("paymentMethodId", "pm_3", "paymentMethod"),
        ("paymentMethod.cvv", "123", "paymentMethod.cvv"),
    ],
)
def test_a_checkout_that_is_wrong_is_refused(bench: Bench, path: str, value: object, field: str) -> None:
    reply = post(bench, "/v2/checkout", changed(exchange_order(), path, value))
    assert reply.status_code == 400
    assert reply.json()["message"].startswith(f"Invalid Request: {field} ")
    assert bench.orders() == 0


@pytest.mark.parametrize(
    "body",
    [
        changed(refunded(), "order.status", {"stage": "fulfilled"}),
        changed(refunded(), "order.status.reason", "bored"),
        without(refunded(), "order.status.reason"),
        without(refunded(), "transaction"),
    ],
)
def test_a_refund_and_its_stage_go_together(bench: Bench, body: Body) -> None:
    assert post(bench, "/v2/checkout", body).status_code == 400


@pytest.mark.parametrize(
    ("word", "action", "source"),
    [
        ("allow", "ALLOW", "RULE"),
        ("review", "REVIEW", "RULE"),
        ("manualreview", "MANUAL_REVIEW", "RULE"),
        ("prevent", "PREVENT", "RULE"),
        ("ratelimit", "PREVENT", "RATE_LIMIT"),
    ],
)
def test_advice_is_forced_by_the_address(bench: Bench, word: str, action: str, source: str) -> None:
    body = refund_request(f"qa-force-refund-{word}@ravelin.test")
    reply = post(bench, "/v2/refund?score=refundRequest", body).json()
    assert reply["timestamp"] == NOW // 1000
    data: dict[str, Any] = reply["data"]
    assert (data["customerId"], data["action"], data["source"]) == ("cus_88", action, source)


def test_others_get_what_the_settings_say(bench: Bench) -> None:
    assert scored(bench) == "ALLOW"
    bench.client.post("/settings", json={"system": "ravelin", "action": "REVIEW"})
    assert scored(bench) == "REVIEW"
    assert bench.client.post("/settings", json={"system": "ravelin", "action": "X"}).status_code == 422


def scored(bench: Bench) -> str:
    reply = post(bench, "/v2/refund?score=refundRequest", refund_request())
    return str(reply.json()["data"]["action"])


def test_without_asking_there_is_no_advice(bench: Bench) -> None:
    assert post(bench, "/v2/refund", refund_request()).text == "null"
    assert bench.orders() == 0


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("refund.refundId", ""),
        ("refund.status", "CLOSED"),
        ("refund.refundType", "EXCHANGE"),
        ("refund.type", "exchange"),
        ("refund.refundIssuedTo", []),
        ("refund.items.0.refundReason", "wrong size"),
        ("customer", {"email": "ada@example.test"}),
        ("order", {}),
    ],
)
def test_a_refund_request_that_is_wrong_is_refused(bench: Bench, path: str, value: object) -> None:
    reply = post(bench, "/v2/refund?score=refundRequest", changed(refund_request(), path, value))
    assert reply.status_code == 400


@pytest.mark.parametrize(
    "authorization", ["", "token pk_test_1", "Token sk_test_1", "Bearer sk_test_1", "token sk_"]
)
def test_only_a_secret_key_opens_the_door(bench: Bench, authorization: str) -> None:
    assert post(bench, "/v2/checkout", exchange_order(), Authorization=authorization).status_code == 401


def test_a_key_that_is_set_must_match(bench: Bench) -> None:
    bench.client.post("/settings", json={"system": "ravelin", "key": "sk_test_right"})
    assert post(bench, "/v2/checkout", exchange_order()).status_code == 401
    right = {"Authorization": "token sk_test_right"}
    assert bench.client.get("/ravelin/v2/auth/checktoken", headers=right).status_code == 200
    assert bench.client.get("/ravelin/v2/auth/checktoken", headers=KEY).status_code == 401
    assert bench.client.get("/settings").json()["ravelin"]["key"] == "***"
    assert bench.requests()[0]["headers"]["Authorization"] == "token ***"


def test_addresses_methods_and_bodies_that_are_none(bench: Bench) -> None:
    assert post(bench, "/v2/order", {}).status_code == 404
    assert bench.client.get("/ravelin/v2/checkout", headers=KEY).status_code == 405
    assert bench.client.post("/ravelin/v2/checkout", content=b"{}", headers=KEY).status_code == 406
    as_json = {**KEY, "Content-Type": "application/json"}
    assert bench.client.post("/ravelin/v2/checkout", content=b"{", headers=as_json).status_code == 400
    long = b" " * (1024 * 1024 + 2)
    assert bench.client.post("/ravelin/v2/checkout", content=long, headers=as_json).status_code == 406

"""Who may call the pretend Medusa, what it refuses, and that it says no in the words that were recorded."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from tests.sandbox.medusa_admin import LINE, Medusa


def test_stock_short_at_adding_has_a_code_of_its_own(medusa: Medusa) -> None:
    body = {"items": [{"variant_id": "variant_tee-xl", "quantity": 2}]}
    reply = medusa.step(medusa.begin(), "outbound/items", body)
    assert (reply.status_code, reply.json()["code"]) == (400, "insufficient_inventory")


def test_gift_cards_need_the_plugin_and_one_code_is_one_card(medusa: Medusa) -> None:
    body = {"currency_code": "usd", "value": 20, "code": "EX-1"}
    missing = medusa.call("GET", "/admin/gift-cards?limit=1")
    assert (missing.status_code, missing.headers["content-type"]) == (404, "text/html; charset=utf-8")
    medusa.configure(loyalty_plugin=True)
    assert medusa.yes("POST", "/admin/gift-cards", body)["gift_card"]["status"] == "redeemed"
    assert "already exists" in medusa.call("POST", "/admin/gift-cards", body).text
    assert medusa.call("POST", "/admin/gift-cards", {"currency_code": "usd", "value": 0}).status_code == 400


@pytest.mark.parametrize(
    ("header", "status", "words"),
    [
        (f"Basic {base64.b64encode(b'sk_sandbox:').decode()}", 200, "orders"),
        (f"Basic {base64.b64encode(b'sk_sandbox').decode()}", 200, "orders"),
        ("Basic sk_sandbox", 200, "orders"),
        ("Bearer sk_sandbox", 401, "must be sent using HTTP Basic"),
        ("Basic sk_wrong", 401, "Unauthorized"),
        ("", 401, "Unauthorized"),
    ],
)
def test_who_may_call(medusa: Medusa, header: str, status: int, words: str) -> None:
    reply = medusa.call("GET", "/admin/orders", Authorization=header)
    assert (reply.status_code, words in reply.text) == (status, True)


RECORDED_REFUSALS = {
    "err-create-extra-field": ("POST", "/admin/exchanges", {"order_id": "order_nope", "foo": 1}),
    "err-create-missing-order": ("POST", "/admin/exchanges", {}),
    "err-create-unknown-order": ("POST", "/admin/exchanges", {"order_id": "order_nope"}),
    "err-create-wrong-type": ("POST", "/admin/exchanges", {"order_id": 5}),
    "err-get-unknown-exchange": ("GET", "/admin/exchanges/oexc_nope", None),
    "err-unknown-exchange": (
        "POST",
        "/admin/exchanges/oexc_nope/inbound/items",
        {"items": [{"id": LINE, "quantity": 1}]},
    ),
    "look-unknown-order": ("GET", "/admin/orders/order_nope", None),
    "look-ship-opts": ("GET", "/admin/shipping-options?is_return=true", None),
    "look-admin-gift-cards": ("GET", "/admin/gift-cards", None),
    "err-auth-bad-key": ("GET", "/admin/orders?limit=1", None),
}


@pytest.mark.shared_data
@pytest.mark.parametrize("name", RECORDED_REFUSALS)
def test_a_refusal_reads_as_the_recorded_one(medusa: Medusa, shared_data: Path, name: str) -> None:
    pair = json.loads((shared_data / "medusa-2.21.2" / f"{name}.json").read_text("utf-8"))
    headers = {"Authorization": "Basic c2tfYmFk"} if name == "err-auth-bad-key" else {}
    reply = medusa.call(*RECORDED_REFUSALS[name], **headers)
    assert reply.status_code == pair["status"]
    said = reply.text if isinstance(pair["response"], str) else reply.json()
    assert said == pair["response"]

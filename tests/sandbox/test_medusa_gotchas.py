"""What bites in Medusa, one test each, so that the pretend one bites alike. Numbers are those of the notes.

Written against the sandbox alone; what our connector does about it is in `tests/connectors`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.sandbox import create_sandbox
from app.sandbox.serving import start

KEY = "sk_sandbox"
ORDER, LINE, EMAIL = "order_000001", "ordli_1_1", "ann@example.test"
HALF_OFF = {"variant_id": "variant_tee-s", "quantity": 2, "discount_cents": 2000}


class Medusa:
    """Calls as an admin with a secret key."""

    def __init__(self, url: str) -> None:
        self.client = httpx2.Client(base_url=url, trust_env=False)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        auth = {} if "Authorization" in headers else {"auth": (KEY, "")}
        return self.client.request(method, f"/medusa{path}", json=body, headers=headers, **auth)  # type: ignore[arg-type]

    def yes(self, method: str, path: str, body: Any = None) -> Any:
        reply = self.call(method, path, body)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def configure(self, **settings: Any) -> None:
        reply = self.client.post("/settings", json={"system": "medusa", **settings})
        assert reply.status_code == 200, reply.text

    def begin(self) -> str:
        return str(self.yes("POST", "/admin/exchanges", {"order_id": ORDER})["exchange"]["id"])

    def step(self, exchange: str, rest: str, body: Any) -> httpx2.Response:
        return self.call("POST", f"/admin/exchanges/{exchange}/{rest}", body)

    def filled(self, size: str = "l", *, shipping: bool = True) -> str:
        """An open exchange of one S for this size, 8.00 for sending if any."""
        exchange = self.begin()
        replies = [
            self.step(exchange, "inbound/items", {"items": [{"id": LINE, "quantity": 1}]}),
            self.step(
                exchange, "outbound/items", {"items": [{"variant_id": f"variant_tee-{size}", "quantity": 1}]}
            ),
        ]
        if shipping:
            method = {"shipping_option_id": "so_standard", "custom_amount": 8}
            replies.append(self.step(exchange, "outbound/shipping-method", method))
        assert [reply.status_code for reply in replies] == [200] * len(replies)
        return exchange

    def order(self, fields: str = "") -> Any:
        return self.yes("GET", f"/admin/orders/{ORDER}" + (f"?fields={fields}" if fields else ""))["order"]


@pytest.fixture(scope="module")
def served() -> Iterator[Medusa]:
    app = create_sandbox()
    running = start(app)
    medusa = Medusa(running.url)
    yield medusa
    medusa.client.close()
    running.stop()
    app.close()


@pytest.fixture
def medusa(served: Medusa) -> Medusa:
    """Order 1 of two tees S, sent and paid for with 45.00."""
    served.client.delete("/settings")
    served.client.delete("/faults")
    items = [{"variant_id": "variant_tee-s", "quantity": 2}]
    served.configure(orders=[{"display_id": 1, "email": EMAIL, "items": items}])
    return served


def test_gotcha_1_the_preview_leaves_out_the_credit(medusa: Medusa) -> None:
    exchange = medusa.filled()
    preview = medusa.yes("GET", f"/admin/orders/{ORDER}/preview")["order"]
    assert (preview["summary"]["pending_difference"], preview["return_requested_total"]) == (33, 20)
    confirmed = medusa.yes("POST", f"/admin/exchanges/{exchange}/request", {})
    assert confirmed["order_preview"]["summary"]["pending_difference"] == 33
    assert confirmed["exchange"]["difference_due"] is None
    assert medusa.order()["summary"]["pending_difference"] == 13


def test_gotcha_2_the_field_list_changes_the_number(medusa: Medusa) -> None:
    medusa.step(medusa.filled(), "request", {})
    assert medusa.order("id,summary")["summary"]["pending_difference"] == 33
    assert medusa.order("summary,total")["summary"]["pending_difference"] == 13


@pytest.mark.parametrize("quantity", [9, 0])
def test_gotcha_3_a_first_inbound_call_that_fails_poisons_the_exchange(medusa: Medusa, quantity: int) -> None:
    exchange = medusa.begin()
    items = [{"id": LINE, "quantity": quantity}]
    assert medusa.step(exchange, "inbound/items", {"items": items}).status_code == 400
    again = medusa.step(exchange, "inbound/items", {"items": [{"id": LINE, "quantity": 1}]})
    assert again.status_code == 404
    assert again.json()["message"].startswith("Return id not found: return_")
    assert medusa.step(exchange, "cancel", {}).status_code == 500
    assert medusa.yes("DELETE", f"/admin/exchanges/{exchange}/request")["deleted"] is True
    medusa.filled()


def test_gotcha_3_an_unknown_line_or_a_failing_second_call_does_not(medusa: Medusa) -> None:
    exchange = medusa.begin()
    for line, quantity, status in (("ordli_nope", 1, 400), (LINE, 1, 200), (LINE, 9, 400), (LINE, 1, 200)):
        reply = medusa.step(exchange, "inbound/items", {"items": [{"id": line, "quantity": quantity}]})
        assert reply.status_code == status, reply.text


def test_gotcha_4_two_confirms_at_a_time_both_succeed_and_double_the_lines(medusa: Medusa) -> None:
    exchange = medusa.filled()
    medusa.configure(racing_confirms=2)
    with ThreadPoolExecutor(2) as threads:
        racing = [threads.submit(medusa.step, exchange, "request", {}) for _ in range(2)]
        assert [one.result().status_code for one in racing] == [200, 200]
    assert [item["variant_sku"] for item in medusa.order()["items"]] == ["TEE-S", "TEE-L", "TEE-L"]


def test_gotcha_4_a_second_confirm_after_the_first_is_refused(medusa: Medusa) -> None:
    exchange = medusa.filled()
    assert medusa.step(exchange, "request", {}).status_code == 200
    again = medusa.step(exchange, "request", {})
    assert again.status_code == 400
    assert again.json()["message"] == "An active Order Change is required to proceed"


def test_gotcha_5_a_repeated_call_appends(medusa: Medusa) -> None:
    exchange = medusa.filled()
    body = {"items": [{"variant_id": "variant_tee-l", "quantity": 1}]}
    medusa.step(exchange, "outbound/items", body)
    medusa.step(exchange, "request", {})
    assert [item["variant_sku"] for item in medusa.order()["items"]] == ["TEE-S", "TEE-L", "TEE-L"]


def test_gotcha_6_metadata_is_kept_and_shown_to_who_asks_and_cannot_be_filtered_by(medusa: Medusa) -> None:
    body = {"order_id": ORDER, "metadata": {"portal_ref": "p-1"}}
    created = medusa.yes("POST", "/admin/exchanges", body)["exchange"]
    assert "metadata" not in created
    path = f"/admin/exchanges?order_id={ORDER}"
    listed = medusa.yes("GET", f"{path}&fields=id,%2Bmetadata,*additional_items")["exchanges"][0]
    assert (listed["metadata"], listed["additional_items"]) == ({"portal_ref": "p-1"}, [])
    refused = medusa.call("GET", f"{path}&metadata=p-1")
    assert refused.status_code == 400
    assert "Unrecognized fields: 'metadata'" in refused.json()["message"]


@pytest.mark.parametrize(("shipping", "status"), [(True, 200), (False, 400)])
def test_gotcha_7_without_a_shipping_method_nothing_is_reserved(
    medusa: Medusa, shipping: bool, status: int
) -> None:
    medusa.step(medusa.filled(shipping=shipping), "request", {})
    body = {
        "location_id": "sloc_harbour",
        "items": [{"id": medusa.order()["items"][-1]["id"], "quantity": 1}],
    }
    reply = medusa.call("POST", f"/admin/orders/{ORDER}/fulfillments", body)
    assert reply.status_code == status
    assert shipping or reply.json()["message"].startswith("No stock reservation found")


def test_what_goes_out_is_packed_sent_and_delivered(medusa: Medusa) -> None:
    medusa.step(medusa.filled(), "request", {})
    line, parcels = medusa.order()["items"][-1]["id"], f"/admin/orders/{ORDER}/fulfillments"
    items = [{"id": line, "quantity": 1}]
    made = medusa.yes("POST", parcels, {"location_id": "sloc_harbour", "items": items})["order"][
        "fulfillments"
    ]
    assert (made[-1]["items"], made[-1]["shipped_at"]) == ([{"line_item_id": line, "quantity": 1}], None)
    parcel = f"{parcels}/{made[-1]['id']}"
    label = {
        "tracking_number": "1Z",
        "tracking_url": "https://c.example/1Z",
        "label_url": "https://c.example",
    }
    sent = medusa.yes("POST", f"{parcel}/shipments", {"items": items, "labels": [label]})["order"]
    assert [shown["tracking_number"] for shown in sent["fulfillments"][-1]["labels"]] == ["1Z"]
    assert medusa.yes("POST", f"{parcel}/mark-as-delivered", {})["order"]["fulfillments"][-1]["delivered_at"]
    assert medusa.call("POST", f"{parcel}/mark-as-delivered", {}).status_code == 400
    assert (
        "items"
        not in medusa.yes("GET", f"/admin/orders/{ORDER}?fields=*fulfillments")["order"]["fulfillments"][0]
    )


def returned(medusa: Medusa, goes: Sequence[Sequence[str]]) -> list[tuple[str, int, int]]:
    """Two units of one line unpacked in so many goes: what the return says after each."""
    exchange = medusa.begin()
    medusa.step(exchange, "inbound/items", {"items": [{"id": LINE, "quantity": 2}]})
    medusa.step(exchange, "outbound/items", {"items": [{"variant_id": "variant_tee-l", "quantity": 1}]})
    coming = medusa.step(exchange, "request", {}).json()["return"]["id"]
    path, one = f"/admin/returns/{coming}", {"items": [{"id": LINE, "quantity": 1}]}
    seen = []
    for acts in goes:
        assert medusa.call("POST", f"{path}/{acts[0]}", one).status_code == 400  # nobody has begun to unpack
        assert medusa.yes("POST", f"{path}/receive", {})["return"]["status"] != "received"
        for act in acts:
            medusa.yes("POST", f"{path}/{act}", one)
        told = medusa.yes("POST", f"{path}/receive/confirm", {})["return"]
        item = told["items"][0]
        seen.append((told["status"], item["received_quantity"], item["damaged_quantity"]))
    again = medusa.call("POST", f"{path}/receive", {})
    assert again.status_code == (400 if seen[-1][0] == "received" else 200)
    return seen


def test_a_return_is_received_once_all_units_are_the_damaged_ones_among_them(medusa: Medusa) -> None:
    assert returned(medusa, [["receive-items", "dismiss-items"]]) == [("received", 2, 1)]


def test_a_later_go_writes_over_what_came_of_a_line_before_and_the_orders_line_counts_on(
    medusa: Medusa,
) -> None:
    goes = [["receive-items"], ["dismiss-items"]]
    assert returned(medusa, goes) == [("partially_received", 1, 0), ("partially_received", 1, 1)]
    detail = medusa.yes("GET", f"/admin/orders/{ORDER}")["order"]["items"][0]["detail"]
    counted = [detail[f"return_{name}_quantity"] for name in ("requested", "received", "dismissed")]
    assert counted == [0, 1, 1]


def test_gotcha_8_two_open_exchanges_can_hold_the_last_unit_and_one_gets_it(medusa: Medusa) -> None:
    items = [{"variant_id": "variant_tee-s", "quantity": 1}]
    medusa.configure(orders=[{"display_id": 2, "email": "bob@example.test", "items": items}])
    first = medusa.filled("xl")
    other = medusa.yes("POST", "/admin/exchanges", {"order_id": "order_000002"})["exchange"]["id"]
    medusa.step(other, "inbound/items", {"items": [{"id": "ordli_2_1", "quantity": 1}]})
    added = medusa.step(other, "outbound/items", {"items": [{"variant_id": "variant_tee-xl", "quantity": 1}]})
    assert added.status_code == 200
    medusa.step(other, "outbound/shipping-method", {"shipping_option_id": "so_standard"})
    assert medusa.step(first, "request", {}).status_code == 200
    late = medusa.step(other, "request", {})
    assert (late.status_code, late.json()["type"]) == (400, "not_allowed")
    assert late.json()["message"].startswith("Not enough stock available")
    assert "code" not in late.json()
    assert medusa.yes("DELETE", f"/admin/exchanges/{other}/request")["deleted"] is True


def test_stock_short_at_adding_has_a_code_of_its_own(medusa: Medusa) -> None:
    body = {"items": [{"variant_id": "variant_tee-xl", "quantity": 2}]}
    reply = medusa.step(medusa.begin(), "outbound/items", body)
    assert (reply.status_code, reply.json()["code"]) == (400, "insufficient_inventory")


def test_gotcha_9_a_negative_price_is_taken(medusa: Medusa) -> None:
    body = {"items": [{"variant_id": "variant_tee-m", "quantity": 1, "unit_price": -5}]}
    assert medusa.step(medusa.filled(), "outbound/items", body).status_code == 200


@pytest.mark.parametrize(("carried", "due"), [(True, 0), (False, 10)])
def test_gotcha_10_discounts_are_not_carried_over_unless_asked(
    medusa: Medusa, carried: bool, due: int
) -> None:
    medusa.configure(orders=[{"display_id": 1, "email": EMAIL, "items": [HALF_OFF]}])
    begun = medusa.yes("POST", "/admin/exchanges", {"order_id": ORDER})
    exchange, change = begun["exchange"]["id"], begun["order"]["order_change"]["id"]
    medusa.step(exchange, "inbound/items", {"items": [{"id": LINE, "quantity": 1}]})
    if carried:
        medusa.yes("POST", f"/admin/order-changes/{change}", {"carry_over_promotions": True})
    medusa.step(exchange, "outbound/items", {"items": [{"variant_id": "variant_tee-m", "quantity": 1}]})
    medusa.step(exchange, "request", {})
    assert medusa.order()["summary"]["pending_difference"] == due


def test_gotcha_11_unknown_filters_show_everybodys_orders(medusa: Medusa) -> None:
    items = [{"variant_id": "variant_tee-s", "quantity": 1}]
    medusa.configure(orders=[{"display_id": 12, "email": "bob@example.test", "items": items}])
    ignored = medusa.yes("GET", "/admin/orders?display_id=12&email=bob@example.test")["orders"]
    assert [order["display_id"] for order in ignored] == [1, 12]
    assert [one["display_id"] for one in medusa.yes("GET", "/admin/orders?q=1")["orders"]] == [1, 12]


def test_gotcha_12_an_order_id_opens_the_order_to_anybody(medusa: Medusa) -> None:
    asked = {"x-publishable-api-key": "pk_anything"}
    reply = medusa.client.get(f"/medusa/store/orders/{ORDER}", headers=asked)
    assert reply.json()["order"]["email"] == EMAIL
    assert medusa.client.get(f"/medusa/store/orders/{ORDER}").status_code == 400


def test_gotcha_13_amounts_are_exact_decimals(medusa: Medusa) -> None:
    medusa.configure(tax_rate_ppm=82_500, orders=[{"display_id": 1, "email": EMAIL, "items": [HALF_OFF]}])
    text = medusa.call("GET", f"/admin/orders/{ORDER}").text
    assert '"tax_total":1.65' in text


def test_gotcha_15_with_the_plugin_a_guest_gets_no_credit_line(medusa: Medusa) -> None:
    medusa.configure(loyalty_plugin=True)
    medusa.step(medusa.filled(), "request", {})
    reply = medusa.call("POST", f"/admin/orders/{ORDER}/credit-lines", {"amount": 5})
    assert (reply.status_code, "registered customers" in reply.text) == (400, True)


def test_gift_cards_need_the_plugin_and_one_code_is_one_card(medusa: Medusa) -> None:
    body = {"currency_code": "usd", "value": 20, "code": "EX-1"}
    missing = medusa.call("GET", "/admin/gift-cards?limit=1")
    assert (missing.status_code, missing.headers["content-type"]) == (404, "text/html; charset=utf-8")
    medusa.configure(loyalty_plugin=True)
    assert medusa.yes("POST", "/admin/gift-cards", body)["gift_card"]["status"] == "redeemed"
    assert "already exists" in medusa.call("POST", "/admin/gift-cards", body).text
    assert medusa.call("POST", "/admin/gift-cards", {"currency_code": "usd", "value": 0}).status_code == 400


def test_cancelling_with_return_shipping_wants_the_fulfilment_cancelled_first(medusa: Medusa) -> None:
    exchange = medusa.filled()
    medusa.step(exchange, "inbound/shipping-method", {"shipping_option_id": "so_return", "custom_amount": 0})
    coming = medusa.yes("POST", f"/admin/exchanges/{exchange}/request", {})["return"]["id"]
    refused = medusa.step(exchange, "cancel", {})
    assert refused.json()["message"] == "All fulfillments must be canceled before canceling am exchange"
    found = medusa.yes("GET", f"/admin/returns/{coming}?fields=*fulfillments")["return"]["fulfillments"]
    for fulfilment in found:
        medusa.yes("POST", f"/admin/fulfillments/{fulfilment['id']}/cancel", {})
    assert medusa.yes("POST", f"/admin/exchanges/{exchange}/cancel", {}) == {}
    assert medusa.order()["summary"]["pending_difference"] == 0
    # The unpaid collection stays.
    assert [each["status"] for each in medusa.order()["payment_collections"]] == ["completed", "not_paid"]


def test_each_refund_pays_again_whatever_is_owed(medusa: Medusa) -> None:
    exchange = medusa.filled("xl", shipping=False)
    medusa.yes("POST", f"/admin/exchanges/{exchange}/request", {})
    before = medusa.order()["summary"]["pending_difference"]
    path = "/admin/payments/pay_000001/refund"
    body = {"amount": 2, "note": "Evenly EX-1"}
    _, paid = (medusa.yes("POST", path, body)["payment"] for _ in range(2))
    assert [each["note"] for each in paid["refunds"]] == ["Evenly EX-1"] * 2
    assert medusa.order()["summary"]["pending_difference"] == before + 4
    refused = medusa.call("POST", path, {"amount": 9999})
    assert refused.json()["message"] == "You are not allowed to refund more than the captured amount"
    assert medusa.call("POST", "/admin/payments/pay_nope/refund", {}).status_code == 404
    unknown = medusa.call("POST", path, {"amount": 2, "metadata": {}})
    assert unknown.json()["message"] == "Invalid request: Unrecognized fields: 'metadata'"


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

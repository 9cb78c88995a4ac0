"""What becomes of an exchange in the pretend Medusa once confirmed: packed, unpacked, cancelled, refunded.

Written against the sandbox alone; what our connector does about it is in `tests/connectors`.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.sandbox.medusa_admin import LINE, ORDER, Medusa


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

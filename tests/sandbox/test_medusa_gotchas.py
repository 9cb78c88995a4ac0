"""What bites in Medusa, one test each, so that the pretend one bites alike. Numbers are those of the notes.

Written against the sandbox alone; what our connector does about it is in `tests/connectors`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.sandbox.medusa_admin import EMAIL, HALF_OFF, LINE, ORDER, Medusa


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

"""What an order was paid with: told by a file where it can be believed, kept, and inherited by exchanges."""

from __future__ import annotations

from typing import Any

import pytest

from app.services.importing.optoro_snapshot import SnapshotPiece
from app.services.importing.optoro_stream import RawOrder
from app.services.importing.order_rows import order_rows as rows_of
from app.services.importing.parsed import ParsedOrder
from app.services.importing.report import Refused
from app.services.importing.shopify_orders import ShopifyPiece
from benchmarks.export_files import ORDER_COLUMNS
from tests.services.importing import stored
from tests.services.importing.files import group_of, order_rows, reading, snapshot_order
from tests.services.importing.loading import OrderLoader, counts


def told(**values: Any) -> ParsedOrder:
    return SnapshotPiece(RawOrder(5, snapshot_order(**values))).read(reading())


def paid(identifier: str = "pi_1", **values: str) -> dict[str, Any]:
    usual = {"identifier": identifier, "type": "SALE", "status": "SUCCESS", "gateway": "Stripe"}
    return usual | {"amount_cents": 1050} | values


@pytest.mark.parametrize(
    ("transactions", "reference"),
    [
        ([], ""),
        (None, ""),
        ([paid()], "pi_1"),
        ([paid(type="CAPTURE")], "pi_1"),
        ([paid(), paid()], "pi_1"),
        ([paid(), paid("re_1", type="REFUND")], "pi_1"),
        ([paid("pi_0", status="FAILURE"), paid()], "pi_1"),
        ([paid(), paid("pi_2")], ""),
        ([paid(type="AUTHORIZATION")], ""),
        ([paid(status="PENDING")], ""),
        ([paid(gateway="QuikPay")], ""),
        ([paid(gateway="")], ""),
    ],
)
def test_the_one_payment_at_a_provider_that_is_known(transactions: Any, reference: str) -> None:
    assert told(transactions=transactions).payment_reference == reference


def test_the_field_of_our_own_comes_first() -> None:
    assert told(payment_reference=" ch_9 ", transactions=[paid()]).payment_reference == "ch_9"
    with pytest.raises(Refused, match="payment_reference"):
        told(payment_reference="x" * 256)


@pytest.mark.parametrize(
    ("method", "reference"), [("Stripe", "pi_1"), ("stripe", "pi_1"), ("Shopify Payments", ""), ("", "")]
)
def test_an_export_tells_it_where_the_provider_is_known(method: str, reference: str) -> None:
    rows = order_rows(Payment_Method=method, Payment_Reference="pi_1")
    order = ShopifyPiece(group_of(rows, ORDER_COLUMNS, "Name")).read(reading())
    assert order.payment_reference == reference


class NoTies:
    """A catalogue with nothing in it."""

    def of(self, _line: object) -> None:
        return None


def test_orders_that_were_stored_before_are_no_different() -> None:
    silent, speaking = (rows_of(told(transactions=each), NoTies()) for each in ([], [paid()]))  # type: ignore[arg-type]
    assert silent.values["content_hash"] != speaking.values["content_hash"]
    # As it was made before there was a place for the payment.
    assert silent.values["content_hash"] == (
        "30a087c90fa33284970d6b5cce6741d05f0f26132d4f569834f9aaef56a7c06c"
    )


def test_what_was_told_is_kept_by_a_file_that_is_silent(load_orders: OrderLoader) -> None:
    assert counts(load_orders.snapshot(snapshot_order(transactions=[paid()]))) == (1, 0, 0, 0)
    assert stored.orders()["NW-1001"].payment_reference == "pi_1"
    assert counts(load_orders.snapshot(snapshot_order(tags=["vip"]))) == (0, 1, 0, 0)
    assert stored.orders()["NW-1001"].payment_reference == "pi_1"
    assert counts(load_orders.snapshot(snapshot_order(transactions=[paid("ch_2")]))) == (0, 1, 0, 0)
    assert stored.orders()["NW-1001"].payment_reference == "ch_2"

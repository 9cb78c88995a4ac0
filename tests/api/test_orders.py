"""One order or product over HTTP is stored as an import stores it, once, whole or not at all."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask

from app.models import db, store_scope
from tests.api.conftest import Program
from tests.factories import make_order
from tests.services.importing import stored
from tests.services.importing.files import item, snapshot_order, variant
from tests.web.snapshots import Snapshot, everything

TRACES = frozenset({"throttle_try", "api_key"})


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def kept(app: Flask) -> Snapshot:
    return everything(app, but=TRACES)


def product(*variants: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {"title": "Ridge Parka", "variants": list(variants or (variant(),))} | values


def sized(size: str, **values: Any) -> dict[str, Any]:
    attributes = [{"name": "Color", "value": "Navy"}, {"name": "Size", "value": size}]
    names = {"sku": f"PARKA-{size}", "variant_identifier": f"PARKA-{size}"}
    return variant(**({"attributes": attributes} | names | values))


def test_an_order_is_created_then_known_then_changed(app: Flask, program: Program, store_id: int) -> None:
    order = snapshot_order(item(variant()))
    first = program.put("/orders/NW-1001", order)
    assert first.status_code == 201
    assert first.get_json() == {"order": "NW-1001", "result": "created", "untied_lines": 0, "notes": []}
    before = kept(app)
    again = program.put("/orders/NW-1001", order)
    assert (again.status_code, again.get_json()["result"]) == (200, "unchanged")
    assert kept(app) == before
    more = program.put("/orders/NW-1001", snapshot_order(item(variant()), tags=["vip"]))
    assert (more.status_code, more.get_json()["result"]) == (200, "changed")
    with app.app_context(), store_scope(store_id):
        assert stored.orders()["NW-1001"].tags == ["vip"]
        assert stored.variants()["PARKA-M"].stock == 3


def test_an_older_word_never_undoes_a_newer_one(app: Flask, program: Program, store_id: int) -> None:
    """Pushed messages overtake each other; the day before must not take back a refund."""
    told = {day: f"2026-03-{day:02}T10:00:00Z" for day in (1, 2, 3, 4)}

    def put(day: int, refunded: int) -> dict[str, Any]:
        body = snapshot_order(item(variant(), quantity_refunded=refunded), updated_at=told[day])
        answer: dict[str, Any] = program.put("/orders/NW-1001", body).get_json()
        with app.app_context(), store_scope(store_id):
            (line,) = stored.orders()["NW-1001"].lines
            return {"result": answer["result"], "refunded": line.refunded, "notes": len(answer["notes"])}

    assert put(1, 1) == {"result": "created", "refunded": 1, "notes": 0}
    assert put(3, 1) == {"result": "unchanged", "refunded": 1, "notes": 0}
    assert put(2, 0) == {"result": "unchanged", "refunded": 1, "notes": 1}
    assert put(4, 0) == {"result": "changed", "refunded": 0, "notes": 0}


def test_what_an_order_was_paid_with_is_told(app: Flask, program: Program, store_id: int) -> None:
    order = snapshot_order(item(variant()), payment_reference="pi_1")
    assert program.put("/orders/NW-1001", order).status_code == 201
    with app.app_context(), store_scope(store_id):
        assert stored.orders()["NW-1001"].payment_reference == "pi_1"
    refused = program.put("/orders/NW-1002", order | {"payment_reference": "x" * 256})
    assert refused.status_code == 422
    assert "payment_reference" in refused.text


def test_a_number_may_hold_signs_that_addresses_escape(app: Flask, program: Program, store_id: int) -> None:
    answer = program.put("/orders/%23A%2F7%20b", snapshot_order(identifier="#A/7 b"))
    assert answer.status_code == 201, answer.text
    with app.app_context(), store_scope(store_id):
        assert list(stored.orders()) == ["#A/7 b"]


def test_every_fault_is_told_with_its_place(app: Flask, program: Program) -> None:
    before = kept(app)
    order = snapshot_order(item(quantity="two", title=""), currency=7)
    del order["created_at"]
    answer = program.put("/orders/NW-1001", order)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    told = answer.get_json()
    assert told["title"] == "Unprocessable Entity"
    places = {fault["pointer"] for fault in told["errors"]}
    assert {"/items/0/quantity", "/items/0/title", "/created_at"} <= places
    assert all("Input" not in fault["detail"] for fault in told["errors"])
    assert kept(app) == before


@pytest.mark.parametrize(
    ("order", "pointer"),
    [
        (snapshot_order(identifier="NW-9"), "/identifier"),
        (snapshot_order(currency="XXQ"), "/currency"),
        (snapshot_order(item(quantity=1, quantity_shipped=2)), "/items/0"),
        (snapshot_order(item(), item()), "/items"),
        (snapshot_order(created_at="9999-12-31T23:59:59-12:00"), "/created_at"),
        (snapshot_order(item(variant(quantity_in_stock=10**30))), "/items/0/variants/0/quantity_in_stock"),
        (snapshot_order(item(title="x" * 2000)), ""),
        ([], ""),
        (None, ""),
    ],
)
def test_what_cannot_be_is_refused_whole(app: Flask, program: Program, order: Any, pointer: str) -> None:
    before = kept(app)
    body = b"null" if order is None else order
    answer = program.put("/orders/NW-1001", body, Content_Type="application/json")
    assert answer.status_code == 422, answer.text
    assert answer.get_json()["errors"][0]["pointer"] == pointer
    assert kept(app) == before


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        (b"{", "line 1, column 2"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": NaN}', "NaN"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * 100_000, "nested"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON"),
    ],
)
def test_a_body_that_is_no_json_is_400(program: Program, body: bytes, words: str) -> None:
    answer = program.put("/orders/NW-1001", body, Content_Type="application/json")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert words in answer.get_json()["detail"]


def test_a_body_of_another_kind_or_too_long(program: Program) -> None:
    assert program.put("/orders/NW-1001", b"{}", Content_Type="text/plain").status_code == 415
    long = b" " * (1024 * 1024 + 1)
    assert program.put("/orders/NW-1001", long, Content_Type="application/json").status_code == 413
    chunked = program.client.put(
        f"{program.base}/orders/NW-1001",
        input_stream=io.BytesIO(b"{}" + long),
        headers={"Authorization": f"Bearer {program.token}", "Content-Type": "application/json"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert chunked.status_code == 413


def test_another_order_that_reads_alike_is_not_overwritten(
    app: Flask, program: Program, store_id: int
) -> None:
    with app.app_context(), store_scope(store_id):
        make_order(store_id, number="NW1001", platform_id="7")
        db.session.remove()
    answer = program.put("/orders/NW-1001", snapshot_order())
    assert answer.status_code == 422
    assert "another order" in answer.get_json()["errors"][0]["detail"]


def test_a_product_is_created_then_known_then_changed(app: Flask, program: Program, store_id: int) -> None:
    body = product(sized("M"), sized("L"), tags=["sale"], vendor="Northwind")
    first = program.put("/products/PARKA", body)
    assert (first.status_code, first.get_json()["result"]) == (201, "created")
    with app.app_context(), store_scope(store_id):
        row = stored.products()["PARKA"]
        assert (row.title, row.vendor, row.tags) == ("Ridge Parka", "Northwind", ["sale"])
        assert row.option_names == ["Color", "Size"]
        made = [(v.sku, v.title, v.price, v.stock) for v in row.variants]
        assert made == [("PARKA-M", "Navy / M", 12900, 3), ("PARKA-L", "Navy / L", 12900, 3)]
    before = kept(app)
    assert program.put("/products/PARKA", body).get_json()["result"] == "unchanged"
    assert kept(app) == before
    fewer = program.put("/products/PARKA", product(sized("M", quantity_in_stock=9)))
    assert (fewer.status_code, fewer.get_json()["result"]) == (200, "changed")
    with app.app_context(), store_scope(store_id):
        assert {v.sku: (v.active, v.stock) for v in stored.variants().values()} == {
            "PARKA-M": (True, 9),
            "PARKA-L": (False, 3),
        }


def test_a_shown_price_is_kept_as_it_is(app: Flask, program: Program, store_id: int) -> None:
    shown = sized("M", shown_price_amount_cents=14999)
    del shown["product_amount_cents"]
    assert program.put("/products/PARKA", product(shown)).status_code == 201
    with app.app_context(), store_scope(store_id):
        assert stored.variants()["PARKA-M"].price == 14999


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (product(sized("M", product_identifier="CAP")), "/variants/0/product_identifier"),
        (product(sized("M", currency="EUR")), "/variants/0/currency"),
        (product(sized("M", product_amount_cents=None)), "/variants/0/product_amount_cents"),
        (product(sized("M"), sized("L", attributes=[])), "/variants/1/attributes"),
        (product(sized("M"), sized("M")), "/variants/1/variant_identifier"),
        (product(sized("M"), sized("L", sku="PARKA-M")), "/variants/1/sku"),
        (product(variants=[]), "/variants"),
        (product(updated_at="2026-11-22"), "/updated_at"),
    ],
)
def test_a_product_that_cannot_be(app: Flask, program: Program, body: Any, pointer: str) -> None:
    before = kept(app)
    answer = program.put("/products/PARKA", body)
    assert answer.status_code == 422, answer.text
    assert answer.get_json()["errors"][0]["pointer"] == pointer
    assert kept(app) == before

"""Export files for tests: every builder writes a good one, and a test says what is different in its."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.domain.facts import StoreFacts
from app.services.importing.cells import Reading
from app.services.importing.csv_reading import Group, group_rows, read_rows
from benchmarks.export_files import ORDER_COLUMNS

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

PRODUCT_COLUMNS = [
    *("Handle", "Title", "Vendor", "Tags", "Published", "Option1 Name", "Option1 Value", "Option2 Name"),
    *("Option2 Value", "Option3 Name", "Option3 Value", "Variant SKU", "Variant Inventory Tracker"),
    *("Variant Inventory Qty", "Variant Inventory Policy", "Variant Price", "Image Src", "Image Position"),
    *("Gift Card", "Variant Image", "Status"),
]

SHIRT = {
    "Handle": "shirt",
    "Title": "Linen Shirt",
    "Published": "true",
    "Option1 Name": "Size",
    "Option1 Value": "M",
    "Variant Price": "60.00",
}

FIRST = {
    "Name": "#AP1001",
    "Email": "ada@example.com",
    "Financial Status": "paid",
    "Fulfillment Status": "fulfilled",
    "Fulfilled at": "2026-11-11 10:00:00 -0500",
    "Currency": "USD",
    "Created at": "2026-11-10 10:00:00 -0500",
    "Billing Name": "Ada Moss",
    "Shipping Name": "Ada Moss",
    "Shipping Address1": "9 Quay St",
    "Shipping City": "Bend",
    "Shipping Zip": "'97701",
    "Shipping Province": "OR",
    "Shipping Country": "US",
    "Id": "5500",
}

LINE = {
    "Lineitem quantity": "1",
    "Lineitem name": "Linen Shirt - M",
    "Lineitem price": "60.00",
    "Lineitem taxable": "true",
    "Lineitem fulfillment status": "fulfilled",
    "Lineitem discount": "0.00",
}


def store_facts(**values: Any) -> StoreFacts:
    defaults: dict[str, Any] = {
        "slug": "acme",
        "currency": "USD",
        "time_zone": "America/New_York",
        "tax_inclusive": False,
    }
    return StoreFacts(**(defaults | values))


def reading(**values: Any) -> Reading:
    """How a store reads its files; `values` are facts of the store."""
    return Reading(store_facts(**values), NOW)


def order_rows(*lines: Mapping[str, str], **fields: str) -> list[dict[str, str]]:
    """The rows of one order. Fields of the order are named with spaces written as underscores."""
    first = FIRST | {name.replace("_", " "): value for name, value in fields.items()}
    rows = [LINE | dict(line) for line in (lines or ({},))]
    rows[0] = first | rows[0]
    shared = {name: first[name] for name in ("Name", "Email", "Created at")}
    return [shared | row for row in rows]


def csv_text(rows: Iterable[Mapping[str, str]], columns: Sequence[str] = ORDER_COLUMNS) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write_csv(
    path: Path,
    rows: Iterable[Mapping[str, str]],
    columns: Sequence[str] = ORDER_COLUMNS,
    encoding: str = "utf-8",
) -> Path:
    path.write_bytes(csv_text(rows, columns).encode(encoding))
    return path


def group_of(rows: Iterable[Mapping[str, str]], columns: Sequence[str], key: str) -> Group:
    """The one group that these rows are."""
    [group] = group_rows(read_rows(io.StringIO(csv_text(rows, columns)), ()), key)
    return group


VARIANT = {
    "attributes": [{"name": "Color", "value": "Navy"}, {"name": "Size", "value": "M"}],
    "allow_backorder": False,
    "product_identifier": "PARKA",
    "variant_identifier": "PARKA-M",
    "product_amount_cents": 12900,
    "unit_price_amount_cents": 12900,
    "currency": "USD",
    "quantity_in_stock": 3,
    "inventory_managed_by_platform": True,
    "sku": "PARKA-M",
    "title": "Ridge Parka Navy / M",
    "image_urls": ["https://images.example.com/parka.jpg"],
}

ITEM = {
    "identifier": "11",
    "sku": "PARKA-M",
    "quantity": 1,
    "quantity_shipped": 1,
    "quantity_canceled": 0,
    "quantity_refunded": 0,
    "shipped_date": "2026-11-12T15:39:42.025Z",
    "return_policy_end_date": "2026-12-21T04:59:59.000Z",
    "product_identifier": "PARKA",
    "variant_identifier": "PARKA-M",
    "title": "Ridge Parka Navy / M",
    "tags": [],
    "product_amount_cents": 12900,
    "tax_amount_cents": 1064,
    "discount_amount_cents": 0,
    "unit_price_amount_cents": 12900,
    "concept": "northwind",
}


def variant(**values: Any) -> dict[str, Any]:
    return deepcopy(VARIANT) | values


def item(*variants: dict[str, Any], **values: Any) -> dict[str, Any]:
    return deepcopy(ITEM) | {"variants": list(variants)} | values


def snapshot_order(*items: dict[str, Any], **values: Any) -> dict[str, Any]:
    """One order whose totals are those of its items."""
    found = list(items) or [item()]
    address = {"name": "Ada Moss", "street1": "9 Quay St", "city": "Bend", "state": "OR"}
    address |= {"zip_code": "97701", "country_code": "US"}
    order = {
        "identifier": "NW-1001",
        "status": "Shipped",
        "tax_amount_cents": sum(one.get("tax_amount_cents", 0) for one in found),
        "discount_amount_cents": sum(one.get("discount_amount_cents", 0) for one in found),
        "currency": "USD",
        "tags": [],
        "created_at": "2026-11-10T09:12:00.000Z",
        "updated_at": "2026-11-13T10:00:00.000Z",
        "items": found,
        "customer": {
            "identifier": "cus_88",
            "first_name": "Ada",
            "last_name": "Moss",
            "email": "a@example.com",
        },
        "shipping_address": address,
        "billing_address": address,
        "transactions": [],
        "refunds": [],
        "discounts": [],
    }
    return order | values


def snapshot_text(*orders: Any) -> str:
    return json.dumps({"returns_portal_order": {"orders": list(orders)}}, indent=1)


def write_snapshot(path: Path, *orders: Any) -> Path:
    path.write_text(snapshot_text(*orders), encoding="utf-8")
    return path

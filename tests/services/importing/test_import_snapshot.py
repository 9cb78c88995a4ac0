"""`import_orders` on a real database, from Optoro's order snapshot: orders, and the catalogue with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models import Connector, db
from app.services.importing import FileRefused, import_orders
from tests.services.importing import stored
from tests.services.importing.files import NOW, item, snapshot_order, snapshot_text, variant
from tests.services.importing.loading import OrderLoader, ProductLoader, counts, shirt


def two_sizes(**values: object) -> list[dict[str, object]]:
    large = [{"name": "Color", "value": "Navy"}, {"name": "Size", "value": "L"}]
    other = {"sku": "PARKA-L", "variant_identifier": "PARKA-L", "title": "Ridge Parka Navy / L"}
    return [variant(**values), variant(attributes=large, **other)]


def test_an_order_brings_its_products(load_orders: OrderLoader) -> None:
    report = load_orders.snapshot(snapshot_order(item(*two_sizes())))
    assert (report.kind, counts(report)) == ("Optoro order snapshot", (1, 0, 0, 0))
    product = stored.products()["PARKA"]
    assert (product.title, product.option_names) == ("Ridge Parka", ["Color", "Size"])
    assert [(v.sku, v.platform_id, v.title, v.option_values, v.price, v.stock) for v in product.variants] == [
        ("PARKA-M", "PARKA-M", "Navy / M", ["Navy", "M"], 12900, 3),
        ("PARKA-L", "PARKA-L", "Navy / L", ["Navy", "L"], 12900, 3),
    ]
    [line] = stored.lines("NW-1001")
    assert (line.title, line.variant_words, line.variant_id) == (
        "Ridge Parka",
        "Navy · M",
        product.variants[0].id,
    )
    assert line.return_until is not None


def test_repeating_a_file_changes_nothing(load_orders: OrderLoader) -> None:
    orders = [
        snapshot_order(
            item(*two_sizes()), identifier=f"NW-{number}", updated_at=f"2026-11-1{number}T10:00:00Z"
        )
        for number in (3, 1, 2)  # not the order in which they were updated
    ]
    load_orders.snapshot(*orders)
    before = stored.everything()
    assert counts(load_orders.snapshot(*orders)) == (0, 0, 3, 0)
    assert stored.everything() == before


def test_the_newest_reading_wins(load_orders: OrderLoader) -> None:
    older = snapshot_order(
        item(*two_sizes(quantity_in_stock=9)), identifier="NW-2", updated_at="2026-11-12T10:00:00Z"
    )
    newer = snapshot_order(item(*two_sizes(quantity_in_stock=1)), updated_at="2026-11-14T10:00:00Z")
    load_orders.snapshot(newer, older)
    assert stored.variants()["PARKA-M"].stock == 1
    load_orders.snapshot(snapshot_order(item(*two_sizes(quantity_in_stock=7)), identifier="NW-3"))
    assert stored.variants()["PARKA-M"].stock == 1
    latest = snapshot_order(item(*two_sizes(quantity_in_stock=0)), updated_at="2026-11-15T10:00:00Z")
    load_orders.snapshot(latest)
    assert stored.variants()["PARKA-M"].stock == 0


def test_variants_that_an_order_leaves_out_stay(load_orders: OrderLoader) -> None:
    load_orders.snapshot(snapshot_order(item(*two_sizes())))
    load_orders.snapshot(
        snapshot_order(item(variant()), identifier="NW-2", updated_at="2026-11-15T10:00:00Z")
    )
    assert stored.variants()["PARKA-L"].active
    assert [row.position for row in stored.variants().values()] == [0, 1]


def test_a_sku_of_the_products_import_is_refreshed_where_it_stands(
    load_orders: OrderLoader, load_products: ProductLoader
) -> None:
    load_products(shirt("M", Variant_SKU="PARKA-M"))
    load_orders.snapshot(snapshot_order(item(variant()), updated_at="2026-11-22T11:00:00Z"))
    assert set(stored.products()) == {"shirt"}
    row = stored.variants()["PARKA-M"]
    assert (row.platform_id, row.price, row.stock) == ("shirt/M", 12900, 3)
    [line] = stored.lines("NW-1001")
    assert (line.title, line.variant_id) == ("Linen Shirt", row.id)


def test_an_item_without_variants_is_tied_by_sku_or_to_nothing(load_orders: OrderLoader) -> None:
    load_orders.snapshot(snapshot_order(item(variant())))
    report = load_orders.snapshot(
        snapshot_order(item(), item(identifier="12", sku="GONE"), identifier="NW-2")
    )
    first, second = stored.lines("NW-2")
    assert first.variant_id == stored.variants()["PARKA-M"].id
    assert (second.variant_id, second.title) == (None, "Ridge Parka Navy / M")
    assert report.untied_lines == 1


def test_a_bad_order_is_left_out_whole_and_named(load_orders: OrderLoader) -> None:
    orders = (
        snapshot_order(),
        snapshot_order(item(quantity=0), identifier="NW-2"),
        snapshot_order(identifier="NW-3"),
    )
    report = load_orders.snapshot(*orders)
    assert counts(report) == (2, 0, 0, 1)
    [problem] = report.refusals
    text = snapshot_text(*orders).splitlines()
    assert problem.what == "order NW-2"
    assert text[problem.line - 1].strip() == "{"
    assert '"NW-2"' in text[problem.line]
    assert "items.0.quantity" in problem.reason


def test_an_order_that_stands_there_twice(load_orders: OrderLoader) -> None:
    report = load_orders.snapshot(snapshot_order(), snapshot_order(status="Canceled"))
    assert counts(report) == (1, 0, 0, 1)
    assert not stored.orders()["NW-1001"].cancelled


def test_a_product_that_does_not_fit_is_noted_and_its_order_loads(load_orders: OrderLoader) -> None:
    report = load_orders.snapshot(
        snapshot_order(item(variant(image_urls=["https://x.example/" + "x" * 2000])))
    )
    assert counts(report) == (1, 0, 0, 0)
    assert [note.reason for note in report.notes] == ["image url is longer than 2,000 characters"]
    assert stored.lines("NW-1001")[0].variant_id is None


def test_an_order_that_nobody_can_be_written_to_is_noted_where_the_platform_needs_it(
    acme: int, load_orders: OrderLoader
) -> None:
    nobody = {"identifier": "cus_88", "first_name": "Ada", "last_name": "Moss", "email": ""}
    assert load_orders.snapshot(snapshot_order(identifier="NW-1", customer=nobody)).notes == []
    db.session.add(Connector(store_id=acme, system="optoro", settings={}, created_at=NOW))
    db.session.commit()
    with_email = snapshot_order(identifier="NW-2")
    report = load_orders.snapshot(with_email, snapshot_order(identifier="NW-3", customer=nobody))
    assert [str(note).partition(": ")[2] for note in report.notes] == [
        "order NW-3: no e-mail address that could be written to, so that optoro takes no exchange of it"
    ]


def test_dates_are_moved_together(load_orders: OrderLoader) -> None:
    old = snapshot_order(created_at="2025-01-10T09:12:00Z")
    report = load_orders.snapshot(
        old, snapshot_order(identifier="NW-2", created_at="2025-01-09T09:12:00Z"), shift_dates=True
    )
    assert report.shifted_days == 676
    assert stored.orders()["NW-1001"].placed_at.isoformat() == "2026-11-17T09:12:00+00:00"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_encodings(acme: int, tmp_path: Path, encoding: str) -> None:
    customer = {"first_name": "Noé", "last_name": "Lefèvre", "email": "noe@example.com"}
    text = snapshot_text(snapshot_order(customer=customer)).replace("\\u00e9", "é").replace("\\u00e8", "è")
    path = tmp_path / "orders.json"
    path.write_bytes(text.encode(encoding))
    import_orders("acme", path, now=NOW)
    assert stored.orders()["NW-1001"].last_name == "Lefèvre"


def test_a_file_that_was_cut_off_loads_what_is_whole(acme: int, tmp_path: Path) -> None:
    text = snapshot_text(snapshot_order(), snapshot_order(identifier="NW-2"))
    path = tmp_path / "orders.json"
    path.write_text(text[:-200], encoding="utf-8")
    report = import_orders("acme", path, now=NOW)
    assert counts(report) == (1, 0, 0, 1)
    assert "cut off" in report.refusals[0].reason
    path.write_text('{"orders": []}', encoding="utf-8")
    with pytest.raises(FileRefused, match="no order snapshot"):
        import_orders("acme", path, now=NOW)

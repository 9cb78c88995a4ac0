"""`flask import`: what is printed where, and the exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.cli import importing
from tests.factories import make_store
from tests.services.importing.files import PRODUCT_COLUMNS, SHIRT, order_rows, write_csv


@pytest.fixture
def shop(app: Flask) -> Flask:
    with app.app_context():
        make_store()
    return app


def run(app: Flask, *arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    result = app.test_cli_runner().invoke(args=["import", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_products_and_orders(shop: Flask, tmp_path: Path) -> None:
    products = write_csv(tmp_path / "products.csv", [SHIRT], PRODUCT_COLUMNS)
    orders = write_csv(tmp_path / "orders.csv", order_rows({}, {"Lineitem name": "Cap"}))
    assert run(shop, "products", products, "--store", "acme") == (
        0,
        "products.csv: Shopify product export, UTF-8\n1 new, 0 changed, 0 unchanged, 0 refused.\n",
        "",
    )
    assert run(shop, "orders", orders, "--store", "acme") == (
        0,
        "orders.csv: Shopify order export, UTF-8\n1 new, 0 changed, 0 unchanged, 0 refused.\n"
        "1 line item is tied to no product and can only be exchanged for a gift card.\n",
        "",
    )
    assert "0 new, 0 changed, 1 unchanged" in run(shop, "orders", orders, "--store", "acme")[1]


def test_refused_orders_are_told_on_standard_error(shop: Flask, tmp_path: Path) -> None:
    rows = order_rows({"Lineitem quantity": "0"}) + order_rows(
        Name="#2", Id="2", Refunded_Amount="1.00", Total="9"
    )
    orders = write_csv(tmp_path / "orders.csv", rows, encoding="cp1252")
    code, output, errors = run(shop, "orders", orders, "--store", "acme")
    assert code == 1
    assert "Windows-1252" not in output  # nothing in it needs more than ASCII
    assert "1 new, 0 changed, 0 unchanged, 1 refused." in output
    assert "Refused, line 2: order #AP1001: Lineitem quantity is “0”" in errors
    assert "Note, line 3: order 2: was refunded in part" in errors


def test_moved_dates_are_said(shop: Flask, tmp_path: Path) -> None:
    orders = write_csv(tmp_path / "orders.csv", order_rows(Created_at="2020-01-01 00:00:00 +0000"))
    code, output, _ = run(shop, "orders", orders, "--store", "acme", "--shift-dates")
    assert code == 0
    assert "All dates were moved by +" in output


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("Handle,Title\na,b\n", "Nothing was loaded. These columns are missing: Name, Email"),
        ("", "Nothing was loaded. orders.csv is empty"),
        ('{"a": 1}', "Nothing was loaded. This JSON file is no order snapshot"),
    ],
)
def test_a_file_that_cannot_be_used(shop: Flask, tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(content, encoding="utf-8")
    code, output, errors = run(shop, "orders", path, "--store", "acme")
    assert (code, output) == (1, "")
    assert words in errors


def test_what_was_asked_for_does_not_exist(shop: Flask, tmp_path: Path) -> None:
    orders = write_csv(tmp_path / "orders.csv", order_rows())
    code, _, errors = run(shop, "orders", orders, "--store", "nobody")
    assert code == 2
    assert "There is no store 'nobody'" in errors
    code, _, errors = run(shop, "orders", tmp_path / "none.csv", "--store", "acme")
    assert code == 2
    assert "does not exist" in errors
    assert run(shop, "orders", orders)[0] == 2


def test_progress_is_a_line_now_and_then(
    shop: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "ROWS_A_LINE", 2)
    rows = [row for number in range(5) for row in order_rows(Name=f"#{number}", Id=str(number))]
    orders = write_csv(tmp_path / "orders.csv", rows)
    assert run(shop, "orders", orders, "--store", "acme")[2] == "2 rows read\n4 rows read\n"

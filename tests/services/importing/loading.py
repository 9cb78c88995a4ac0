"""Write rows as an export file and import it into the store `acme`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.services.importing import Report, import_orders, import_products
from tests.services.importing.files import NOW, PRODUCT_COLUMNS, SHIRT, write_csv, write_snapshot

EXPORTED = NOW - timedelta(hours=2)


@dataclass(frozen=True)
class ProductLoader:
    """Call it with the rows of a product export; `exported` is when the file was written."""

    path: Path

    def __call__(self, *rows: Mapping[str, str], exported: datetime = EXPORTED) -> Report:
        write_csv(self.path, rows, PRODUCT_COLUMNS)
        os.utime(self.path, (exported.timestamp(), exported.timestamp()))
        return import_products("acme", self.path, now=NOW)


@dataclass(frozen=True)
class OrderLoader:
    """Call it with orders of an order export, each the rows that `files.order_rows` makes."""

    path: Path

    def __call__(self, *orders: list[dict[str, str]], shift_dates: bool = False) -> Report:
        write_csv(self.path, [row for rows in orders for row in rows])
        return import_orders("acme", self.path, now=NOW, shift_dates=shift_dates)

    def snapshot(self, *orders: Any, shift_dates: bool = False) -> Report:
        """The same for orders of an Optoro snapshot."""
        path = write_snapshot(self.path.with_suffix(".json"), *orders)
        return import_orders("acme", path, now=NOW, shift_dates=shift_dates)


def shirt(size: str, **cells: str) -> dict[str, str]:
    """A variant of the shirt; cells are named with spaces written as underscores."""
    return SHIRT | {"Option1 Value": size} | {name.replace("_", " "): text for name, text in cells.items()}


def counts(report: Report) -> tuple[int, int, int, int]:
    """New, changed, unchanged, refused."""
    return report.new, report.changed, report.unchanged, report.refused

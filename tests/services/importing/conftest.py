"""Loaders of export files into the store `acme`: on SQLite, unless a test module asks for both."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.importing.loading import OrderLoader, ProductLoader


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """How a file is read is the same on every engine; `test_both_databases` has what may differ."""
    return sqlite_database_url


@pytest.fixture
def load_products(acme: int, tmp_path: Path) -> ProductLoader:
    return ProductLoader(tmp_path / "products.csv")


@pytest.fixture
def load_orders(acme: int, tmp_path: Path) -> OrderLoader:
    return OrderLoader(tmp_path / "orders.csv")

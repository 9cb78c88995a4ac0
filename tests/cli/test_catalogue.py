"""`catalogue set`: what it changes, refuses and writes down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.models import AuditEntry, Variant, db, store_scope
from app.services import audit
from tests.factories import make_product, make_store

SKU = "RIDGE-PARKA-NAVY-L"


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def store(app: Flask) -> int:
    with app.app_context():
        store_id = make_store()
        with store_scope(store_id):
            make_product(store_id)
        db.session.remove()
    return store_id


def run(app: Flask, *fields: str, slug: str = "acme", sku: str = SKU) -> Result:
    return app.test_cli_runner().invoke(args=["catalogue", "set", slug, sku, *fields])


def variant(app: Flask, store_id: int) -> Variant:
    with app.app_context(), store_scope(store_id):
        return db.session.scalars(select(Variant).where(Variant.sku == SKU)).one()


def test_a_variant_is_changed_and_it_is_written_down(app: Flask, store: int) -> None:
    done = run(app, "price=149.50", "stock=12", "backorder=true", "active=false")

    assert done.exit_code == 0, done.output
    assert "price: 12900 → 14950" in done.output
    changed = variant(app, store)
    assert (changed.price, changed.stock, changed.backorder, changed.active) == (14950, 12, True, False)
    with app.app_context(), store_scope(store):
        entry = db.session.scalars(select(AuditEntry)).one()
        assert (entry.act, entry.actor) == ("variant changed", "operator")
        assert audit.verify(f"store:{store}").whole


def test_a_stock_that_is_set_counts_as_read_now_even_if_it_is_the_same(app: Flask, store: int) -> None:
    assert "Nothing to change" in run(app, "stock=5").output
    read_at = variant(app, store).stock_read_at
    assert read_at is not None
    assert datetime.now(UTC) - read_at < timedelta(minutes=1)
    assert run(app, "price=129").exit_code == 0
    assert variant(app, store).stock_read_at == read_at


def test_untracked_is_always_available(app: Flask, store: int) -> None:
    assert "stock: 5 → untracked" in run(app, "stock=untracked").output
    assert variant(app, store).stock is None


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("price=-1", "price must be an amount"),
        ("price=1.005", "price must be an amount"),
        ("price=x", "price must be an amount"),
        ("stock=-1", "stock must be a whole number"),
        ("stock=1.5", "stock must be a whole number"),
        ("stock=9999999999", "stock must be a whole number"),
        ("backorder=yes", "backorder must be true or false"),
        ("colour=red", "colour is none of price, stock, backorder, active"),
        ("stock", "FIELD=VALUE"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    app: Flask, store: int, field: str, words: str
) -> None:
    refused = run(app, "active=false", field)
    assert (refused.exit_code, words in refused.stderr) == (2, True), refused.output
    assert variant(app, store).active


@pytest.mark.parametrize("where", [{"sku": "NO-SUCH"}, {"slug": "nobody"}])
def test_what_is_not_there_is_said(app: Flask, store: int, where: dict[str, str]) -> None:
    refused = run(app, "stock=1", **where)
    assert refused.exit_code == 2
    assert "There is no store" in refused.stderr or "no variant with the SKU" in refused.stderr

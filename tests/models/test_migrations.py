"""The migrations: up, down, and no difference between them and the rows, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect, text

from app import Settings, create_app
from app.models import Base, Exchange, Replacement, ReturnItem, db, store_scope
from app.services.moving import ask_for_attention
from tests.factories import NOW, Bought, line_ids, make_order, make_product, make_store

VERSIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"


@pytest.fixture
def empty(empty_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without a table."""
    app = create_app(Settings.from_environ({"DATABASE_URL": empty_database_url, "VAR_DIR": str(tmp_path)}))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


@pytest.mark.usefixtures("empty")
def test_up_makes_every_table_and_down_takes_all_away() -> None:
    flask_migrate.upgrade()
    assert tables() == set(Base.metadata.tables)
    flask_migrate.downgrade(revision="base")
    assert tables() == set()


@pytest.mark.usefixtures("empty")
def test_rows_and_migrations_say_the_same() -> None:
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.usefixtures("empty")
def test_every_single_step_goes_down_and_up_again() -> None:
    flask_migrate.upgrade()
    for _ in numbers():
        flask_migrate.downgrade()
    assert tables() == set()
    flask_migrate.upgrade()
    assert tables() == set(Base.metadata.tables)


@pytest.mark.usefixtures("empty")
def test_a_changed_table_loses_no_row_that_refers_to_it() -> None:
    """SQLite copies a changed table: what refers to the old one stays. Down keeps one part a line."""
    flask_migrate.upgrade()
    store_id = make_store()
    with store_scope(store_id):
        variants = make_product(store_id)
        order_id = make_order(store_id, Bought(variants["Navy / M"], quantity=2))
        (line_id,) = line_ids(order_id)
        exchange = Exchange(
            public_id="x", store_id=store_id, order_id=order_id, created_at=NOW, updated_at=NOW
        )
        for position in range(2):
            exchange.items.append(part(store_id, line_id, position, variants["Navy / L"]))
        db.session.add(exchange)
        db.session.commit()
        first = exchange.items[0].id
    flask_migrate.downgrade(revision="0009")
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT id FROM return_item")).scalars().all() == [first]
        assert connection.execute(text("SELECT item_id FROM replacement")).scalars().all() == [first]


@pytest.mark.usefixtures("empty")
def test_what_was_flagged_stays_flagged() -> None:
    flask_migrate.upgrade()
    store_id = make_store()
    with store_scope(store_id):
        order_id = make_order(store_id, Bought())
        exchange = Exchange(
            public_id="x", store_id=store_id, order_id=order_id, created_at=NOW, updated_at=NOW
        )
        db.session.add(exchange)
        db.session.flush()
        ask_for_attention(exchange, "Look there.", "worker", NOW)
        db.session.commit()
    flask_migrate.downgrade(revision="0024")
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT attention FROM exchange")).scalar() == "Look there."
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        (flag,) = connection.execute(text("SELECT store_id, words, settled_at FROM exchange_flag")).all()
    assert tuple(flag) == (store_id, "Look there.", None)


def part(store_id: int, line_id: int, position: int, variant_id: int) -> ReturnItem:
    return ReturnItem(
        store_id=store_id,
        line_item_id=line_id,
        position=position,
        quantity=1,
        first_chosen_on=NOW.date(),
        replacements=[Replacement(store_id=store_id, variant_id=variant_id, quantity=1)],
    )


def test_migrations_are_numbered_without_a_gap_and_named() -> None:
    assert numbers() == [f"{number:04d}" for number in range(1, len(numbers()) + 1)]


def numbers() -> list[str]:
    names = sorted(path.name for path in VERSIONS.glob("*.py"))
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name) for name in names), names
    return [name[:4] for name in names]

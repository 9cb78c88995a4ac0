"""Orders and exchanges that were stored before there were search keys are found after the migration too."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import delete, select, text

from app import Settings, create_app
from app.domain.search_words import asked
from app.models import Exchange, LineItem, Order, SearchKey, db, store_scope
from app.queries.search import found_orders
from tests.factories import NOW, Bought, make_order, make_store

VERSIONS = Path(__file__).parents[2] / "migrations/versions"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    made: str = request.getfixturevalue(f"{request.param}_database_url")
    return made


def test_what_was_there_before_is_found(database_url: str, tmp_path: Path) -> None:
    (migration,) = VERSIONS.glob("*_search_keys.py")
    number = migration.name.partition("_")[0]
    app = create_app(Settings.from_environ({"DATABASE_URL": database_url, "VAR_DIR": str(tmp_path)}))
    with app.app_context():
        store_id = make_store()
        with store_scope(store_id):
            order_id = make_order(store_id, Bought(title="Parka"), number="NW-70021", phone="541 555")
            db.session.add(
                Exchange(
                    store_id=store_id,
                    public_id="x",
                    order_id=order_id,
                    reference="EX-7K3M9Q",
                    created_at=NOW,
                    updated_at=NOW,
                )
            )
            db.session.execute(delete(SearchKey))
            db.session.commit()
        db.session.remove()
        flask_migrate.downgrade(revision=f"{int(number) - 1:04d}")
        with db.engine.connect() as connection, pytest.raises(Exception, match="search_key"):
            connection.execute(text("SELECT 1 FROM search_key"))
        flask_migrate.upgrade()
        with store_scope(store_id):
            for typed in ("nw-700", "70021", "ada@ex", "moss", "541555", "sku-0", "ex7k3", "7k3m"):
                assert [order.id for order in found_orders(asked(typed)).orders] == [order_id], typed
            assert len(set(db.session.scalars(select(SearchKey.order_id)))) == 1
        db.session.remove()
        db.engine.dispose()


def test_numbers_of_single_units_are_found(database_url: str, tmp_path: Path) -> None:
    (migration,) = VERSIONS.glob("*_numbers_of_units.py")
    number = migration.name.partition("_")[0]
    app = create_app(Settings.from_environ({"DATABASE_URL": database_url, "VAR_DIR": str(tmp_path)}))
    with app.app_context():
        store_id = make_store()
        with store_scope(store_id):
            first = make_order(store_id, Bought(title="Parka"), number="NW-70021")
            made = make_order(
                store_id, Bought(title="Parka", quantity=2), number="ord_1", platform_id="ord_1"
            )
            db.session.get_one(Order, made).parent_id = first
            db.session.scalars(select(LineItem).where(LineItem.order_id == made)).one().platform_orders = [
                "ord_1",
                "ord_2",
            ]
            db.session.add(
                Exchange(
                    store_id=store_id,
                    public_id="x",
                    order_id=first,
                    reference="EX-7K3M9Q",
                    platform_order="ord_1",
                    created_at=NOW,
                    updated_at=NOW,
                )
            )
            db.session.commit()
            assert not found_orders(asked("ord_2")).orders
        db.session.remove()
        flask_migrate.downgrade(revision=f"{int(number) - 1:04d}")
        flask_migrate.upgrade()
        with store_scope(store_id):
            assert {order.id for order in found_orders(asked("ord_2")).orders} == {first, made}
            keys = select(SearchKey.order_id, SearchKey.key)
            found = db.session.execute(keys.where(SearchKey.key.in_(["ord1", "ord2"]))).all()
            assert len(found) == len(set(found)) == 4
        db.session.remove()
        db.engine.dispose()

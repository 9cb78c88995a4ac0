"""PostgreSQL databases that tests borrow: empty for the next one, and never one that was altered."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from sqlalchemy import URL, create_engine, text
from sqlalchemy.exc import DBAPIError

from tests.setup.lending import Lending

pytestmark = pytest.mark.postgres

WRITE = "INSERT INTO throttle_try (bucket, place, free_at) VALUES ('look-up', 1, now())"
ALONE = "".join(
    f"ALTER TABLE movement DROP CONSTRAINT IF EXISTS fk_movement_{name};"
    for name in ("exchange_id_exchange", "store_id_store")
)
LINE = (
    "INSERT INTO movement (id, store_id, exchange_id, kind, amount, currency, key, reference, at)"
    " VALUES (1, 1, 1, 'owed', 1, 'USD', 'k', '', now())"
)
NEXT = "SELECT nextval('store_id_seq')"


@pytest.fixture
def lending(postgres_server: URL, _migrated_postgres: URL) -> Iterator[Lending]:
    with contextlib.closing(Lending(postgres_server, _migrated_postgres.database or "")) as lending:
        yield lending


def run(url: URL, statement: str) -> object:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            answer = connection.execute(text(statement))
            return answer.scalar() if answer.returns_rows else None
    finally:
        engine.dispose()


def test_the_next_one_finds_no_row_and_ids_from_the_first(lending: Lending) -> None:
    with lending.borrowed() as first:
        run(first, WRITE)
        assert run(first, NEXT) == 1
    with lending.borrowed() as second:
        assert second == first
        assert run(second, "SELECT count(*) FROM throttle_try") == 0
        assert run(second, NEXT) == 1


def test_the_ledger_is_emptied_too_and_its_lines_stay_again(lending: Lending) -> None:
    with lending.borrowed() as first:
        run(first, ALONE + LINE)
    with lending.borrowed() as second:
        assert second == first
        assert run(second, "SELECT count(*) FROM movement") == 0
        run(second, ALONE + LINE)
        with pytest.raises(DBAPIError, match="never deleted"):
            run(second, "DELETE FROM movement")


def test_two_at_a_time_have_two(lending: Lending) -> None:
    with lending.borrowed() as one, lending.borrowed() as other:
        assert one != other


def test_who_is_still_connected_is_sent_away_and_holds_up_nobody(lending: Lending) -> None:
    with lending.borrowed() as url:
        run(url, WRITE)
        left = create_engine(url).connect()
        left.execute(text("SELECT * FROM throttle_try FOR UPDATE"))
    with lending.borrowed() as again:
        assert run(again, "SELECT count(*) FROM throttle_try") == 0
    left.invalidate()


def test_a_database_that_lacks_a_table_is_not_lent_again(lending: Lending) -> None:
    with lending.borrowed() as first:
        run(first, "DROP TABLE throttle_try")
    with lending.borrowed() as second:
        assert second != first
        assert run(second, "SELECT count(*) FROM throttle_try") == 0

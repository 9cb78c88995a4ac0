"""The PostgreSQL that tests use: databases of their own that are gone afterwards."""

from __future__ import annotations

import pytest
from sqlalchemy import URL, create_engine, text

from tests.setup import postgres


def names(server: URL) -> set[str]:
    engine = create_engine(server)
    with engine.connect() as connection:
        found = set(connection.scalars(text("SELECT datname FROM pg_database")))
    engine.dispose()
    return found


@pytest.mark.postgres
def test_a_database_lives_as_long_as_its_test(postgres_server: URL) -> None:
    with postgres.fresh_database(postgres_server) as url:
        assert url.database in names(postgres_server)
        assert postgres.answers(url)
    assert url.database not in names(postgres_server)


@pytest.mark.postgres
def test_a_server_of_our_own_starts_and_stops() -> None:
    programs = postgres.server_programs()
    if programs is None:
        pytest.skip("the PostgreSQL server programs are not installed")
    with postgres.own_server(programs) as url:
        assert postgres.answers(url)
    assert not postgres.answers(url)

"""A storage for `limits` over our own table, so that a throttle holds across processes and machines.

`limits` ships memory, Redis, memcached and MongoDB; the first counts per process, the others are one
more thing to run. This one keeps a moving window: a bucket has as many numbered places as tries are
allowed, a try takes a free place, and the place is free again when the window has passed over it.
One statement takes a place, so two tries never share one, on SQLite and PostgreSQL alike.
Fixed windows are not offered: at their seam they let twice the tries through.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from limits.storage import MovingWindowSupport, Storage
from sqlalchemy import Connection, Engine, Transaction, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from app.models import ThrottleTry

SWEPT_AT_ONCE = 200


class TableStorage(Storage, MovingWindowSupport):
    """Places in `throttle_try`. Trouble with the database is raised as limits.errors.StorageError.

    It opens connections of its own: a try must count whatever becomes of the caller's transaction.
    `clock` tells seconds since 1970, as everywhere in `limits`.
    """

    STORAGE_SCHEME = None  # handed over as an object, never looked up by address

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        super().__init__(wrap_exceptions=True)
        self._engine = engine
        self._clock = clock
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Take `amount` places of `limit` for `expiry` seconds; all or none."""
        with self._writing() as (connection, transaction):
            taken = set(connection.scalars(select(ThrottleTry.place).where(*self._live(key))))
            wanted = amount
            for place in range(limit):
                if wanted and place not in taken:
                    wanted -= self._take(connection, key, place, expiry)
            if wanted:
                transaction.rollback()
        if not wanted:
            self._sweep()
        return not wanted

    def release_entry(self, key: str) -> None:
        """Give the place taken last back: the try did no harm."""
        with self._writing() as (connection, _):
            last = (
                select(ThrottleTry.place)
                .where(*self._live(key))
                .order_by(ThrottleTry.free_at.desc(), ThrottleTry.place.desc())
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            place = connection.scalar(last)
            if place is not None:
                connection.execute(
                    delete(ThrottleTry).where(ThrottleTry.bucket == key, ThrottleTry.place == place)
                )

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002
        """When the oldest try in the window was made, and how many there are."""
        with self._engine.connect() as connection:
            query = select(func.min(ThrottleTry.free_at), func.count()).where(*self._live(key))
            first_free, count = connection.execute(query).one()
        return (first_free.timestamp() - expiry if count else self._clock()), count

    def get(self, key: str) -> int:
        """Tries in the window."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).where(*self._live(key))) or 0

    def get_expiry(self, key: str) -> float:
        """When all of the window's tries will be forgotten."""
        with self._engine.connect() as connection:
            last = connection.scalar(select(func.max(ThrottleTry.free_at)).where(*self._live(key)))
        return last.timestamp() if last else self._clock()

    def check(self) -> bool:
        try:
            with self._engine.connect() as connection:
                connection.execute(select(ThrottleTry.place).limit(1))
        except SQLAlchemyError:
            return False
        return True

    def clear(self, key: str) -> None:
        with self._writing() as (connection, _):
            connection.execute(delete(ThrottleTry).where(ThrottleTry.bucket == key))

    def reset(self) -> int | None:
        with self._writing() as (connection, _):
            return connection.execute(delete(ThrottleTry)).rowcount

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        raise NotImplementedError("this storage keeps moving windows only")

    @contextmanager
    def _writing(self) -> Iterator[tuple[Connection, Transaction]]:
        writer = self._engine.execution_options(writes=True)
        with writer.connect() as connection, connection.begin() as transaction:
            yield connection, transaction

    def _take(self, connection: Connection, key: str, place: int, expiry: int) -> int:
        """1 if the place was free and is now ours. Waits for another taker, then looks again."""
        now = self._now()
        row: dict[str, Any] = {"bucket": key, "place": place, "free_at": now + timedelta(seconds=expiry)}
        statement = self._insert(ThrottleTry).values(row)
        statement = statement.on_conflict_do_update(
            index_elements=[ThrottleTry.bucket, ThrottleTry.place],
            set_={"free_at": statement.excluded.free_at},
            where=ThrottleTry.free_at <= now,
        )
        return len(connection.execute(statement.returning(ThrottleTry.place)).all())

    def _sweep(self) -> None:
        """Remove some tries that are over, so that the table stays as small as the trouble of today."""
        with self._writing() as (connection, _):
            old = (
                select(ThrottleTry.bucket, ThrottleTry.place)
                .where(ThrottleTry.free_at <= self._now())
                .limit(SWEPT_AT_ONCE)
                .with_for_update(skip_locked=True)
            )
            for bucket, place in connection.execute(old).all():
                connection.execute(
                    delete(ThrottleTry).where(ThrottleTry.bucket == bucket, ThrottleTry.place == place)
                )

    def _live(self, key: str) -> tuple[Any, ...]:
        return ThrottleTry.bucket == key, ThrottleTry.free_at > self._now()

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)

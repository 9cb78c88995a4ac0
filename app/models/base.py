"""The database: session, column types, and the guard that no query crosses from store to store.

Rows that belong to a store inherit `StoreScoped`. Every ORM query, update and delete on such rows
is narrowed to the store in `session.info["store_id"]`; where none is set the statement is refused
(`UnscopedQuery`), unless it says in so many words that it means all stores:
`execution_options(all_stores=True)`. Refused too is what the narrowing cannot reach, such as a UNION or a
count of no column.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    DateTime,
    Executable,
    ForeignKey,
    Integer,
    MetaData,
    event,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    mapped_column,
    registry,
    with_loader_criteria,
)
from sqlalchemy.sql.visitors import ExternallyTraversible, iterate
from sqlalchemy.types import TypeDecorator


class UnscopedQuery(RuntimeError):
    """A query on rows of a store that does not say which store."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept as UTC also where the database keeps no zone (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table's base, with names for constraints so that migrations can speak of them."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        # Amounts pass 2³¹ quickly where money has many zeros (IDR); SQLite's INTEGER is 64 bits wide.
        type_annotation_map={datetime: UtcDateTime, int: BigInteger().with_variant(Integer, "sqlite")},
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


class StoreScoped:
    """Rows of one store."""

    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)


@contextmanager
def store_scope(store_id: int) -> Iterator[None]:
    """Narrow the current session to one store, and put back what was set before."""
    info = db.session().info
    before = info.get("store_id")
    info["store_id"] = store_id
    try:
        yield
    finally:
        if before is None:
            info.pop("store_id", None)
        else:
            info["store_id"] = before


def _touches_a_store(state: ORMExecuteState) -> bool:
    return any(issubclass(mapper.class_, StoreScoped) for mapper in state.all_mappers)


def _hides_a_store(statement: Executable) -> bool:
    """Whether it speaks of a store's rows where criteria do not reach: in a UNION, in a bare `count`."""
    entities = (
        part._annotations.get("parententity") for part in iterate(cast(ExternallyTraversible, statement))
    )
    mappers = (entity.mapper for entity in entities if entity is not None)
    return any(issubclass(mapper.class_, StoreScoped) for mapper in mappers)


@event.listens_for(Session, "do_orm_execute")
def _narrow_to_store(state: ORMExecuteState) -> None:
    if state.execution_options.get("all_stores") or not (
        state.is_select or state.is_update or state.is_delete
    ):
        return
    if state.is_column_load or state.is_relationship_load:
        return
    if not _touches_a_store(state):
        # Looked through only where it selects no row of any kind: this runs for every statement.
        if not state.all_mappers and _hides_a_store(state.statement):
            raise UnscopedQuery(f"criteria do not reach this; count a column: {state.statement}"[:300])
        return
    store_id: Any = state.session.info.get("store_id")
    if store_id is None:
        raise UnscopedQuery(str(state.statement)[:200])
    state.statement = state.statement.options(
        with_loader_criteria(StoreScoped, lambda cls: cls.store_id == store_id, include_aliases=True)
    )

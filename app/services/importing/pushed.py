"""One order or product that another program sends, stored by the same code as a whole file of them.

The shapes are those of an order snapshot. Everything at fault is told at once, with where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from app.domain.facts import StoreFacts
from app.models import Store, db, store_scope, writing
from app.services.importing.bulk_statements import lock_store
from app.services.importing.cells import Reading
from app.services.importing.optoro_schema import SnapshotOrder, faults_of
from app.services.importing.optoro_snapshot import SnapshotPiece
from app.services.importing.optoro_stream import RawOrder
from app.services.importing.pushed_product import Fault, PushedProduct, faults_in, parsed
from app.services.importing.report import Outcome, Refused
from app.services.importing.writing_orders import write_orders
from app.services.importing.writing_products import write_products

MOST_FAULTS = 50
_PLACE = re.compile(r"([a-z_]+(?:\.(?:[a-z_]+|[0-9]+))*): (.+)", re.DOTALL)  # how the snapshot's checks begin
Model = TypeVar("Model", bound=BaseModel)


class Unusable(Exception):
    """What was sent cannot be stored; `faults` has one sentence for each place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(sentence for _, sentence in faults))
        self.faults = list(faults)[:MOST_FAULTS]


class Result(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Stored:
    """What became of it. `untied_lines` are lines without a product of the catalogue."""

    result: Result
    notes: tuple[str, ...] = ()
    untied_lines: int = 0

    @property
    def created(self) -> bool:
        return self.result is Result.CREATED


def store_order(store_id: int, number: str, data: Any, now: datetime) -> Stored:
    """Store one order, whole or not at all. Raises Unusable."""
    order = _validated(SnapshotOrder, data)
    if order.identifier != number:
        raise Unusable([(("identifier",), f"must be {number}, as in the address")])
    with store_scope(store_id):
        reading = Reading(_facts(store_id), now)
        try:
            read = SnapshotPiece(RawOrder(1, data)).read(reading)
        except Refused as refused:
            raise Unusable([_placed(refused.reason)]) from None
        return _stored(write_orders(store_id, [read]))


def store_product(store_id: int, identifier: str, data: Any, now: datetime) -> Stored:
    """Store one product with all its variants, whole or not at all. Raises Unusable."""
    product = _validated(PushedProduct, data)
    with store_scope(store_id):
        facts = _facts(store_id)
        faults = list(faults_in(product, identifier, facts))
        if "\0" in identifier or not identifier.strip():
            faults.append(((), "the address does not name a product"))
        if faults:
            raise Unusable(faults)
        with writing():
            lock_store(store_id)
            outcome = write_products(store_id, [parsed(product, identifier, facts, now)])
        return _stored(outcome)


def _facts(store_id: int) -> StoreFacts:
    return db.session.get_one(Store, store_id).facts()


def _validated(model: type[Model], data: Any) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise Unusable(faults_of(error)) from None


def _stored(outcome: Outcome) -> Stored:
    if outcome.refusals:
        raise Unusable([_placed(problem.reason) for problem in outcome.refusals])
    result = Result.CREATED if outcome.new else Result.CHANGED if outcome.changed else Result.UNCHANGED
    return Stored(result, tuple(note.reason for note in outcome.notes), outcome.untied_lines)


def _placed(reason: str) -> Fault:
    """ "items.0: two of them …" taken apart; the whole body where a reason names no place."""
    found = _PLACE.fullmatch(reason)
    if not found:
        return (), reason
    parts = (int(part) if part.isdecimal() else part for part in found[1].split("."))
    return tuple(parts), found[2]

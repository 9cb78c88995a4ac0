"""The rows behind claims, locked and read together; whether a claim is still the newest one.

Picking what is due is `app.services.dispatch_claims`. Several claims of one store are read at once, since
reading is most of what a message costs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import contains_eager, selectinload

from app.models import Dispatch, DispatchState, DispatchStep, Exchange, Order, db
from app.services import audit
from app.services.dispatch_claims import Claim
from app.services.moving import chain_of


@dataclass(frozen=True)
class Held:
    """The rows of a claim, locked. `current` tells whether the claim is still the newest one.

    `exchange` is an Exchange, but None for a mail about none, which only `work_mailing` is given.
    """

    claim: Claim
    exchange: Any
    dispatch: Dispatch

    @property
    def current(self) -> bool:
        return self.dispatch.fence == self.claim.fence and self.dispatch.state == DispatchState.WAITING


@dataclass(frozen=True)
class Holding:
    """What could be held of some claims; `locked` is what somebody else holds. What is gone is in neither."""

    held: Mapping[Claim, Held]
    locked: frozenset[Claim]


def hold(claims: Sequence[Claim], *, wait: bool = True) -> Holding:
    """Lock exchange and dispatch of claims of one store, within the caller's transaction.

    Order, exchange, dispatch: the order in which every use case locks them; several orders by their
    numbers, so that no two workers wait for each other. Unless told to `wait`, nobody is waited for. On
    SQLite the one write lock is held already.
    """
    exchanges = _exchanges({claim.exchange_id for claim in claims if claim.exchange_id is not None}, wait)
    free = [claim for claim in claims if claim.exchange_id is None or claim.exchange_id in exchanges]
    found = db.session.scalars(
        select(Dispatch)
        .where(Dispatch.id.in_([claim.dispatch_id for claim in free]))
        .options(selectinload(Dispatch.steps).selectinload(DispatchStep.attempts))
        .with_for_update(skip_locked=not wait)
    )
    dispatches = {dispatch.id: dispatch for dispatch in found}
    held = {
        claim: Held(claim, exchanges.get(claim.exchange_id or 0), dispatches[claim.dispatch_id])
        for claim in free
        if claim.dispatch_id in dispatches
    }
    audit.hold_chains(chain_of(each.exchange) for each in held.values() if each.exchange is not None)
    return Holding(held, _still_there([claim for claim in claims if claim not in held]))


def _exchanges(ids: Collection[int], wait: bool) -> dict[int, Exchange]:
    """The exchanges, their orders locked before them."""
    if not ids:
        return {}
    wanted: ColumnElement[bool] = Exchange.id.in_(ids)
    if db.session.get_bind().dialect.name == "postgresql":
        # Looked up first: as a plain subquery a server without statistics reads it again for every order.
        theirs = select(Exchange.order_id).where(wanted).cte("theirs").prefix_with("MATERIALIZED")
        orders = select(Order.id).where(Order.id.in_(select(theirs.c.order_id)))
        locked = db.session.scalars(orders.order_by(Order.id).with_for_update(skip_locked=not wait)).all()
        wanted &= Exchange.order_id.in_(locked)
    found = db.session.scalars(
        select(Exchange)
        .join(Exchange.order)
        .where(wanted)
        .options(contains_eager(Exchange.order))
        .with_for_update(of=Exchange, skip_locked=not wait)
    )
    return {exchange.id: exchange for exchange in found}


def _still_there(claims: Sequence[Claim]) -> frozenset[Claim]:
    if not claims:
        return frozenset()
    ids = [claim.dispatch_id for claim in claims]
    there = set(db.session.scalars(select(Dispatch.id).where(Dispatch.id.in_(ids))))
    return frozenset(claim for claim in claims if claim.dispatch_id in there)

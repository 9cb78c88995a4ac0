"""The rows behind claims, locked and read together; whether a claim is still the newest one.

Picking what is due is `app.services.dispatch_claims`. Several claims of one store are read at once, since
reading is most of what a message costs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
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

    exchange: Any
    dispatch: Dispatch
    current: bool


def hold(claims: Sequence[Claim]) -> Mapping[Claim, Held]:
    """Lock exchange and dispatch of claims of one store, within the caller's transaction.

    What is gone is left out. Order, exchange, dispatch: the order in which every use case locks them;
    several orders by their numbers, so that no two workers wait for each other.
    """
    ids = {claim.exchange_id for claim in claims if claim.exchange_id is not None}
    exchanges = _exchanges(ids) if ids else {}
    found = db.session.scalars(
        select(Dispatch)
        .where(Dispatch.id.in_([claim.dispatch_id for claim in claims]))
        .options(selectinload(Dispatch.steps).selectinload(DispatchStep.attempts))
        .with_for_update()
    )
    dispatches = {dispatch.id: dispatch for dispatch in found}
    audit.hold_chains(chain_of(exchange) for exchange in exchanges.values())
    return {
        claim: _held(claim, dispatches[claim.dispatch_id], exchanges.get(claim.exchange_id or 0))
        for claim in claims
        if claim.dispatch_id in dispatches and (claim.exchange_id is None or claim.exchange_id in exchanges)
    }


def _exchanges(ids: Collection[int]) -> dict[int, Exchange]:
    """The exchanges, their orders locked before them. On SQLite the one write lock is held already."""
    if db.session.get_bind().dialect.name == "postgresql":
        orders = select(Exchange.order_id).where(Exchange.id.in_(ids))
        db.session.execute(select(Order.id).where(Order.id.in_(orders)).order_by(Order.id).with_for_update())
    found = db.session.scalars(
        select(Exchange)
        .join(Exchange.order)
        .where(Exchange.id.in_(ids))
        .options(contains_eager(Exchange.order))
        .with_for_update(of=Exchange)
    )
    return {exchange.id: exchange for exchange in found}


def _held(claim: Claim, dispatch: Dispatch, exchange: Exchange | None) -> Held:
    current = dispatch.fence == claim.fence and dispatch.state == DispatchState.WAITING
    return Held(exchange, dispatch, current)

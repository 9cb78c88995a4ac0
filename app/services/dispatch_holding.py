"""The rows behind claims, locked and read together; whether a claim is still the newest one.

Picking what is due is `app.services.dispatch_claims`. Several claims of one store are read at once, since
reading is most of what a message costs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, selectinload

from app.models import Dispatch, DispatchState, DispatchStep, Exchange, Order, db
from app.services import audit
from app.services.dispatch_claims import Claim
from app.services.moving import chain_of


@dataclass(frozen=True)
class Held:
    """The rows of a claim, locked. `current` tells whether the claim is still the newest one."""

    exchange: Exchange
    dispatch: Dispatch
    current: bool


def hold(claims: Sequence[Claim]) -> Mapping[Claim, Held]:
    """Lock exchange and dispatch of claims of one store, within the caller's transaction.

    What is gone is left out. Order, exchange, dispatch: the order in which every use case locks them;
    several orders by their numbers, so that no two workers wait for each other.
    """
    _lock_orders(claims)
    found = db.session.execute(
        select(Dispatch, Exchange)
        .join(Exchange, Exchange.id == Dispatch.exchange_id)
        .join(Exchange.order)
        .where(Dispatch.id.in_([claim.dispatch_id for claim in claims]))
        .options(
            contains_eager(Exchange.order),
            selectinload(Dispatch.steps).selectinload(DispatchStep.attempts),
        )
        .with_for_update(of=[Exchange, Dispatch])
    )
    rows = {dispatch.id: (dispatch, exchange) for dispatch, exchange in found}
    audit.hold_chains(chain_of(exchange) for _, exchange in rows.values())
    return {claim: _held(claim, *rows[claim.dispatch_id]) for claim in claims if claim.dispatch_id in rows}


def _lock_orders(claims: Sequence[Claim]) -> None:
    """On SQLite the one write lock is held already (`writing`)."""
    if db.session.get_bind().dialect.name != "postgresql":
        return
    wanted = select(Exchange.order_id).where(Exchange.id.in_([claim.exchange_id for claim in claims]))
    db.session.execute(select(Order.id).where(Order.id.in_(wanted)).order_by(Order.id).with_for_update())


def _held(claim: Claim, dispatch: Dispatch, exchange: Exchange) -> Held:
    current = dispatch.fence == claim.fence and dispatch.state == DispatchState.WAITING
    return Held(exchange, dispatch, current)

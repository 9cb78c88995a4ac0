"""An agent cancels an exchange that was placed already: the platform is asked to, or has been by hand.

The exchange stays placed until the platform says yes. Said twice it is asked once.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.connectors.base import Cancels
from app.domain.exchange_status import Status
from app.models import Dispatch, DispatchState, Exchange, Order, Purpose, db, writing
from app.services import audit
from app.services.agent_decisions import CannotDecide, Decision
from app.services.cancelled_placed import end_placed, why_not_cancelled
from app.services.connector_settings import Connections
from app.services.moving import chain_of, withdraw_attention
from app.services.platform_work import follow_up, system_of


def cancel_placed(connections: Connections, exchange_id: int, decision: Decision, now: datetime) -> None:
    """Ask the platform to take it back. Raises CannotDecide."""
    with writing():
        exchange = _open_to_it(exchange_id)
        if exchange.state is Status.CANCELLED:
            return
        system = system_of(exchange)
        kind = connections.platforms.get(system or "")
        if kind is None or not issubclass(kind, Cancels):
            raise CannotDecide(
                f"{system or 'Its platform'} takes nothing back by itself."
                " Cancel the order there, then say here that this is done."
            )
        dispatch = follow_up(exchange, Purpose.CANCEL, now)
        _note(exchange, decision, now)
        if dispatch.state in (DispatchState.FAILED, DispatchState.UNKNOWN):
            _ask_again(exchange, dispatch, decision.by, now)
        audit.record(chain_of(exchange), decision.by, "cancelling", {"at": system}, now)


def cancelled_by_hand(exchange_id: int, decision: Decision, now: datetime) -> None:
    """Somebody cancelled its order at the platform: end it here too. Raises CannotDecide."""
    with writing():
        exchange = _open_to_it(exchange_id)
        if exchange.state is Status.CANCELLED:
            return
        _note(exchange, decision, now)
        end_placed(exchange, decision.by, now, system_of(exchange) or "")


def cancellation_of(exchange_id: int) -> Dispatch | None:
    """The message that asks the platform to take the exchange back, None while there is none."""
    wanted = Dispatch.exchange_id == exchange_id, Dispatch.purpose == Purpose.CANCEL
    return db.session.scalar(select(Dispatch).where(*wanted))


def _open_to_it(exchange_id: int) -> Exchange:
    exchange = db.session.get_one(Exchange, exchange_id)
    db.session.execute(select(Order.id).where(Order.id == exchange.order_id).with_for_update())
    db.session.refresh(exchange, with_for_update=True)
    trouble = "" if exchange.state is Status.CANCELLED else why_not_cancelled(exchange)
    if trouble:
        raise CannotDecide(trouble)
    return exchange


def _note(exchange: Exchange, decision: Decision, now: datetime) -> None:
    exchange.decided_at = now
    exchange.decided_by, exchange.decision_reason = decision.by, decision.reason


def _ask_again(exchange: Exchange, dispatch: Dispatch, by: str, now: datetime) -> None:
    """From the beginning: what was seen the last time may have changed since."""
    withdraw_attention(exchange, dispatch.last_error or "", by, now)
    dispatch.ask_anew()
    dispatch.state, dispatch.due_at = DispatchState.WAITING, now
    dispatch.finished_at = dispatch.last_error = dispatch.first_tried_at = dispatch.result = None
    dispatch.tries = 0

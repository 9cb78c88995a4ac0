"""An agent cancels an exchange that was placed already: the platform is asked to, or has been by hand.

The exchange stays placed until the platform says yes. Said twice it is asked once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from app.connectors.follow_ups import Cancels
from app.connectors.registry import PLATFORMS
from app.domain.exchange_status import Status
from app.models import Dispatch, DispatchState, Exchange, Purpose, writing
from app.services import audit
from app.services.agent_decisions import CannotDecide, Decision, note_decision, settled_by
from app.services.cancelled_placed import end_placed, why_not_cancelled
from app.services.connector_settings import Connections
from app.services.dispatch_endings import due_again
from app.services.locking import locked_exchange
from app.services.moving import chain_of
from app.services.owed_cards import may_be_given_away
from app.services.platform_work import follow_up, system_of
from app.services.second_person import worth_of
from app.services.waiting_for import waits_for


class TakingBack(StrEnum):
    """How a placed exchange can be cancelled: the platform is asked, or was by hand; or it is asked now."""

    ASKED = "asked"
    BY_HAND = "by_hand"
    UNDER_WAY = "under_way"


def cancel_placed(connections: Connections, exchange_id: int, decision: Decision, now: datetime) -> None:
    """Ask the platform to take it back; nothing happens while it is being asked. Raises CannotDecide."""
    with writing():
        exchange = _open_to_it(exchange_id)
        if exchange.state is Status.CANCELLED or waits_for(exchange, Purpose.CANCEL):
            return
        system = system_of(exchange)
        kind = connections.platforms.get(system or "")
        if kind is None or not issubclass(kind, Cancels):
            raise CannotDecide(
                f"{system or 'Its platform'} takes nothing back by itself."
                " Cancel the order there, then say here that this is done."
            )
        noted = settled_by(exchange, decision.person, worth_of(exchange))
        dispatch = follow_up(exchange, Purpose.CANCEL, now)
        note_decision(exchange, decision, "cancelling", now)
        if dispatch.state in (DispatchState.FAILED, DispatchState.UNKNOWN):
            due_again(exchange, dispatch, decision.by, now)
        audit.record(chain_of(exchange), decision.by, "cancelling", {"at": system} | noted, now)


def cancelled_by_hand(exchange_id: int, decision: Decision, now: datetime) -> None:
    """Somebody cancelled its order at the platform: end it here too. Raises CannotDecide."""
    with writing():
        exchange = _open_to_it(exchange_id)
        if exchange.state is Status.CANCELLED:
            return
        noted = settled_by(exchange, decision.person, worth_of(exchange))
        note_decision(exchange, decision, "cancelled by hand", now)
        end_placed(exchange, decision.by, now, system_of(exchange) or "", noted)


def offered(exchange: Exchange, dispatches: Iterable[Dispatch]) -> TakingBack | None:
    """What a page may offer for an exchange with these messages; None where it is not to be cancelled so."""
    systems = {each.purpose: each for each in dispatches}
    placed, cancel = systems.get(Purpose.PLACE), systems.get(Purpose.CANCEL)
    late = exchange.parcel_received_at is not None or may_be_given_away(exchange)
    if exchange.state is not Status.PLACED or placed is None or late:
        return None
    if cancel is not None and cancel.state == DispatchState.WAITING:
        return TakingBack.UNDER_WAY
    kind = PLATFORMS.get(placed.system)
    return TakingBack.ASKED if kind is not None and issubclass(kind, Cancels) else TakingBack.BY_HAND


def _open_to_it(exchange_id: int) -> Exchange:
    exchange = locked_exchange(exchange_id)
    trouble = "" if exchange.state is Status.CANCELLED else why_not_cancelled(exchange)
    if trouble:
        raise CannotDecide(trouble)
    return exchange

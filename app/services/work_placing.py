"""Placing an exchange: what each ending of its dispatch means for the exchange.

Whatever may have reached the platform is never sent again by itself where a repeat could place it twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.connectors.base import Done, OrderPlacer, Placed
from app.domain.exchange_order import ExchangeOrder
from app.domain.exchange_status import Status
from app.domain.retry_policy import PATIENT, Patience
from app.models import Dispatch, DispatchState, Exchange
from app.services.connected_systems import placing_system
from app.services.connector_settings import Connections, placer_for
from app.services.dispatch_endings import ACTOR, fail, finish, pass_over, wait_for_a_connector
from app.services.gift_cards import give_card
from app.services.moving import ask_for_attention, move_exchange, withdraw_attention
from app.services.owing import UNPAID, owes_before_placing
from app.services.placed_orders import record_placed
from app.services.platform_books import can_be_read
from app.services.platform_work import waits_its_turn
from app.services.reporting import PART, enqueue_reports
from app.services.settling import settle_placed
from app.services.settling_at_platform import settle_if_paid

TO_PLACE = frozenset({Status.SUBMITTED, Status.APPROVED, Status.PLACING})


class Placing:
    """See `app.services.dispatch_work.Work`."""

    patience: Patience = PATIENT

    def read(self, data: Mapping[str, Any]) -> ExchangeOrder:
        return ExchangeOrder.from_data(data)

    def connector(self, connections: Connections, dispatch: Dispatch) -> OrderPlacer:
        dispatch.system = dispatch.system or placing_system() or ""
        return placer_for(connections, dispatch.system)

    def begins(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> bool:
        """Move the exchange into placing; end the dispatch where the exchange is elsewhere."""
        if exchange.state in TO_PLACE and waits_its_turn(exchange, dispatch, now):
            return False
        if exchange.state is Status.SUBMITTED:
            move_exchange(exchange, Status.APPROVED, ACTOR, now)
        if exchange.state is Status.APPROVED:
            move_exchange(exchange, Status.PLACING, ACTOR, now)
        if exchange.state is Status.PLACING:
            return self._is_paid_for(exchange, dispatch, now)
        pass_over(exchange, dispatch, now)
        return False

    def _is_paid_for(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> bool:
        """Nothing is placed while an amount is owed that the shopper pays first; what has left has left."""
        if dispatch.steps or not owes_before_placing(exchange):
            return True
        self.refused(exchange, dispatch, UNPAID, now)
        return False

    def unconnected(
        self, exchange: Exchange, dispatch: Dispatch, problem: Exception, _draw: float, now: datetime
    ) -> None:
        wait_for_a_connector(exchange, dispatch, f"Cannot be placed yet: {problem}.", now)

    def got_through(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> None:
        withdraw_attention(exchange, dispatch.last_error or "", ACTOR, now)

    def done(self, exchange: Exchange, dispatch: Dispatch, following: Done, now: datetime) -> None:
        placed = following.result
        if not isinstance(placed, Placed):
            raise TypeError(f"{dispatch.system} is no platform")
        result: dict[str, Any] = {"order": placed.order}
        if placed.part:
            result[PART] = placed.part.to_data()
        finish(dispatch, DispatchState.DELIVERED, now, placed.doubt or None, result)
        if can_be_read(dispatch.system):
            exchange.compare_at = exchange.compare_at or now
        take_placed(exchange, self.read(dispatch.message), placed, ACTOR, now)

    def refused(self, exchange: Exchange, dispatch: Dispatch, reason: str, now: datetime) -> None:
        """A definite no: nothing was placed, and a person decides what becomes of the exchange."""
        fail(exchange, dispatch, reason, now)
        if exchange.state is Status.PLACING:
            move_exchange(exchange, Status.IN_REVIEW, ACTOR, now, {"dispatch": dispatch.id})

    def ran_out(self, exchange: Exchange, dispatch: Dispatch, last: str, now: datetime) -> None:
        """No try got through for days. The exchange stays as it is: an earlier try may have been heard."""
        fail(exchange, dispatch, f"Given up after {dispatch.tries} tries; the last: {last}.", now)

    def unknown(self, exchange: Exchange, dispatch: Dispatch, reason: str, now: datetime) -> None:
        """It may have been placed or not, and asking again could place it twice."""
        sentence = f"{reason} Look at the platform whether the order exists before anything is sent again."
        finish(dispatch, DispatchState.UNKNOWN, now, sentence)
        ask_for_attention(exchange, sentence, ACTOR, now)

    def fault(self, exchange: Exchange, reason: str, now: datetime) -> None:
        ask_for_attention(exchange, reason, ACTOR, now)


def take_placed(
    exchange: Exchange, message: ExchangeOrder, placed: Placed, actor: str, now: datetime
) -> None:
    """Take the platform's yes down, and tell everybody who listens, within the caller's transaction."""
    record_placed(exchange, message, placed, actor, now)
    if exchange.state is Status.PLACED:
        settle_placed(exchange, placed, now)
        settle_if_paid(exchange, now)
        enqueue_reports(exchange, message, now, placed.part)
        if placed.part is None:  # else a person decides what becomes of the rest, and of the card
            give_card(exchange, now)

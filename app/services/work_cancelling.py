"""Taking a placed exchange back at its platform: only when that says yes is the exchange cancelled here.

Where it cannot end here any more by then, such as with its parcel back, the yes is kept and a person decides.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from app.connectors.base import Done
from app.connectors.follow_ups import Cancellation, Cancels
from app.connectors.results import Told
from app.domain.exchange_status import ENDED_WITHOUT_PLACING, PLACED_ONCE
from app.models import Dispatch, DispatchState, Exchange
from app.services.cancelled_placed import why_not_cancelled
from app.services.cancelled_there import take_cancelled
from app.services.connector_settings import Connections, NotConnected, placer_for
from app.services.dispatch_endings import ACTOR, fail, finish
from app.services.platform_work import PlatformWork


class Cancelling(PlatformWork):
    """See `app.services.dispatch_work.Work`."""

    what: ClassVar = "Cancelling"

    def connector(self, connections: Connections, dispatch: Dispatch) -> Cancellation:
        placer = placer_for(connections, dispatch.system)
        if not isinstance(placer, Cancels):
            raise NotConnected(f"{dispatch.system} takes nothing back")
        return Cancellation(placer)

    def begins(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> bool:
        """What was shipped or exchanged in turn meanwhile is not cancelled any more."""
        if exchange.state in ENDED_WITHOUT_PLACING:
            finish(dispatch, DispatchState.CANCELLED, now, f"the exchange is {exchange.status}")
            return False
        trouble = why_not_cancelled(exchange)
        if trouble:
            fail(exchange, dispatch, f"{self.what} came too late: {trouble}", now)
            return False
        return not self.waits_for_others(exchange, dispatch, now)

    def done(self, exchange: Exchange, dispatch: Dispatch, following: Done, now: datetime) -> None:
        if not isinstance(following.result, Told):
            raise TypeError(f"{dispatch.system} took nothing back")
        finish(dispatch, DispatchState.DELIVERED, now, result=following.result.reply)
        if exchange.state in PLACED_ONCE:  # what happened here meanwhile is for a person
            take_cancelled(exchange, exchange.decided_by or ACTOR, now)

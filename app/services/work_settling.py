"""Telling a platform that the difference was paid elsewhere, so that it shows nothing as owed.

When it is queued is `app.services.settling_at_platform`; taking money is `app.services.work_money`.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from app.connectors.base import Done, Told
from app.connectors.follow_ups import Settlement, SettlesAtPlatform
from app.domain.exchange_status import PLACED_ONCE
from app.models import Dispatch, DispatchState, Exchange
from app.services.connector_settings import Connections, NotConnected, placer_for
from app.services.dispatch_endings import finish, pass_over
from app.services.platform_work import NOTED, PlatformWork


class Settling(PlatformWork):
    """See `app.services.dispatch_work.Work`."""

    what: ClassVar = "Marking as paid"

    def connector(self, connections: Connections, dispatch: Dispatch) -> Settlement:
        placer = placer_for(connections, dispatch.system)
        if not isinstance(placer, SettlesAtPlatform):
            raise NotConnected(f"{dispatch.system} need not be told")
        return Settlement(placer, dispatch.message.get(NOTED, {}))

    def begins(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> bool:
        if exchange.state not in PLACED_ONCE:
            pass_over(exchange, dispatch, now)
            return False
        return not self.waits_for_others(exchange, dispatch, now)

    def done(self, _exchange: Exchange, dispatch: Dispatch, following: Done, now: datetime) -> None:
        if not isinstance(following.result, Told):
            raise TypeError(f"{dispatch.system} was not told")
        finish(dispatch, DispatchState.DELIVERED, now, result=following.result.reply)

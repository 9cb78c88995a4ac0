"""Having the platform pay a refund due back, where policy leaves that to it (`refund_by`).

It is queued under the key of the refund at the payment provider, so that there is one of the two and never
both. When it is queued is `app.services.settling`.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from app.connectors.base import Done
from app.connectors.follow_ups import PaysBack, Repayment
from app.connectors.moved import Moved
from app.domain.exchange_status import PLACED_ONCE
from app.domain.flags import FlagKind
from app.models import Dispatch, DispatchState, Exchange, MovementKind
from app.services.connector_settings import Connections, NotConnected, placer_for
from app.services.dispatch_endings import finish, pass_over
from app.services.money_news import tell_paid_back
from app.services.payment_ledger import note_movement
from app.services.payment_moves import ORIGINAL
from app.services.perhaps_done import may_be_done
from app.services.platform_work import AMOUNT, PlatformWork
from app.services.refund_by_hand import end_refund
from app.services.refund_news import tell_of_refund


class PayingBack(PlatformWork):
    """See `app.services.dispatch_work.Work`."""

    what: ClassVar = "Paying back"
    kind: ClassVar = FlagKind.MONEY

    def connector(self, connections: Connections, dispatch: Dispatch) -> Repayment:
        placer = placer_for(connections, dispatch.system)
        if not isinstance(placer, PaysBack):
            raise NotConnected(f"{dispatch.system} pays nothing back")
        return Repayment(placer, dispatch.message[AMOUNT])

    def begins(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> bool:
        if exchange.state not in PLACED_ONCE and not may_be_done(dispatch):
            pass_over(exchange, dispatch, now)
            return False
        return not self.waits_for_others(exchange, dispatch, now)

    def done(self, exchange: Exchange, dispatch: Dispatch, following: Done, now: datetime) -> None:
        moved = following.result
        if not isinstance(moved, Moved):
            raise TypeError(f"{dispatch.system} paid nothing back")
        finish(dispatch, DispatchState.DELIVERED, now, result={"reference": moved.reference})
        kind = MovementKind.REFUNDED
        note_movement(exchange, kind, moved.amount, ORIGINAL, now, reference=moved.reference)
        tell_paid_back(exchange, moved, ORIGINAL, now, dispatch.system)
        tell_of_refund(exchange, moved.amount, ORIGINAL, now)
        end_refund(exchange, now)

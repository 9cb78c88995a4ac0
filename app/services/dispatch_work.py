"""The purposes of dispatches, each with what its endings mean; everything else is the same for all.

One file a purpose: `work_screening`, `work_placing`, `work_reporting`, `work_mailing`, `work_money`. All
methods run within the caller's transaction, and an ending takes the dispatch out of the queue.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from app.connectors.base import Connector, Done
from app.domain.retry_policy import Patience
from app.models import Dispatch, Exchange, Purpose
from app.services.connector_settings import Connections
from app.services.work_cancelling import Cancelling
from app.services.work_issuing import Issuing
from app.services.work_mailing import Mailing
from app.services.work_money import Capturing, Refunding, Voiding
from app.services.work_noticing import Noticing
from app.services.work_paying_back import PayingBack
from app.services.work_placing import Placing
from app.services.work_reporting import Reporting
from app.services.work_screening import Screening
from app.services.work_settling import Settling


class Work(Protocol):
    """What is particular to one purpose."""

    patience: Patience

    def read(self, data: Mapping[str, Any]) -> Any:
        """The stored message."""

    def connector(self, connections: Connections, dispatch: Dispatch) -> Connector[Any]:
        """Whom it goes to. Raises NotConnected, InvalidSettings, WrongKey."""

    def begins(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> bool:
        """Move the exchange to where this is under way; False after ending the dispatch."""

    def unconnected(
        self, exchange: Exchange, dispatch: Dispatch, problem: Exception, draw: float, now: datetime
    ) -> None:
        """There is no connector, or it cannot be made: end it, or be due later."""

    def got_through(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> None:
        """A step was answered: what a person was asked meanwhile has settled itself."""

    def done(self, exchange: Exchange, dispatch: Dispatch, following: Done, now: datetime) -> None:
        """All steps are through."""

    def refused(self, exchange: Exchange, dispatch: Dispatch, reason: str, now: datetime) -> None:
        """A definite no. `reason` is a sentence for an agent."""

    def ran_out(self, exchange: Exchange, dispatch: Dispatch, last: str, now: datetime) -> None:
        """No try got through, and patience has ended."""

    def unknown(self, exchange: Exchange, dispatch: Dispatch, reason: str, now: datetime) -> None:
        """It may have got through or not, and must not be repeated."""

    def fault(self, exchange: Exchange, reason: str, now: datetime) -> None:
        """A fault of this portal is in its way; it is tried again."""


WORK: Mapping[str, Work] = {
    Purpose.SCREEN: Screening(),
    Purpose.PLACE: Placing(),
    Purpose.REPORT: Reporting(),
    Purpose.NOTIFY: Noticing(),
    Purpose.CANCEL: Cancelling(),
    Purpose.SETTLE: Settling(),
    Purpose.PAY_BACK: PayingBack(),
    Purpose.ISSUE: Issuing(),
    Purpose.CAPTURE: Capturing(),
    Purpose.VOID: Voiding(),
    Purpose.REFUND: Refunding(),
    Purpose.MAIL: Mailing(),
}

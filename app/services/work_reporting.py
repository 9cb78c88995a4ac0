"""Telling a listener of a placed exchange: a failure holds up nothing, and a person hears of it at the end.

A listener that the store is connected to no longer is not told and not missed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.connectors.base import Done, Listener
from app.connectors.results import Told
from app.domain.exchange_report import ExchangeReport
from app.domain.retry_policy import PATIENT, Patience
from app.models import Dispatch, DispatchState, Exchange
from app.services.connector_settings import Connections, listener_for
from app.services.dispatch_endings import ACTOR, fail, finish, keep_trying
from app.services.moving import ask_for_attention


class Reporting:
    """See `app.services.dispatch_work.Work`."""

    patience: Patience = PATIENT

    def read(self, data: Mapping[str, Any]) -> ExchangeReport:
        return ExchangeReport.from_data(data)

    def connector(self, connections: Connections, dispatch: Dispatch) -> Listener:
        return listener_for(connections, dispatch.system)

    def begins(self, _exchange: Exchange, _dispatch: Dispatch, _now: datetime) -> bool:
        """What was placed is told, whatever became of it since."""
        return True

    def unconnected(
        self, exchange: Exchange, dispatch: Dispatch, problem: Exception, draw: float, now: datetime
    ) -> None:
        if not keep_trying(dispatch, problem, self.patience, draw, now):
            self.ran_out(exchange, dispatch, str(problem), now)

    def got_through(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> None:
        """Nobody was asked meanwhile, so there is nothing to take back."""

    def done(self, _exchange: Exchange, dispatch: Dispatch, following: Done, now: datetime) -> None:
        if not isinstance(following.result, Told):
            raise TypeError(f"{dispatch.system} is no listener")
        finish(dispatch, DispatchState.DELIVERED, now, result=following.result.reply)

    def refused(self, exchange: Exchange, dispatch: Dispatch, reason: str, now: datetime) -> None:
        fail(exchange, dispatch, f"{dispatch.system} was not told of it: {reason}", now)

    def ran_out(self, exchange: Exchange, dispatch: Dispatch, last: str, now: datetime) -> None:
        tries = f"Given up after {dispatch.tries} tries; the last: {last}."
        fail(exchange, dispatch, f"{dispatch.system} was not told of it. {tries}", now)

    def unknown(self, exchange: Exchange, dispatch: Dispatch, reason: str, now: datetime) -> None:
        sentence = f"{dispatch.system} may or may not have been told of it. {reason}"
        finish(dispatch, DispatchState.UNKNOWN, now, sentence)
        ask_for_attention(exchange, sentence, ACTOR, now)

    def fault(self, _exchange: Exchange, _reason: str, _now: datetime) -> None:
        """It is in the log, and flagged when the tries run out."""

"""Screening an exchange for fraud before it is placed: what each answer means, and what silence means.

A screener that cannot be asked, refuses, or keeps silent has given no usable answer; then the store's
policy (`screening_silence`) says whether a person is asked or the exchange goes on. Nothing goes on
unseen: the dispatch keeps what was said.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.connectors.base import Done, Screener
from app.connectors.results import Advice, Screened
from app.domain.exchange_report import ExchangeReport
from app.domain.exchange_status import Status
from app.domain.policy import ScreeningSilence
from app.domain.retry_policy import BRIEF, Patience
from app.models import Dispatch, DispatchState, Exchange, Store, db
from app.services.agent_decisions import Decision, keep_reason
from app.services.breaker import gave_up_waiting
from app.services.connector_settings import Connections, screener_for
from app.services.dispatch_endings import ACTOR, finish, pass_over
from app.services.moving import ask_for_attention, move_exchange
from app.services.placing import enqueue_placing

DOUBT = "screening"
LONGEST_REASON = 500


class Screening:
    """See `app.services.dispatch_work.Work`."""

    patience: Patience = BRIEF

    def read(self, data: Mapping[str, Any]) -> ExchangeReport:
        return ExchangeReport.from_data(data)

    def connector(self, connections: Connections, dispatch: Dispatch) -> Screener:
        return screener_for(connections, dispatch.system)

    def begins(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> bool:
        if exchange.state is Status.SUBMITTED:
            move_exchange(exchange, Status.SCREENING, ACTOR, now)
        if exchange.state is Status.SCREENING and not gave_up_waiting(dispatch, now):
            return True
        if exchange.state is Status.SCREENING:
            self._silence(exchange, dispatch, "it has not answered for a while", DispatchState.FAILED, now)
            return False
        pass_over(exchange, dispatch, now)
        return False

    def unconnected(
        self, exchange: Exchange, dispatch: Dispatch, problem: Exception, _draw: float, now: datetime
    ) -> None:
        self._silence(exchange, dispatch, f"it cannot be asked: {problem}", DispatchState.FAILED, now)

    def got_through(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> None:
        """Nobody was asked meanwhile, so there is nothing to take back."""

    def done(self, exchange: Exchange, dispatch: Dispatch, following: Done, now: datetime) -> None:
        screened = following.result
        if not isinstance(screened, Screened):
            raise TypeError(f"{dispatch.system} is no screener")
        if screened.advice is Advice.NONE:
            self._silence(exchange, dispatch, screened.words, DispatchState.DELIVERED, now)
            return
        said = {"advice": str(screened.advice), "words": screened.words}
        finish(dispatch, DispatchState.DELIVERED, now, result=said)
        if screened.advice is Advice.ALLOW:
            self._allow(exchange, dispatch, now)
        elif screened.advice is Advice.REVIEW:
            self._review(exchange, dispatch, screened.words or "it advises to look at this exchange", now)
        else:
            self._prevent(exchange, dispatch, screened.words, now)

    def refused(self, exchange: Exchange, dispatch: Dispatch, reason: str, now: datetime) -> None:
        self._silence(exchange, dispatch, reason, DispatchState.FAILED, now)

    def ran_out(self, exchange: Exchange, dispatch: Dispatch, last: str, now: datetime) -> None:
        self._silence(exchange, dispatch, last, DispatchState.FAILED, now)

    def unknown(self, exchange: Exchange, dispatch: Dispatch, reason: str, now: datetime) -> None:
        self._silence(exchange, dispatch, reason, DispatchState.UNKNOWN, now)

    def fault(self, exchange: Exchange, reason: str, now: datetime) -> None:
        ask_for_attention(exchange, reason, ACTOR, now)

    def _silence(
        self, exchange: Exchange, dispatch: Dispatch, why: str, state: DispatchState, now: datetime
    ) -> None:
        words = f"no usable answer ({why.strip().rstrip('.')})"
        finish(dispatch, state, now, words, {"advice": str(Advice.NONE), "words": why})
        policy = db.session.get_one(Store, exchange.store_id).policy
        if policy.screening_silence is ScreeningSilence.ALLOW:
            self._allow(exchange, dispatch, now)
        else:
            self._review(exchange, dispatch, words, now)

    def _allow(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> None:
        move_exchange(exchange, Status.APPROVED, ACTOR, now, {"dispatch": dispatch.id})
        report = self.read(dispatch.message)
        enqueue_placing(exchange, report.order, max(exchange.release_at or now, now), now)

    def _review(self, exchange: Exchange, dispatch: Dispatch, words: str, now: datetime) -> None:
        """An agent decides as on anything that has to be judged; the shopper is not told why."""
        doubt = {
            "code": DOUBT,
            "item": "the whole exchange",
            "agent": f"Fraud screening by {dispatch.system}: {words.rstrip('.')}"[:LONGEST_REASON],
            "shopper": "",
        }
        exchange.doubts = [*exchange.doubts, doubt]
        move_exchange(exchange, Status.IN_REVIEW, ACTOR, now, {"dispatch": dispatch.id, "doubts": [DOUBT]})

    def _prevent(self, exchange: Exchange, dispatch: Dispatch, words: str, now: datetime) -> None:
        """Declined without a person; the reason is for the house alone."""
        reason = f"{dispatch.system} advised against it: {words}"[:LONGEST_REASON]
        exchange.decision_reason = reason
        keep_reason(exchange, Decision(dispatch.system, reason), "declined", now)
        move_exchange(
            exchange, Status.DECLINED, ACTOR, now, {"dispatch": dispatch.id, "screening": "prevent"}
        )

"""Asking the shop's own program for a gift card: what each ending of that means.

The exchange stays placed whatever comes of it; the card stays owed until there is a code, and a person is
asked. A store that took its address away gives the card out of its pool.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from app.connectors.base import Connector, Done
from app.connectors.results import Issued
from app.domain.card_wish import CardWish
from app.domain.flags import FlagKind
from app.domain.retry_policy import PATIENT, Patience
from app.models import Dispatch, DispatchState, Exchange
from app.services.cards_of_the_shop import CodeRefused, take_issued
from app.services.connector_settings import Connections, NotConnected, issuer_for
from app.services.dispatch_endings import ACTOR, finish, postpone, wait_for_a_connector
from app.services.gift_cards import give_owed
from app.services.handing_cards_over import card_of, given_otherwise
from app.services.moving import ask_for_attention, withdraw_attention
from app.services.owed_cards import is_held_back

UNTIL_DECIDED = timedelta(minutes=10)
NOT_GIVEN = "The gift card could not be given"


class Issuing:
    """See `app.services.dispatch_work.Work`."""

    patience: Patience = PATIENT

    def read(self, data: Mapping[str, Any]) -> CardWish:
        return CardWish.from_data(data)

    def connector(self, connections: Connections, dispatch: Dispatch) -> Connector[CardWish]:
        return issuer_for(connections, dispatch.system)

    def begins(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> bool:
        """What was given meanwhile, out of the pool or by a person, is not asked for any more."""
        card = card_of(exchange)
        if card is None or card.code_id is not None or given_otherwise(exchange):
            finish(dispatch, DispatchState.CANCELLED, now, "the card was given by other means")
            return False
        if is_held_back(exchange):
            postpone(dispatch, now + UNTIL_DECIDED, "whether the exchange is cancelled is not decided")
            dispatch.tries, dispatch.first_tried_at = 0, None
            return False
        return True

    def unconnected(
        self, exchange: Exchange, dispatch: Dispatch, problem: Exception, _draw: float, now: datetime
    ) -> None:
        if isinstance(problem, NotConnected):
            finish(dispatch, DispatchState.CANCELLED, now, str(problem))
            give_owed(exchange, now)
        else:
            wait_for_a_connector(exchange, dispatch, f"{NOT_GIVEN} yet: {problem}.", now)

    def got_through(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> None:
        withdraw_attention(exchange, dispatch.last_error or "", ACTOR, now)

    def done(self, exchange: Exchange, dispatch: Dispatch, following: Done, now: datetime) -> None:
        issued = following.result
        if not isinstance(issued, Issued):
            raise TypeError(f"{dispatch.system} made no gift card")
        try:
            take_issued(exchange, issued, now)
        except CodeRefused as refused:
            self.refused(exchange, dispatch, f"{refused}.", now)
        else:
            finish(dispatch, DispatchState.DELIVERED, now, result={"ends_in": issued.tail})

    def refused(self, exchange: Exchange, dispatch: Dispatch, reason: str, now: datetime) -> None:
        self._fail(exchange, dispatch, f"{NOT_GIVEN}. {reason}", now)

    def ran_out(self, exchange: Exchange, dispatch: Dispatch, last: str, now: datetime) -> None:
        tries = f"Given up after {dispatch.tries} tries; the last: {last}."
        self._fail(exchange, dispatch, f"{NOT_GIVEN}. {tries}", now)

    def unknown(self, exchange: Exchange, dispatch: Dispatch, reason: str, now: datetime) -> None:
        self._fail(exchange, dispatch, f"{NOT_GIVEN}. {reason}", now)

    def fault(self, exchange: Exchange, _reason: str, now: datetime) -> None:
        sentence = "A fault of this portal keeps a gift card from being asked for; the worker's log has it."
        ask_for_attention(exchange, sentence, ACTOR, now, FlagKind.CARD)

    def _fail(self, exchange: Exchange, dispatch: Dispatch, sentence: str, now: datetime) -> None:
        finish(dispatch, DispatchState.FAILED, now, sentence)
        ask_for_attention(exchange, dispatch.last_error or sentence, ACTOR, now, FlagKind.CARD)

"""Looking at a platform for news of what it placed: each look is told as news, and then it is due again.

A look that fails is no more than one look less: nobody is asked for it, as goods that nobody sees are chased
in any case. Only the last look is kept as evidence. When there is nothing more to be told it ends.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from app.connectors.base import Done
from app.connectors.follow_ups import Watch, Watches
from app.connectors.seen import Seen
from app.domain.flags import FlagKind
from app.domain.news import News
from app.models import Dispatch, DispatchState, Exchange, db
from app.services.connector_settings import Connections, NotConnected, placer_for
from app.services.dispatch_endings import finish, postpone
from app.services.exchange_news import CannotMark, tell
from app.services.moving import ask_for_attention, withdraw_attention
from app.services.platform_work import NOTED, PlatformWork
from app.services.watching import next_look

TOLD, DOUBT = "told", "doubt"  # in the result: the news that was taken, or refused for good; what was asked
DECIDE = "Look there, and decide what becomes of it."


class Watching(PlatformWork):
    """See `app.services.dispatch_work.Work`."""

    what: ClassVar = "Looking"

    def connector(self, connections: Connections, dispatch: Dispatch) -> Watch:
        placer = placer_for(connections, dispatch.system)
        if not isinstance(placer, Watches) or not placer.watches():
            raise NotConnected(f"{dispatch.system} is not to be looked at")
        return Watch(placer, dispatch.message[NOTED])

    def begins(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> bool:
        """Begin a look anew, unless one is under way; end it where nothing is to come."""
        if next_look(exchange, now) is None:
            finish(dispatch, DispatchState.DELIVERED, now, result=dispatch.result)
            return False
        if dispatch.steps and _is_over(dispatch):
            dispatch.steps.clear()
            db.session.flush()  # the next look's steps have the same positions
        return True

    def unconnected(
        self, exchange: Exchange, dispatch: Dispatch, problem: Exception, _draw: float, now: datetime
    ) -> None:
        self._look_again(exchange, dispatch, str(problem), now)

    def got_through(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> None:
        """Nobody was asked meanwhile, so there is nothing to take back."""

    def done(self, exchange: Exchange, dispatch: Dispatch, following: Done, now: datetime) -> None:
        """What was told by an earlier look is not told again: newer news may have come another way since."""
        if not isinstance(following.result, Seen):
            raise TypeError(f"{dispatch.system} was not looked at")
        known, refused = (dispatch.result or {}).get(TOLD, []), []
        for news in following.result.news:
            if news.to_data() not in known:
                refused += _taken(exchange, news, dispatch.system, now)
        doubt = f"{following.result.doubt} {DECIDE}" if following.result.doubt else ""
        _ask_once(exchange, doubt, (dispatch.result or {}).get(DOUBT, ""), dispatch.system, now)
        dispatch.result = {TOLD: [news.to_data() for news in following.result.news], DOUBT: doubt}
        self._look_again(exchange, dispatch, " ".join(refused), now)

    def refused(self, exchange: Exchange, dispatch: Dispatch, reason: str, now: datetime) -> None:
        self._look_again(exchange, dispatch, reason, now)

    def ran_out(self, exchange: Exchange, dispatch: Dispatch, last: str, now: datetime) -> None:
        self._look_again(exchange, dispatch, last, now)

    def unknown(self, exchange: Exchange, dispatch: Dispatch, reason: str, now: datetime) -> None:
        self._look_again(exchange, dispatch, reason, now)

    def fault(self, _exchange: Exchange, _reason: str, _now: datetime) -> None:
        """It is in the worker's log."""

    def _look_again(self, exchange: Exchange, dispatch: Dispatch, problem: str, now: datetime) -> None:
        due = next_look(exchange, now)
        if due is None:
            finish(dispatch, DispatchState.DELIVERED, now, problem or None, dispatch.result)
            return
        postpone(dispatch, due, problem)
        dispatch.last_error = dispatch.last_error or None
        dispatch.tries, dispatch.first_tried_at = 0, None


def _is_over(dispatch: Dispatch) -> bool:
    """Whether the steps are of an earlier look: it was answered to its end, or given up."""
    given_up = dispatch.tries <= 1 and dispatch.last_error is not None
    return given_up or dispatch.steps[-1].answer_status is not None


def _ask_once(exchange: Exchange, doubt: str, before: str, system: str, now: datetime) -> None:
    """Each look sees it again; what a person has settled stays settled, and what is gone settles itself."""
    if doubt != before:
        withdraw_attention(exchange, before, system, now)
    if doubt and not any(flag.words == doubt for flag in exchange.flags):
        ask_for_attention(exchange, doubt, system, now, FlagKind.PLACED)


def _taken(exchange: Exchange, news: News, system: str, now: datetime) -> list[str]:
    """Tell one piece; why it could not be taken. A clock that is ahead of ours makes no news untrue."""
    told: dict[str, Any] = {"at": min(news.at, now)} if news.at else {}
    try:
        tell(exchange, replace(news, **told), system, now)
    except CannotMark as problem:
        return [str(problem)]
    return []

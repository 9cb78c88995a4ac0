"""Sending a letter: it holds nothing up, and a person hears of one that no server takes.

A letter that events have overtaken is not sent: nobody reads how to send back what is cancelled.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.connectors.base import Done
from app.connectors.mail.connector import Mail
from app.domain.exchange_status import ENDED_WITHOUT_PLACING, Status
from app.domain.flags import FlagKind
from app.domain.letter import Letter, MailKind
from app.domain.retry_policy import PATIENT, Patience
from app.models import Dispatch, DispatchState, Exchange, Order
from app.services.acting import is_of_hand_over
from app.services.agents.forgotten import is_over, link_for_mail, reader_of
from app.services.connector_settings import Connections, mail_for
from app.services.desk_drafts import is_with_shopper
from app.services.dispatch_endings import ACTOR, finish, keep_trying
from app.services.gift_cards import code_for_mail
from app.services.lost_orders import forget_address, put_links_in, recent_orders
from app.services.moving import ask_for_attention

log = logging.getLogger("evenly.mail")
# The states in which a kind of mail would tell what is not so any more.
OVERTAKEN: Mapping[MailKind, frozenset[Status]] = {
    MailKind.CONFIRMATION: ENDED_WITHOUT_PLACING,
    MailKind.PAY_LINK: ENDED_WITHOUT_PLACING,
    MailKind.PAY_REMINDER: frozenset(Status) - {Status.AWAITING_PAYMENT},
    MailKind.RETURN_REMINDER: ENDED_WITHOUT_PLACING,
    MailKind.PAYMENT_FAILED: frozenset(Status)
    - {Status.DRAFT, Status.AWAITING_PAYMENT, Status.IN_REVIEW, Status.EXPIRED},
}


class Mailing:
    """See `app.services.dispatch_work.Work`. A letter may be about no exchange: then that is None."""

    patience: Patience = PATIENT

    def read(self, data: Mapping[str, Any]) -> Letter:
        return Letter.from_data(data)

    def connector(self, connections: Connections, dispatch: Dispatch) -> Mail:
        if dispatch.message["kind"] == MailKind.GIFT_CARD and dispatch.exchange_id is not None:
            facts = dispatch.message["facts"]
            return mail_for(connections, code_for_mail(connections.box, dispatch.exchange_id, facts))
        if dispatch.message["kind"] == MailKind.NEW_PASSWORD:
            return mail_for(connections, link_for_mail(connections.box, dispatch))
        mail = mail_for(connections)
        if _lacks_links(dispatch):
            # Not the time of this try: the orders are those that were recent when they were asked for.
            put_links_in(connections.box, dispatch, _orders_of(dispatch))
        return mail

    def begins(self, exchange: Exchange | None, dispatch: Dispatch, now: datetime) -> bool:
        if _is_for_nobody(dispatch):
            forget_address(dispatch)
            finish(dispatch, DispatchState.CANCELLED, now, "nobody here has this address")
            return False
        overtaken = _overtaken(exchange, dispatch, now)
        if overtaken:
            finish(dispatch, DispatchState.CANCELLED, now, overtaken)
        return not overtaken

    def unconnected(
        self, exchange: Exchange | None, dispatch: Dispatch, problem: Exception, draw: float, now: datetime
    ) -> None:
        if not keep_trying(dispatch, problem, self.patience, draw, now):
            self.ran_out(exchange, dispatch, str(problem), now)

    def got_through(self, exchange: Exchange | None, dispatch: Dispatch, now: datetime) -> None:
        """Nobody was asked meanwhile, so there is nothing to take back."""

    def done(self, _exchange: Exchange | None, dispatch: Dispatch, _following: Done, now: datetime) -> None:
        finish(dispatch, DispatchState.DELIVERED, now)

    def refused(self, exchange: Exchange | None, dispatch: Dispatch, reason: str, now: datetime) -> None:
        self._fail(exchange, dispatch, reason, now)

    def ran_out(self, exchange: Exchange | None, dispatch: Dispatch, last: str, now: datetime) -> None:
        self._fail(exchange, dispatch, f"Given up after {dispatch.tries} tries; the last: {last}.", now)

    def unknown(self, exchange: Exchange | None, dispatch: Dispatch, reason: str, now: datetime) -> None:
        self._fail(exchange, dispatch, reason, now)

    def fault(self, _exchange: Exchange | None, _reason: str, _now: datetime) -> None:
        """It is in the log, and flagged when the tries run out."""

    def _fail(self, exchange: Exchange | None, dispatch: Dispatch, reason: str, now: datetime) -> None:
        kind = self.read(dispatch.message).kind.replace("_", " ")
        sentence = f"The {kind} mail could not be delivered: {reason}"
        finish(dispatch, DispatchState.FAILED, now, sentence)
        if exchange is None:
            log.warning("Dispatch %s: %s", dispatch.id, sentence)
        else:
            ask_for_attention(exchange, sentence, ACTOR, now, FlagKind.MAIL)


def _overtaken(exchange: Exchange | None, dispatch: Dispatch, now: datetime) -> str:
    """Why this letter would tell what is not so any more; empty where it is to be sent."""
    kind = dispatch.message["kind"]
    if kind == MailKind.NEW_PASSWORD and is_over(dispatch, now):
        return "the link in it would be over"
    if exchange is None:
        return ""
    if kind == MailKind.HAND_OVER and not is_with_shopper(exchange):
        return "the shopper does not have the draft any more"
    if kind == MailKind.HAND_OVER and not is_of_hand_over(dispatch, exchange):
        return "the link in it was taken back"
    if exchange.state in OVERTAKEN.get(kind, frozenset()):
        return f"the exchange is {exchange.status}"
    return ""


def _lacks_links(dispatch: Dispatch) -> bool:
    return dispatch.message["kind"] == MailKind.LINKS and "links" not in dispatch.message["facts"]


def _is_for_nobody(dispatch: Dispatch) -> bool:
    if dispatch.message["kind"] == MailKind.NEW_PASSWORD:
        return reader_of(dispatch) is None
    return _lacks_links(dispatch) and not _orders_of(dispatch)


def _orders_of(dispatch: Dispatch) -> list[Order]:
    return recent_orders(dispatch.message["to"], dispatch.created_at)

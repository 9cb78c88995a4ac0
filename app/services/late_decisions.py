"""A person at the screening system has decided on an exchange that was screened: now, or after it went on.

What waits for just that goes on or is declined. What is under way already goes to an agent, and nothing is
undone by itself. A decision that comes again changes nothing.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select

from app.connectors.decisions import Decision, Label, NotADecision, NotBelieved
from app.connectors.registry import DECISIONS
from app.domain.exchange_status import PLACED_ONCE, Status
from app.domain.flags import FlagKind
from app.models import Dispatch, Exchange, Purpose, db, writing
from app.services import audit
from app.services.agent_decisions import CannotDecide, approve, decline, keep_reason
from app.services.agent_decisions import Decision as Judgement
from app.services.callback_tokens import callback_token
from app.services.heard_webhooks import outcome_of, remember
from app.services.locking import locked_exchange
from app.services.moving import ask_for_attention, chain_of, move_exchange
from app.services.secret_box import SecretBox
from app.services.work_screening import DOUBT

__all__ = ["NotADecision", "NotBelieved", "NotScreened", "StillScreening", "UnknownCaller", "take_decision"]

APPROVED = "approved"
DECLINED = "declined"
FLAGGED = "an agent was asked"
NOTHING = "nothing to do"


class UnknownCaller(LookupError):
    """No system of this name ever calls back."""


class NotScreened(LookupError):
    """The store has no exchange of this reference that this system was asked about."""


class StillScreening(Exception):
    """The system's own answer has not been taken yet: the decision should come again."""


def take_decision(box: SecretBox, system: str, body: bytes, authorization: str | None, now: datetime) -> str:
    """Believe, read and carry out one call to the store in scope: what became of it.

    Raises UnknownCaller, NotBelieved, NotADecision, NotScreened, StillScreening.
    """
    if system not in DECISIONS:
        raise UnknownCaller(system)
    decision = DECISIONS[system](body, authorization, callback_token(box, system))
    exchange_id = _screened(system, decision.reference)
    store_id, message_id = db.session.info["store_id"], _message_id(system, decision)
    heard = outcome_of(store_id, message_id) if message_id else None
    if heard is not None:
        return heard
    outcome = _carry_out(exchange_id, system, decision.label, now)
    if message_id:
        remember(store_id, message_id, outcome, now)
    return outcome


def _carry_out(exchange_id: int, system: str, label: Label, now: datetime) -> str:
    exchange = db.session.get_one(Exchange, exchange_id)
    if label is Label.PENDING:
        return NOTHING
    if exchange.state in (Status.SUBMITTED, Status.SCREENING):
        raise StillScreening
    if exchange.waits_for_a_person and _doubted(exchange):
        return _settle(exchange_id, system, label, now)
    return _afterwards(exchange_id, system, label, now)


def _settle(exchange_id: int, system: str, label: Label, now: datetime) -> str:
    """What waits for this decision gets it; an agent may have been quicker."""
    judgement = Judgement(system, f"A person at {system} decided: {label.lower()}.")
    try:
        if label is Label.REJECTED:
            decline(exchange_id, judgement, now)
            return DECLINED
        if _other_doubts(exchange_id, system, now):
            return FLAGGED
        approve(exchange_id, judgement, now)
    except CannotDecide as trouble:
        sentence = f"A person at {system} decided: {label.lower()}. It could not be done: {trouble}"
        return _flag(exchange_id, sentence, system, now)
    return APPROVED


def _other_doubts(exchange_id: int, system: str, now: datetime) -> bool:
    """Whether an agent is asked about something else as well. Then this doubt alone is settled."""
    with writing():
        exchange = locked_exchange(exchange_id)
        others = [doubt for doubt in exchange.doubts if doubt["code"] != DOUBT]
        if others and len(others) < len(exchange.doubts):
            exchange.doubts, exchange.updated_at = others, now
            audit.record(chain_of(exchange), system, "doubt settled", {"doubt": DOUBT}, now)
        return bool(others)


def _afterwards(exchange_id: int, system: str, label: Label, now: datetime) -> str:
    """The exchange went on, or is over."""
    with writing():
        exchange = locked_exchange(exchange_id)
        if label is Label.REJECTED and exchange.state is Status.APPROVED:
            rejected = Judgement(system, f"A person at {system} rejected it.")
            exchange.decision_reason = rejected.reason
            keep_reason(exchange, rejected, "declined", now)
            move_exchange(exchange, Status.DECLINED, system, now, {"screening": "rejected"})
            return DECLINED
        sentence = _for_an_agent(exchange, system, label)
        if not sentence:
            return NOTHING
        ask_for_attention(exchange, sentence, system, now, FlagKind.FRAUD)
        return FLAGGED


def _for_an_agent(exchange: Exchange, system: str, label: Label) -> str:
    if label is Label.APPROVED:
        late = exchange.state is Status.DECLINED
        return f"A person at {system} approved it after it had been declined." if late else ""
    if exchange.state in PLACED_ONCE:
        return f"A person at {system} rejected it after it had been placed. Decide whether to stop it."
    if exchange.state in (Status.PLACING, Status.IN_REVIEW, Status.AWAITING_PAYMENT):
        return f"A person at {system} rejected it."
    return ""


def _flag(exchange_id: int, sentence: str, system: str, now: datetime) -> str:
    with writing():
        ask_for_attention(locked_exchange(exchange_id), sentence, system, now, FlagKind.FRAUD)
    return FLAGGED


def _doubted(exchange: Exchange) -> bool:
    return any(doubt["code"] == DOUBT for doubt in exchange.doubts)


def _screened(system: str, reference: str) -> int:
    """The exchange of this reference, if this system was asked about it. Raises NotScreened."""
    found = db.session.scalar(
        select(Exchange.id)
        .join(Dispatch, Dispatch.exchange_id == Exchange.id)
        .where(Exchange.reference == reference, Dispatch.purpose == Purpose.SCREEN, Dispatch.system == system)
    )
    if found is None:
        raise NotScreened(reference)
    return found


def _message_id(system: str, decision: Decision) -> str:
    """What a repeat is known by: without a time two decisions of one kind cannot be told apart."""
    if decision.at is None:
        return ""
    told = f"{system}:{decision.reference}:{decision.label}:{decision.at.isoformat()}"
    return f"decision_{hashlib.sha256(told.encode()).hexdigest()}"
